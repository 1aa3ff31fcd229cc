import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canTransmitIns,
  checkCompleteness,
  checkInsTransmission,
  completeBirthDate,
  isFirstGivenNameOf,
  normalizeBirthName,
  normalizeGivenName,
  type CompletedDate,
  type PartialDate,
  type PatientInput,
  type PatientTraits,
} from '../../src/identity/index.ts';
import { birthPlaceCog } from '../../src/identity/birth-place.ts';
import { createCountryLookup } from '../../src/identity/reference/index.ts';
import { TerrESanteError } from '../../src/errors.ts';
import { load } from './load.ts';
import { isFuture, plainDate } from '../../src/identity/dates.ts';

const traits = {
  birthName: 'MARTIN',
  firstName: 'ZOE',
  birthFirstNames: ['ZOE', 'LOU'],
  sex: 'F',
  birthDate: '1985-01-12',
  birthPlace: { communeInsee: '93066' },
} as const satisfies PatientTraits;
const patient = {
  localId: { system: '2.999.1.10', value: 'PAT-000123' },
  traits,
  ins: { value: '285019306600186', oid: '1.2.250.1.213.1.4.8' },
  identityStatus: 'QUAL',
} as const satisfies PatientInput;
const rules = (input: unknown, options = {}): string[] =>
  checkCompleteness(input as PatientInput, options).findings.map(({ rule }) => rule);

describe('names', () => {
  it.each(
    load<{ id: string; profile: string; text: string; expected?: string; rule?: string; source: string }>('names'),
  )('$id $profile $text ($source)', ({ profile, text, expected, rule }) => {
    const normalize = profile === 'birth' ? normalizeBirthName : normalizeGivenName;
    if (expected !== undefined) expect(normalize(text)).toBe(expected);
    else {
      expect(() => normalize(text)).toThrow(
        expect.objectContaining({ code: 'TE_NAME_INVALID', findings: [expect.objectContaining({ rule })] }),
      );
    }
  });

  it('collapses spaces only when asked', () => {
    expect(normalizeBirthName('LE  GALL', { collapse: true })).toBe('LE GALL');
  });

  it('is idempotent, and gives the alphabet of the INSi or throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        for (const normalize of [normalizeBirthName, normalizeGivenName]) {
          let once: string;
          try {
            once = normalize(text);
          } catch (error) {
            expect(error).toBeInstanceOf(TerrESanteError);
            continue;
          }
          expect(once).toMatch(/^[A-Z '-]+$/);
          expect(normalize(once)).toBe(once);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('is idempotent on names of Latin letters', () => {
    const letters = fc.constantFrom(..."ABCZéèÉçœÆßøŁđñüÿ -''".split(''));
    fc.assert(
      fc.property(fc.array(letters, { minLength: 1, maxLength: 20 }), (parts) => {
        let once: string;
        try {
          once = normalizeBirthName(parts.join(''));
        } catch {
          return;
        }
        expect(normalizeBirthName(once)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });

  it('never shows the name in the error', () => {
    expect(() => normalizeBirthName('CANARI7')).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('CANARI') }),
    );
  });

  it.each([undefined, null, 3, {}, ['A']])('refuses what is no text: %j', (value) => {
    expect(() => normalizeBirthName(value as string)).toThrow(TerrESanteError);
  });

  it.each(load<{ first: string; list: string; expected: boolean; source: string }>('first-given-name'))(
    'first $first of $list: $expected ($source)',
    ({ first, list, expected }) => {
      expect(isFirstGivenNameOf(first, list)).toBe(expected);
      expect(isFirstGivenNameOf(first, list.split(' '))).toBe(expected);
    },
  );
});

describe('dates', () => {
  it.each(load<{ input: PartialDate; expected?: CompletedDate; source: string }>('birth-dates'))(
    'completes $input ($source)',
    ({ input, expected }) => {
      if (expected) expect(completeBirthDate(input)).toEqual(expected);
      else expect(() => completeBirthDate(input)).toThrow(expect.objectContaining({ code: 'TE_DATE_INVALID' }));
    },
  );

  it('agrees with the calendar of the engine on what is in the future', () => {
    const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_102_444_800_000 }),
        fc.integer({ min: -3, max: 3 }),
        fc.integer({ min: -1_000, max: 1_000 }),
        (now, days, ms) => {
          const date = day(now + days * 86_400_000 + ms);
          expect(isFuture(plainDate(date)!, now)).toBe(date > day(now + 14 * 3_600_000));
        },
      ),
    );
    expect(isFuture({ year: 50, month: 12, day: 31 }, Date.UTC(1940, 0, 1))).toBe(false);
  });

  it('refuses what JavaScript dates would roll over', () => {
    for (const birthDate of [
      '1950-02-30',
      '1950-02-29',
      '1950-04-31',
      '1950-13-01',
      '1950-00-10',
      '1950-10-00',
      '19500101',
      '1950-1-1',
      '1950-01-01T00:00',
    ]) {
      expect(rules({ ...patient, traits: { ...traits, birthDate } })).toContain('IDENTITY-DATE');
    }
  });

  it('refuses a day that has begun nowhere, and no earlier one', () => {
    const now = Date.UTC(2026, 2, 15, 9, 59);
    const at = (epochMs: number): object => ({ runtime: { clock: { now: () => epochMs } } });
    const on = (birthDate: string): string[] => rules({ traits: { ...traits, birthDate } }, at(now));
    expect(on('2026-03-15')).not.toContain('IDENTITY-DATE-FUTURE');
    expect(on('2026-03-16')).toContain('IDENTITY-DATE-FUTURE');
    expect(rules({ traits: { ...traits, birthDate: '2026-03-16' } }, at(now + 60_000))).not.toContain(
      'IDENTITY-DATE-FUTURE',
    );
  });
});

