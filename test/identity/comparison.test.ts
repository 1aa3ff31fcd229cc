import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareIdentities,
  findDuplicates,
  type PatientInput,
  type PatientTraits,
  type TraitComparison,
} from '../../src/identity/index.ts';
import { qualifiedPatients } from './arbitraries.ts';

const traits = {
  birthName: 'LE GALL',
  firstName: 'JEAN-CHRISTOPHE',
  birthFirstNames: ['JEAN-CHRISTOPHE', 'PIERRE'],
  sex: 'M',
  birthDate: '1985-05-12',
  birthPlace: { communeInsee: '93066' },
} as const satisfies PatientTraits;
const ins = { value: '285019306600186', oid: '1.2.250.1.213.1.4.8' };

function against(
  change: PatientTraits,
  base: PatientTraits = traits,
): { outcome: string; of: (trait: string) => TraitComparison } {
  const { outcome, traits: all } = compareIdentities({ traits: base }, { traits: { ...base, ...change } });
  return { outcome, of: (trait) => all.find((compared) => compared.trait === trait)! };
}

describe('compareIdentities', () => {
  it('matches itself, always', () => {
    fc.assert(
      fc.property(qualifiedPatients, (patient) => {
        expect(compareIdentities(patient, patient).outcome).toBe('match');
      }),
    );
  });

  it('says the same both ways', () => {
    fc.assert(
      fc.property(qualifiedPatients, qualifiedPatients, (a, b) => {
        const mixed = { ...a, traits: { ...a.traits, birthName: b.traits.birthName } };
        for (const other of [b, mixed]) {
          const there = compareIdentities(a, other);
          const back = compareIdentities(other, a);
          expect(back.outcome).toBe(there.outcome);
          expect(back.traits.map(({ outcome }) => outcome)).toEqual(there.traits.map(({ outcome }) => outcome));
        }
      }),
    );
  });

  it.each([
    [{ birthName: 'Le Gall' }, 'birthName', 'equivalent', ['TYPOGRAPHY'], 'match'],
    [{ birthName: 'LE-GALL' }, 'birthName', 'equivalent', ['SEPARATORS'], 'match'],
    [{ birthName: "LE'GALL" }, 'birthName', 'equivalent', ['SEPARATORS'], 'match'],
    [{ birthName: 'LEGALL' }, 'birthName', 'different', [], 'mismatch'],
    [{ birthName: 'DURAND' }, 'birthName', 'different', [], 'mismatch'],
    [{ birthName: 'DURAND', usedName: 'Le Gall' }, 'birthName', 'different', ['USED_NAME'], 'mismatch'],
    [{ birthName: 'JEAN CHRISTOPHE', firstName: 'LE-GALL' }, 'birthName', 'different', ['NAMES_SWAPPED'], 'mismatch'],
    [{ birthName: 'GALL7' }, 'birthName', 'unknown', ['UNREADABLE'], 'incomplete'],
    [{ firstName: 'JEAN CHRISTOPHE' }, 'firstName', 'equivalent', ['SEPARATORS'], 'match'],
    [{ firstName: 'JEAN' }, 'firstName', 'equivalent', ['FIRST_OF_LIST'], 'match'],
    [{ firstName: 'PIERRE' }, 'firstName', 'different', [], 'mismatch'],
    [{ firstName: undefined }, 'firstName', 'equivalent', ['FIRST_OF_LIST'], 'match'],
    [{ birthFirstNames: ['JEAN CHRISTOPHE', 'PIERRE'] }, 'birthFirstNames', 'equivalent', ['SEPARATORS'], 'match'],
    [{ birthFirstNames: ['JEAN-CHRISTOPHE'] }, 'birthFirstNames', 'compatible', ['SHORTER_LIST'], 'possible'],
    [{ birthFirstNames: ['PIERRE', 'JEAN-CHRISTOPHE'] }, 'birthFirstNames', 'different', ['OTHER_ORDER'], 'mismatch'],
    [{ birthFirstNames: undefined }, 'birthFirstNames', 'unknown', ['ABSENT'], 'incomplete'],
    [{ birthDate: '1985-12-05' }, 'birthDate', 'different', ['DAY_MONTH_SWAPPED'], 'mismatch'],
    [
      { birthDate: '1985-01-01', birthDateInterpreted: true },
      'birthDate',
      'compatible',
      ['INTERPRETED_DATE'],
      'possible',
    ],
    [{ birthDate: '1986-05-12' }, 'birthDate', 'different', [], 'mismatch'],
    [{ sex: 'F' }, 'sex', 'different', [], 'mismatch'],
    [{ sex: 'I' }, 'sex', 'unknown', ['INDETERMINATE_SEX'], 'incomplete'],
    [{ birthPlace: { communeInsee: '93067' } }, 'birthPlace', 'different', [], 'mismatch'],
    [{ birthPlace: { postalCode: '93200' } }, 'birthPlace', 'unknown', ['POSTAL_CODE_ONLY'], 'incomplete'],
    [{ birthPlace: { countryInsee: '99999' } }, 'birthPlace', 'unknown', ['ABSENT'], 'incomplete'],
  ] as const)('%j: %s %s %j, %s', (change, trait, outcome, reasons, whole) => {
    const compared = against(change);
    expect(compared.of(trait)).toMatchObject({ outcome, reasons });
    expect(compared.of(trait).message).toMatch(/\.$/);
    expect(compared.outcome).toBe(whole);
  });

  it('knows 1 January against 31 December of one year', () => {
    const base = { ...traits, birthDate: '1950-12-31' };
    expect(against({ birthDate: '1950-01-01' }, base).of('birthDate').reasons).toEqual(['YEAR_ONLY_DATE']);
    expect(against({ birthDate: '1951-01-01' }, base).of('birthDate').reasons).toEqual([]);
  });

  it.each([
    ['2A004', '20004', '1950-01-05', 'equivalent'],
    ['92012', '75012', '1950-01-05', 'equivalent'],
    ['92012', '75012', '1980-01-05', 'different'],
    ['75056', '75112', '1980-01-05', 'compatible'],
    ['69123', '69381', '1980-01-05', 'compatible'],
    ['13055', '13201', '1980-01-05', 'compatible'],
    ['75101', '75112', '1980-01-05', 'different'],
  ])('places %s and %s, %s: %s', (left, right, birthDate, outcome) => {
    const base = { ...traits, birthDate, birthPlace: { communeInsee: left } };
    expect(against({ birthPlace: { communeInsee: right } }, base).of('birthPlace').outcome).toBe(outcome);
  });

  it('a different INS is a mismatch, a former one is only possible', () => {
    const a: PatientInput = { traits, ins };
    expect(compareIdentities(a, { traits, ins: { ...ins, oid: '1.2.250.1.213.1.4.9' } }).outcome).toBe('mismatch');
    const changed = { traits, ins: { value: '185057800608491', oid: ins.oid }, insHistory: [ins] };
    expect(compareIdentities(a, changed).outcome).toBe('possible');
    expect(compareIdentities(a, { traits }).outcome).toBe('match');
  });

  it('never shows a value', () => {
    expect(JSON.stringify(compareIdentities({ traits, ins }, { traits: { birthName: 'CANARI' } }))).not.toMatch(
      /CANARI|GALL|JEAN|1985|93066|28501/,
    );
  });
});

