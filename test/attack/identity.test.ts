import { describe, expect, it } from 'vitest';
import {
  checkCoherence,
  checkCompleteness,
  checkIdentityStatus,
  checkIns,
  compareIdentities,
  findDuplicates,
  isFirstGivenNameOf,
  normalizeBirthName,
  normalizeGivenName,
  parseInsDatamatrix,
  type PatientInput,
} from '../../src/identity/index.ts';
import { checkProfessionalId, checkStructureId } from '../../src/identity/national-id/index.ts';
import { readFhirPatient, readPatientCx, readPid, readRecordTarget } from '../../src/identity/wire/index.ts';

const mega = 1_000_000;
const traits = {
  birthName: 'MARTIN',
  firstName: 'ZOE',
  sex: 'F',
  birthDate: '1985-01-12',
  birthPlace: { communeInsee: '93066' },
} as const;

/** Texts that have broken parsers elsewhere; none is a name, a date or a number. */
const hostile: Record<string, string> = {
  'a megabyte of letters': 'A'.repeat(mega),
  'a megabyte of digits': '1'.repeat(mega),
  'a megabyte of spaces and a letter': `${' '.repeat(mega)}A`,
  'a megabyte of separators': "- '".repeat(mega / 3),
  'a lone high surrogate': 'A\uD800',
  'a lone low surrogate': '\uDC00A',
  'a flood of combining marks': `A${'\u0301'.repeat(mega)}`,
  'a short flood of combining marks': `A${'\u0301'.repeat(12)}`,
  'full-width digits': '１８５０５７８００６０８４９１',
  'Arabic digits': '١٨٥٠٥٧٨٠٠٦٠٨٤٩١',
  'a NUL': 'MAR\0TIN',
  'an escape': 'MAR\u001B[2JTIN',
  'a right-to-left override': 'MAR\u202ETIN',
  'a zero-width space': 'MAR\u200BTIN',
  'a soft hyphen': 'MAR\u00ADTIN',
  'a byte order mark inside': 'MAR\uFEFFTIN',
  'an emoji': 'MARTIN😀',
  'a homograph': 'MАRTIN', // Cyrillic A
  'a template': '${7*7}',
  markup: '<script>',
  'HL7 delimiters': 'A|B^C~D&E',
};

describe.each(Object.entries(hostile))('%s', (_, text) => {
  it('is refused as a name, with a code', () => {
    for (const normalize of [normalizeBirthName, normalizeGivenName]) {
      expect(() => normalize(text)).toThrow(expect.objectContaining({ code: 'TE_NAME_INVALID' }));
    }
    const report = checkCompleteness({
      traits: { ...traits, birthName: text, firstName: text, birthFirstNames: [text] },
    });
    expect(report.ok).toBe(false);
    expect(report.findings.filter(({ severity }) => severity === 'error').map(({ path }) => path)).toEqual([
      'traits.birthName',
      'traits.firstName',
      ...(report.findings.filter(({ path }) => path === 'traits.birthFirstNames').length > 0
        ? ['traits.birthFirstNames']
        : []),
    ]);
    expect(isFirstGivenNameOf(text, 'ZOE')).toBe(false);
  });

  it('is refused as a number, a date, a sex, a place, a status, an identifier', () => {
    expect(checkIns(text).findings[0]?.severity).toBe('error');
    expect(checkCoherence({ value: text, oid: text }, { sex: 'F' }).findings).toEqual([]);
    for (const trait of ['birthDate', 'sex']) {
      expect(checkCompleteness({ traits: { ...traits, [trait]: text } }).ok).toBe(false);
    }
    for (const place of ['communeInsee', 'countryInsee', 'postalCode']) {
      expect(checkCompleteness({ traits: { ...traits, birthPlace: { [place]: text } } }).ok).toBe(false);
    }
    expect(
      checkIdentityStatus({ status: text as 'QUAL', attributes: [text as 'HOMA'], ins: true }).findings.length,
    ).toBeGreaterThan(1);
    expect(checkProfessionalId(text).ok).toBe(false);
    expect(checkStructureId(text).ok).toBe(false);
  });

  it('is refused as a message', () => {
    for (const strict of [true, false]) {
      expect(() => parseInsDatamatrix(text, { strict })).toThrow(
        expect.objectContaining({ code: 'TE_DATAMATRIX_INVALID' }),
      );
    }
    expect(() => readPatientCx(text)).toThrow(expect.objectContaining({ code: 'TE_WIRE_INVALID' }));
    expect(() => readPid(text, { dialect: 'rniv2' })).toThrow(expect.objectContaining({ code: 'TE_WIRE_INVALID' }));
    expect(() => readRecordTarget(text)).toThrow(expect.objectContaining({ code: 'TE_XML_INVALID' }));
    expect(() => readFhirPatient(text, { dialect: 'v2-0445' })).toThrow(
      expect.objectContaining({ code: 'TE_WIRE_INVALID' }),
    );
  });

  it('changes nothing in a comparison: never a match, never a pair', () => {
    const odd: PatientInput = { traits: { ...traits, birthName: text }, ins: { value: text, oid: text } };
    expect(compareIdentities(odd, { traits }).outcome).not.toBe('match');
    expect(findDuplicates([odd, { traits }])).toEqual([]);
  });
});

describe('prototype keys', () => {
  it.each([
    '{"__proto__":{"traits":{"birthName":"A"}}}',
    '{"traits":{"__proto__":{"birthName":"A","firstName":"B"}}}',
    '{"constructor":{"prototype":{"traits":{}}}}',
    '{"traits":{"birthPlace":{"__proto__":{"communeInsee":"93066"}}}}',
  ])('%s is no identity and pollutes nothing', (json) => {
    const report = checkCompleteness(JSON.parse(json) as PatientInput);
    expect(report.missing.map(({ trait }) => trait)).toEqual([
      'birthName',
      'firstName',
      'birthDate',
      'sex',
      'birthPlace',
    ]);
    expect(({} as Record<string, unknown>)['traits']).toBeUndefined();
  });

  it('are no codes', () => {
    for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect(
        checkIdentityStatus({ status: key as 'QUAL', attributes: [key as 'HOMA'], ins: false }).findings.map(
          ({ rule }) => rule,
        ),
      ).toEqual(['IDENTITY-STATUS-UNKNOWN', 'IDENTITY-ATTRIBUTE-UNKNOWN']);
      expect(checkCompleteness({ traits: { ...traits, sex: key as 'F' } }).ok).toBe(false);
    }
  });
});

describe('lists and objects without end', () => {
  it('refuses a list of given names of absurd length', () => {
    const birthFirstNames = Array.from({ length: mega }, () => 'ZOE');
    expect(checkCompleteness({ traits: { ...traits, birthFirstNames } }).ok).toBe(false);
  });

  it('reads a FHIR resource with a hundred thousand identifiers', () => {
    const identifier = Array.from({ length: 100_000 }, () => ({
      type: { coding: [{ code: 'NH' }] },
      system: 'urn:oid:1.2.250.1.213.1.4.8',
      value: '1',
    }));
    expect(
      readFhirPatient({ resourceType: 'Patient', identifier }, { dialect: 'identity-status' }).patient.ins,
    ).toBeUndefined();
  });

  it('groups fifty thousand records that share every key', () => {
    const list = Array.from({ length: 50_000 }, (): PatientInput => ({ traits }));
    expect(findDuplicates(list).map(({ key, records }) => [key, records.length])).toEqual([['B', 50_000]]);
  });
});