describe('checkCompleteness', () => {
  it('finds nothing wrong with a qualified identity', () => {
    expect(checkCompleteness(patient)).toEqual({ ok: true, findings: [], missing: [] });
  });

  it('lists what is missing with its French label, in the order of a form', () => {
    const { ok, missing, findings } = checkCompleteness({ traits: {} }, { requireLocalId: true });
    expect(ok).toBe(false);
    expect(findings.filter(({ rule }) => rule === 'IDENTITY-TRAIT-MISSING').map(({ path }) => path)).toEqual([
      'traits.birthName',
      'traits.firstName',
      'traits.birthDate',
      'traits.sex',
      'traits.birthPlace',
      'localId',
    ]);
    expect(missing.map(({ label }) => label)).toEqual([
      'Nom de naissance',
      'Prénom',
      'Date de naissance',
      'Sexe',
      'Lieu de naissance',
      'Identifiant local du patient',
    ]);
  });

  it.each(['birthName', 'firstName', 'birthDate', 'sex', 'birthPlace'])('misses %s when absent or blank', (trait) => {
    for (const value of [undefined, null, '', '  ', '\u00A0']) {
      expect(checkCompleteness({ traits: { ...traits, [trait]: value } }).missing.map((found) => found.trait)).toEqual([
        trait,
      ]);
    }
  });

  it('does not take the first given name from the list', () => {
    const { missing } = checkCompleteness({ traits: { ...traits, firstName: undefined } });
    expect(missing.map(({ trait }) => trait)).toEqual(['firstName']);
  });

  it.each([
    [{ communeInsee: '93066' }, true],
    [{ communeInsee: '2A004' }, true],
    [{ countryInsee: '99100', communeInsee: '93066' }, true],
    [{ postalCode: '93200' }, true],
    [{ countryInsee: '99100', postalCode: '93200' }, true],
    [{ countryInsee: '99352' }, true],
    [{ countryInsee: '99100' }, false],
    [{ city: 'Saint-Denis' }, false],
    [{}, false],
  ])('birth place %j is there: %s', (birthPlace, there) => {
    const { ok, missing } = checkCompleteness({ ...patient, ins: undefined, traits: { ...traits, birthPlace } });
    expect(missing.length === 0).toBe(there);
    expect(ok).toBe(there);
  });

  it('knows that 99100 is France', () => {
    expect(rules({ traits: { ...traits, birthPlace: { countryInsee: '99100' } } })).toContain(
      'IDENTITY-BIRTH-PLACE-COUNTRY-ONLY',
    );
    expect(createCountryLookup().label('99100')).toBe('France');
    expect(createCountryLookup().label('99132')).toBe('Royaume-Uni');
    expect(birthPlaceCog({ countryInsee: '99100' })).toBeNull();
  });

  it.each([
    [{ communeInsee: '75' }, 'IDENTITY-COG'],
    [{ communeInsee: '971' }, 'IDENTITY-COG'],
    [{ communeInsee: '2C004' }, 'IDENTITY-COG'],
    [{ communeInsee: '2a004' }, 'IDENTITY-COG'],
    [{ countryInsee: '75056' }, 'IDENTITY-COG'],
    [{ countryInsee: 'FR' }, 'IDENTITY-COG'],
    [{ postalCode: '9320' }, 'IDENTITY-POSTAL-CODE'],
    [{ countryInsee: '99352', communeInsee: '93066' }, 'IDENTITY-BIRTH-PLACE-CONFLICT'],
    [{ countryInsee: '99352', communeInsee: '99351' }, 'IDENTITY-BIRTH-PLACE-CONFLICT'],
  ])('birth place %j: %s', (birthPlace, rule) => {
    const report = checkCompleteness({ traits: { ...traits, birthPlace } });
    expect(report.ok).toBe(false);
    expect(report.findings.map(({ rule }) => rule)).toContain(rule);
  });

  it('warns, and no more, on a country that the list does not hold', () => {
    const report = checkCompleteness(
      { ...patient, ins: undefined, traits: { ...traits, birthPlace: { countryInsee: '99001' } } },
      { lookup: createCountryLookup() },
    );
    expect(report.ok).toBe(true);
    expect(report.findings.map(({ rule }) => rule)).toContain('IDENTITY-COG-UNKNOWN');
  });

  it('flags but does not refuse an indeterminate sex, a placeholder, a provisional identity', () => {
    const odd = { traits: { ...traits, sex: 'I', birthName: 'Inconnu' } } as const;
    const report = checkCompleteness(odd);
    expect(report.ok).toBe(true);
    expect(report.findings.map(({ rule }) => rule)).toEqual([
      'IDENTITY-NAME-PLACEHOLDER',
      'IDENTITY-SEX-UNKNOWN',
      'IDENTITY-IDENTITY-NOT-VALIDATED',
      'IDENTITY-NO-INS',
    ]);
    expect(rules({ traits: { ...traits, birthName: 'X' } })).not.toContain('IDENTITY-NAME-PLACEHOLDER');
  });

  it('refuses another sex', () => {
    expect(rules({ traits: { ...traits, sex: 'female' } })).toContain('IDENTITY-SEX-INVALID');
  });

  it('warns when the list does not begin with the first given name', () => {
    expect(rules({ ...patient, traits: { ...traits, firstName: 'LOU' } })).toEqual(['IDENTITY-FIRST-NAME-NOT-IN-LIST']);
  });

  it('checks the INS and its coherence when there is one', () => {
    expect(rules({ ...patient, ins: { ...patient.ins, value: '285019306600188' } })).toEqual(['IDENTITY-KEY']);
    expect(rules({ ...patient, ins: { ...patient.ins, oid: '1.2.3' } })).toEqual(['IDENTITY-OID']);
    expect(rules({ ...patient, traits: { ...traits, sex: 'M' } })).toEqual(['IDENTITY-SEX-MISMATCH']);
    const test = { ...patient, ins: { ...patient.ins, oid: '1.2.250.1.213.1.4.10' } };
    expect(rules(test)).toEqual([]);
    expect(rules(test, { environment: 'production' })).toEqual(['IDENTITY-OID-ENVIRONMENT']);
  });

  it('never throws, whatever it is given, and then never says complete', () => {
    const odd = fc.anything({
      withNullPrototype: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withDate: true,
    });
    fc.assert(
      fc.property(odd, odd, odd, odd, (a, b, c, d) => {
        for (const input of [
          a,
          { traits: a },
          { traits: { birthName: a, firstName: b, birthDate: c, sex: d, birthPlace: a, birthFirstNames: b } },
          { traits: { ...traits, birthPlace: { countryInsee: a, communeInsee: b, postalCode: c } }, ins: d },
        ]) {
          expect(typeof checkCompleteness(input as never).ok).toBe('boolean');
        }
        expect(checkCompleteness({ traits: { ...traits, birthDate: a } } as never).ok).toBe(false);
        expect(typeof canTransmitIns(a as never)).toBe('boolean');
      }),
    );
  });

  it('never repeats a value', () => {
    const canary = {
      birthName: 'CANARI1',
      firstName: 'CANARI2',
      birthFirstNames: ['CANARI3'],
      birthDate: 'CANARI4',
      sex: 'CANARI5',
      birthPlace: { communeInsee: 'CANARI6' },
    };
    const report = checkCompleteness({
      traits: canary,
      ins: { value: 'CANARI7', oid: 'CANARI8' },
      identityStatus: 'CANARI9',
    } as never);
    expect(JSON.stringify(report)).not.toContain('CANARI');
  });
});

