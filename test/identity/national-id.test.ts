import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkProfessionalId,
  checkRpps,
  checkStructureId,
  composeProfessionalId,
  composeStructureId,
  parseProfessionalId,
  parseStructureId,
} from '../../src/identity/national-id/index.ts';
import { TerrESanteError } from '../../src/errors.ts';

const digits = (length: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
/** An independent Luhn: the table of doubled digits. */
const luhn = (text: string): number =>
  Array.from(text)
    .reverse()
    .reduce(
      (sum, digit, index) => sum + (index % 2 === 0 ? Number(digit) : [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][Number(digit)]!),
      0,
    ) % 10;

describe('checkRpps', () => {
  it('accepts a number whose Luhn sum is right, and no other', () => {
    fc.assert(
      fc.property(digits(11), (rpps) => {
        const rules = checkRpps(rpps).findings.map(({ rule }) => rule);
        expect(rules).toEqual(luhn(rpps) === 0 ? [] : ['IDENTITY-RPPS-KEY']);
      }),
    );
  });

  it('makes a wrong key a warning when asked: published test identities do not all have a right one', () => {
    const wrong = luhn('99700012349') === 0 ? '99700012348' : '99700012349';
    expect(checkRpps(wrong).findings.map(({ severity }) => severity)).toEqual(['error']);
    expect(checkRpps(wrong, { wrongKey: 'warning' }).findings.map(({ severity }) => severity)).toEqual(['warning']);
  });

  it('says when the national identifier was typed instead', () => {
    expect(checkRpps('899700012349').findings[0]).toMatchObject({
      rule: 'IDENTITY-RPPS-PREFIX',
      message: expect.stringContaining('Identifiant national'),
    });
  });

  it.each(['', '9970001234', '997000123490', '9970001234a', '９9700012349', ' 99700012349', null])(
    'refuses %j',
    (rpps) => {
      expect(checkRpps(rpps as string).findings[0]?.severity).toBe('error');
    },
  );
});

describe('professional identifiers', () => {
  it.each([
    ['899900000017', { kind: 'RPPS', rpps: '99900000017', localId: null }],
    ['00B7010446', { kind: 'ADELI', rpps: null, number: '0B7010446' }],
    ['10B0011797/00B1022322', { kind: 'FINESS_LOCAL', number: '0B0011797', localId: '00B1022322' }],
    ['3760021832/000000018', { kind: 'FINESS_LOCAL', number: '760021832', localId: '000000018' }],
    ['500000000029751/CPAT0001', { kind: 'SIRET_LOCAL', localId: 'CPAT0001' }],
    ['2123', { kind: 'DRASS', deprecated: true }],
    ['9123', { kind: 'STUDENT', deprecated: true }],
  ])('reads %s', (text, expected) => {
    expect(parseProfessionalId(text)).toMatchObject({ value: text, ...expected });
    expect(checkProfessionalId(text).findings.every(({ rule }) => rule === 'IDENTITY-RPPS-KEY')).toBe(true);
  });

  it.each([
    '',
    '8',
    '89990000001',
    '8999000000170',
    '8A9900000017',
    '0123',
    '0123456789/x',
    '7123',
    '3760021832/',
    '3760021832/a b',
    '376002183/1',
    '8999/x',
    `3760021832/${'x'.repeat(60)}`,
    'x'.repeat(1_000_000),
    null,
  ])('refuses %.20j', (text) => {
    expect(() => parseProfessionalId(text as string)).toThrow(
      expect.objectContaining({ code: 'TE_NATIONAL_ID_INVALID' }),
    );
    expect(checkProfessionalId(text as string).ok).toBe(false);
  });

  it('composes what it reads', () => {
    fc.assert(
      fc.property(
        digits(11),
        digits(9),
        digits(14),
        fc.stringMatching(/^[A-Z0-9]{1,12}$/),
        (rpps, nine, fourteen, localId) => {
          for (const parts of [
            { kind: 'RPPS', number: rpps },
            { kind: 'ADELI', number: nine },
            { kind: 'FINESS_LOCAL', number: nine, localId },
            { kind: 'SIREN_LOCAL', number: nine, localId },
            { kind: 'SIRET_LOCAL', number: fourteen, localId },
            { kind: 'RPPS_PRACTICE_LOCAL', number: fourteen, localId },
          ] as const) {
            expect(parseProfessionalId(composeProfessionalId(parts))).toMatchObject(parts);
          }
        },
      ),
    );
    expect(() => composeProfessionalId({ kind: 'RPPS', number: '123' })).toThrow(TerrESanteError);
    expect(() => composeProfessionalId({ kind: 'constructor' as 'RPPS', number: '123' })).toThrow(TerrESanteError);
  });
});

describe('structure identifiers', () => {
  it.each([
    ['10B0127189', 'FINESS'],
    ['339172288100052', 'SIRET'],
    ['499900063480001', 'RPPS_PRACTICE'],
    ['00B7010446', 'ADELI_PRACTICE'],
    ['2391722881', 'SIREN'],
    ['5990000010', 'FINESS_LEGAL'],
    ['6990000010', 'FINESS_GEOGRAPHIC'],
    ['40123', 'ROR'],
    ['41ABC', 'ROR'],
  ])('reads %s as %s', (text, kind) => {
    const read = parseStructureId(text);
    expect(read.kind).toBe(kind);
    expect(read.deprecated).toBe(kind === 'FINESS_LEGAL' || kind === 'FINESS_GEOGRAPHIC');
    expect(checkStructureId(text).findings).toEqual([]);
  });

  it.each([
    '',
    '1',
    '199000001',
    '19900000100',
    '33917228810005',
    '7990000010',
    '8990000010',
    '1 90000010',
    '1990000010/1',
    null,
  ])('refuses %j', (text) => {
    expect(() => parseStructureId(text as string)).toThrow(TerrESanteError);
    expect(checkStructureId(text as string).ok).toBe(false);
  });

  it('does not read the digits of persons: 8 is no structure', () => {
    expect(() => parseStructureId('899900000017')).toThrow(TerrESanteError);
  });

  it('composes what it reads', () => {
    for (const [kind, number] of [
      ['FINESS', '990000010'],
      ['SIRET', '39172288100052'],
      ['SIREN', '391722881'],
      ['RPPS_PRACTICE', '99900063480001'],
      ['ADELI_PRACTICE', '0B7010446'],
    ] as const) {
      expect(parseStructureId(composeStructureId({ kind, number }))).toMatchObject({ kind, number });
    }
    expect(() => composeStructureId({ kind: 'FINESS', number: '12' })).toThrow(TerrESanteError);
  });
});
