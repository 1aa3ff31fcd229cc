import { describe, expect, it } from 'vitest';
import { checkCompleteness } from '../../src/identity/index.ts';
import {
  combineLookups,
  createCommuneLookup,
  createCountryLookup,
  loadCommuneLookup,
  resolveBirthPlace,
} from '../../src/identity/reference/index.ts';

const countries = createCountryLookup();

describe('countries', () => {
  it('holds current countries, the unknown place, and nothing of France', () => {
    expect(countries.label('99352')).toBe('Algérie');
    expect(countries.has('99139')).toBe(true);
    expect(countries.has('99999')).toBe(true);
    expect(countries.has('99001')).toBe(false);
    expect(countries.has('75056')).toBeNull();
    expect(countries.has('constructor')).toBeNull();
  });
});

describe('communes of the optional package', async () => {
  const communes = await loadCommuneLookup();
  const all = combineLookups(countries, communes);

  it.each([
    ['93066', true],
    ['2A004', true],
    ['97701', true],
    ['98818', true],
    ['01340', true], // former code
    ['20004', true], // Corsica before 1976
    ['75012', true], // Seine before 1968
    ['20999', false],
    ['97123', false], // former code that the list does not hold
    ['99352', true],
    ['99001', false],
  ])('has(%s): %s', (code, expected) => {
    expect(all.has(code)).toBe(expected);
  });

  it('resolves a postal code to one commune, or says ambiguous', () => {
    expect(resolveBirthPlace({ postalCode: '93200' }, all)).toEqual({
      result: 'resolved',
      code: '93066',
      findings: [],
    });
    expect(resolveBirthPlace({ postalCode: '93200', city: 'saint denis' }, all)).toMatchObject({ code: '93066' });
    const ambiguous = resolveBirthPlace({ postalCode: '75012' }, all);
    expect(ambiguous.result === 'ambiguous' && ambiguous.candidates.map(({ code }) => code).sort()).toEqual([
      '75056',
      '75112',
    ]);
    expect(resolveBirthPlace({ postalCode: '75012', city: 'PARIS' }, all)).toMatchObject({ code: '75056' });
    expect(resolveBirthPlace({ postalCode: '00000' }, all).result).toBe('not-found');
    expect(resolveBirthPlace({ countryInsee: '99352' }, all)).toMatchObject({ code: '99352' });
    expect(resolveBirthPlace({ countryInsee: '99100' }, all).result).toBe('invalid');
    expect(resolveBirthPlace({ communeInsee: '75' }, all).result).toBe('invalid');
  });

  it('makes an unknown historical code a warning', () => {
    const resolved = resolveBirthPlace({ communeInsee: '97123' }, all);
    expect(resolved.findings.map(({ rule, severity }) => [rule, severity])).toEqual([
      ['IDENTITY-COG-UNKNOWN', 'warning'],
    ]);
    const traits = {
      birthName: 'A',
      firstName: 'B',
      sex: 'F',
      birthDate: '1980-01-01',
      birthPlace: { communeInsee: '97123' },
    } as const;
    expect(checkCompleteness({ traits }, { lookup: all })).toMatchObject({ ok: true });
  });
});

it('names a code by its first record', () => {
  const lookup = createCommuneLookup([
    { code: '01015', nom: 'Arboys en Bugey', codesPostaux: ['01300'] },
    { code: '01015', nom: 'Arbignieu' },
  ]);
  expect(lookup.label('01015')).toBe('Arboys en Bugey');
});