describe('canTransmitIns', () => {
  it('wants a qualified identity, whole and right', () => {
    expect(canTransmitIns(patient, { environment: 'production' })).toBe(true);
    const no = (change: object): string[] => {
      expect(canTransmitIns({ ...patient, ...change })).toBe(false);
      return checkInsTransmission({ ...patient, ...change })
        .findings.filter(({ severity }) => severity === 'error')
        .map(({ rule }) => rule);
    };
    for (const identityStatus of ['PROV', 'VALI'] as const) {
      expect(no({ identityStatus })).toEqual(['IDENTITY-INS-FORBIDDEN', 'IDENTITY-TRANSMISSION-FORBIDDEN']);
    }
    expect(no({ identityStatus: 'RECUP' })).toEqual(['IDENTITY-TRANSMISSION-FORBIDDEN']);
    expect(no({ identityStatus: undefined })).toContain('IDENTITY-TRANSMISSION-FORBIDDEN');
    expect(no({ ins: undefined })).toContain('IDENTITY-INS-MISSING');
    expect(no({ identityAttributes: ['DOUT'] })).toEqual(['IDENTITY-ATTRIBUTE-STATUS']);
    expect(no({ ins: { ...patient.ins, value: '285019306600188' } })).toEqual(['IDENTITY-KEY']);
    expect(no({ ins: { ...patient.ins, oid: '1.2.250.1.213.1.4.2' } })).toEqual(['IDENTITY-OID']);
    expect(no({ traits: { ...traits, birthFirstNames: undefined } })).toEqual(['IDENTITY-FIRST-NAMES-MISSING']);
    expect(no({ traits: { ...traits, sex: 'I' } })).toEqual(['IDENTITY-SEX-NOT-TRANSMISSIBLE']);
    expect(no({ traits: { ...traits, birthPlace: { postalCode: '93200' } } })).toEqual([
      'IDENTITY-BIRTH-PLACE-NOT-CODED',
    ]);
    expect(no({ traits: { ...traits, birthPlace: undefined } })).toEqual(['IDENTITY-TRAIT-MISSING']);
  });

  it('refuses a test number in production', () => {
    const test = { ...patient, ins: { ...patient.ins, oid: '1.2.250.1.213.1.4.11' } };
    expect(canTransmitIns(test, { environment: 'test' })).toBe(true);
    expect(canTransmitIns(test, { environment: 'production' })).toBe(false);
  });
});
