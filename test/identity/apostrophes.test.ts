import { describe, expect, it } from 'vitest';
import {
  checkCompleteness,
  compareIdentities,
  normalizeBirthName,
  normalizeGivenName,
  type PatientInput,
} from '../../src/identity/index.ts';

function named(birthName: string): PatientInput {
  return {
    traits: {
      birthName,
      firstName: 'ZOE',
      birthFirstNames: ['ZOE'],
      sex: 'F',
      birthDate: '1985-05-12',
      birthPlace: { communeInsee: '98735' },
    },
    identityStatus: 'VALI',
  };
}

const told = (name: string): string[] => checkCompleteness(named(name)).findings.map(({ rule }) => rule);

describe('apostrophes', () => {
  // Okina, hamza, ayin, primes, accents that stand alone, saltillo, Armenian and Hebrew marks.
  const letters = Array.from(
    '\u02BB\u02BC\u02BD\u02BE\u02BF\u02B9\u02C8\u02CA\u02CB\u2032\u2035\uA78C\uA78B\u055A\u05F3',
  );
  const typed = Array.from("'\u2019\u2018\u201B\u00B4`\uFF07");

  it.each(letters)('%s is one, and it is told', (sign) => {
    expect(normalizeBirthName(`Ka${sign}ahumanu`)).toBe("KA'AHUMANU");
    expect(normalizeGivenName(`Nu${sign}u`)).toBe("NU'U");
    expect(told(`Ka${sign}ahumanu`)).toEqual(['IDENTITY-NAME-APOSTROPHE', 'IDENTITY-NO-INS']);
    expect(checkCompleteness(named(`Ka${sign}ahumanu`)).ok).toBe(true);
  });

  it.each(typed)('%s is one, without a word', (sign) => {
    expect(normalizeBirthName(`D${sign}Aubigne`)).toBe("D'AUBIGNE");
    expect(told(`D${sign}Aubigne`)).toEqual(['IDENTITY-NO-INS']);
  });

  it('are the same in a comparison, as typography', () => {
    for (const sign of [...letters, ...typed.slice(1)]) {
      const { outcome, traits } = compareIdentities(named(`KA${sign}AHUMANU`), named("KA'AHUMANU"));
      expect([outcome, traits[0]?.reasons]).toEqual(['match', ['TYPOGRAPHY']]);
    }
  });

  it.each(['\u02EE', '\u201C', '"', '\u2033', '\u02D0'])('%s is none, and refuses', (sign) => {
    expect(() => normalizeBirthName(`Ka${sign}ahumanu`)).toThrow(expect.objectContaining({ code: 'TE_NAME_INVALID' }));
  });
});
