import fc from 'fast-check';
import { insKey } from '../../src/identity/index.ts';

/**
 * A name in capitals that both profiles accept, of one word: the list of given names travels
 * separated by spaces.
 */
const word = fc
  .array(fc.stringMatching(/^[A-Z]{1,8}$/), { minLength: 1, maxLength: 2 })
  .map((parts) => parts.join('-'));
export const names = fc.oneof(
  word,
  fc.tuple(word, word).map(([a, b]) => `${a} ${b}`),
  word.map((name) => `D'${name}`),
);

export const dates = fc
  .tuple(fc.integer({ min: 1900, max: 2020 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([year, month, day]) => `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`);

export const places = fc.oneof(
  fc.constantFrom('93066', '75056', '2A004', '2B033', '97411', '01004').map((communeInsee) => ({ communeInsee })),
  fc.constantFrom('99352', '99139', '99109').map((countryInsee) => ({ countryInsee })),
);

export const inss = fc
  .tuple(
    fc.constantFrom('1', '2', '7', '8'),
    fc.integer({ min: 0, max: 99 }),
    fc.integer({ min: 1, max: 12 }),
    fc.constantFrom('93066', '2A004', '2B033', '99352'),
    fc.integer({ min: 0, max: 999 }),
    fc.constantFrom(8, 9, 10, 11),
  )
  .map(([first, year, month, place, serial, arc]) => {
    const two = (value: number): string => String(value).padStart(2, '0');
    const body = `${first}${two(year)}${two(month)}${place}${String(serial).padStart(3, '0')}`;
    const kind: 'NIR' | 'NIA' = arc === 9 ? 'NIA' : 'NIR';
    return { value: body + insKey(body), oid: `1.2.250.1.213.1.4.${arc}`, kind };
  });

const traits = fc.record({
  birthName: names,
  firstName: word,
  birthFirstNames: fc.array(word, { minLength: 1, maxLength: 4 }),
  sex: fc.constantFrom<'M' | 'F'>('M', 'F'),
  birthDate: dates,
  birthPlace: places,
});

const localIds = fc.record({
  system: fc.constantFrom('2.999.1.10', '1.2.250.1.999.1.1.7946'),
  value: fc.stringMatching(/^[A-Za-z0-9-]{1,20}$/),
});

/** Identities whose INS may be written. */
export const qualifiedPatients = fc.record({
  localId: localIds,
  ins: inss,
  identityStatus: fc.constant('QUAL' as const),
  traits,
});

/** Identities of the other statuses: no INS, free typing. */
export const otherPatients = fc.record({
  localId: localIds,
  identityStatus: fc.constantFrom<'PROV' | 'RECUP'>('PROV', 'RECUP'),
  traits,
});