describe('findDuplicates', () => {
  const one: PatientInput = { traits };

  it.each([
    ['A', ['SAME_INS'], { traits, ins }, { traits, ins: { ...ins, value: '2 85 01 93 066 001 86' } }],
    [
      'A',
      ['SAME_INS', 'COLLISION'],
      { traits, ins },
      { traits: { ...traits, birthDate: '1990-02-03', firstName: 'PAUL' }, ins },
    ],
    [
      'A',
      ['FORMER_INS', 'COLLISION'],
      { traits, ins },
      { traits: { ...traits, birthDate: '1990-02-03', firstName: 'PAUL' }, insHistory: [ins] },
    ],
    ['B', ['SAME_TRAITS'], one, { traits: { ...traits, birthName: 'Le-Gall', firstName: 'Jean' } }],
    ['C', ['NAMES_SWAPPED'], one, { traits: { ...traits, birthName: 'JEAN CHRISTOPHE', firstName: 'LE GALL' } }],
    ['C', ['USED_NAME'], one, { traits: { ...traits, birthName: 'DURAND', usedName: 'Le Gall' } }],
    ['C', ['DAY_MONTH_SWAPPED'], one, { traits: { ...traits, birthDate: '1985-12-05' } }],
    [
      'C',
      ['YEAR_ONLY_DATE'],
      { traits: { ...traits, birthDate: '1985-01-01' } },
      { traits: { ...traits, birthDate: '1985-12-31' } },
    ],
  ])('key %s, %j', (key, reasons, a, b) => {
    const groups = findDuplicates([{ traits: { ...traits, birthName: 'AUTRE' } }, a, b]);
    expect(groups.filter((group) => group.key === key)).toEqual([{ key, reasons, records: [1, 2] }]);
  });

  it.each([
    { ...traits, birthName: 'DURAND' },
    { ...traits, firstName: 'PAUL' },
    { ...traits, sex: 'F' },
    { ...traits, birthDate: '1985-05-13' },
    { ...traits, birthName: 'DURAND', usedName: 'DURAND' },
    { ...traits, birthName: undefined },
    {},
  ] as PatientTraits[])('does not pair %j', (other) => {
    expect(findDuplicates([one, { traits: other }])).toEqual([]);
  });

  it('does not take twins who use their birth name for one another', () => {
    const twin = (firstName: string): PatientInput => ({
      traits: { ...traits, firstName, usedName: traits.birthName },
    });
    expect(findDuplicates([twin('PAUL'), twin('MARC')])).toEqual([]);
  });

  it('gives each group once, whatever the order, and changes nothing', () => {
    fc.assert(
      fc.property(fc.array(qualifiedPatients, { maxLength: 6 }), (patients) => {
        const list = [...patients, ...patients];
        const before = JSON.stringify(list);
        const groups = findDuplicates(list);
        expect(JSON.stringify(list)).toBe(before);
        expect(new Set(groups.map((group) => JSON.stringify(group))).size).toBe(groups.length);
        for (const group of groups) expect(group.records.length).toBeGreaterThan(1);
        if (patients.length > 0) expect(groups.some(({ key }) => key === 'A')).toBe(true);
      }),
    );
  });
});
