import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildInsDatamatrix,
  checkCoherence,
  type InsDatamatrix,
  parseInsDatamatrix,
  type PatientInput,
} from '../../src/identity/index.ts';
import { TerrESanteError } from '../../src/errors.ts';
import { load } from './load.ts';
import { qualifiedPatients } from './arbitraries.ts';

interface Vector {
  readonly id: string;
  readonly raw: string;
  readonly strict: boolean;
  readonly source: string;
  readonly expected?: Omit<InsDatamatrix, 'warnings'>;
  readonly rule?: string;
  readonly note?: string;
}
const vectors = load<Vector>('datamatrix');
const whole = vectors[0]!.raw;
const patient: PatientInput = {
  traits: {
    birthName: 'Martin',
    firstName: 'Zoé',
    birthFirstNames: ['Zoé', 'Lou'],
    sex: 'F',
    birthDate: '1985-01-12',
    birthPlace: { communeInsee: '93066' },
  },
  ins: { value: '285019306600186', oid: '1.2.250.1.213.1.4.9' },
  identityStatus: 'QUAL',
};

describe('a reader that types like a keyboard', () => {
  const expected = parseInsDatamatrix(whole);

  it.each([
    '<GS>',
    '<gs>',
    '{GS}',
    '[GS]',
    '(GS)',
    '^]',
    '\u241D',
    '\u2194',
    String.raw`\x1d`,
    String.raw`\u001D`,
    String.raw`\035`,
    '&#29;',
    '<0x1D>',
    '%1D',
    '\t',
    '\x1E',
    '\r\n',
  ])('may spell the separator %j', (separator) => {
    const typed = whole.replaceAll('\x1D', separator);
    expect(parseInsDatamatrix(typed, { strict: false })).toEqual(expected);
    expect(parseInsDatamatrix(`]d1${typed}\r\n`, { strict: false })).toEqual(expected);
  });

  it.each([']d1', ']d2', ']D6', '\x02]d1', '\x1D', '\uFEFF', ' ]d1 '])('may put %j before the message', (prefix) => {
    expect(parseInsDatamatrix(prefix + whole, { strict: false })).toEqual(expected);
    expect(() => parseInsDatamatrix(prefix + whole)).toThrow(
      expect.objectContaining({ code: 'TE_DATAMATRIX_INVALID' }),
    );
  });

  it('may turn the apostrophe into a typographic one', () => {
    const message = buildInsDatamatrix({ ...patient, traits: { ...patient.traits, birthName: "D'AUBIGNE" } });
    const typed = message.replace("'", '\u2019');
    expect(parseInsDatamatrix(typed, { strict: false })).toEqual(parseInsDatamatrix(message));
    expect(() => parseInsDatamatrix(typed)).toThrow(TerrESanteError);
  });

  it.each([']z1', ']d', 'd1', 'QR:', ']d1]d1'])('is not read with %j before the message', (prefix) => {
    expect(() => parseInsDatamatrix(prefix + whole, { strict: false })).toThrow(
      expect.objectContaining({ findings: [expect.objectContaining({ rule: 'IDENTITY-HEADER' })] }),
    );
  });
});

describe('parseInsDatamatrix', () => {
  it.each(vectors)('$id strict=$strict $note ($source)', ({ raw, strict, expected, rule }) => {
    if (expected) {
      const { warnings, ...read } = parseInsDatamatrix(raw, { strict });
      expect(read).toEqual(expected);
      expect(warnings).toEqual([]);
      // What strict mode reads, lenient mode reads too.
      expect(parseInsDatamatrix(raw, { strict: false })).toEqual({ ...read, warnings });
    } else {
      expect(() => parseInsDatamatrix(raw, { strict })).toThrow(
        expect.objectContaining({
          code: 'TE_DATAMATRIX_INVALID',
          findings: expect.arrayContaining([expect.objectContaining({ rule })]),
        }),
      );
    }
  });

  it('is strict unless told otherwise', () => {
    const raw = vectors.find(({ id }) => id === 'M07')!.raw;
    expect(() => parseInsDatamatrix(raw)).toThrow(TerrESanteError);
  });

  it('refuses a test number in production', () => {
    const raw = whole;
    expect(() => parseInsDatamatrix(raw, { environment: 'production' })).toThrow(
      expect.objectContaining({ findings: [expect.objectContaining({ rule: 'IDENTITY-OID-ENVIRONMENT' })] }),
    );
  });

  it('gives what checkCoherence takes', () => {
    const scan = parseInsDatamatrix(whole);
    expect(
      checkCoherence(scan, { ...scan, birthPlace: scan.birthPlace ?? undefined }).findings.map(({ rule }) => rule),
    ).toEqual(['IDENTITY-BIRTH-PLACE-MISMATCH']);
  });

  it('says where, and never what', () => {
    const raw = `${whole}S9CANARI`;
    try {
      parseInsDatamatrix(raw);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        findings: [{ rule: 'IDENTITY-UNKNOWN-BLOCK' }],
        details: { position: raw.length - 8 },
      });
      expect(JSON.stringify(error)).not.toMatch(/CANARI|279035|TROIS/);
    }
  });

  it('refuses any mutilated message with a typed error', () => {
    const raw = whole;
    fc.assert(
      fc.property(
        fc.nat(raw.length),
        fc.nat(4),
        fc.string({ unit: 'binary', maxLength: 3 }),
        fc.boolean(),
        (at, cut, put, strict) => {
          try {
            parseInsDatamatrix(raw.slice(0, at) + put + raw.slice(at + cut), { strict });
          } catch (error) {
            expect(error).toBeInstanceOf(TerrESanteError);
          }
        },
      ),
    );
  });
});

describe('buildInsDatamatrix', () => {
  it('separates variable blocks that are not full, and nothing else', () => {
    expect(buildInsDatamatrix(patient)).toBe(
      `IS01${'0'.repeat(22)}S1285019306600186S21.2.250.1.213.1.4.9\x1DS3ZOE LOU\x1DS4MARTIN\x1DS5FS612-01-1985S793066`,
    );
    const full = { ...patient, traits: { ...patient.traits, birthName: 'A'.repeat(100) } };
    expect(buildInsDatamatrix(full)).toContain(`S4${'A'.repeat(100)}S5F`);
    expect(parseInsDatamatrix(buildInsDatamatrix(full)).birthName).toBe('A'.repeat(100));
  });

  it('refuses a name longer than its block', () => {
    const long = { ...patient, traits: { ...patient.traits, birthName: 'A'.repeat(101) } };
    expect(() => buildInsDatamatrix(long)).toThrow(expect.objectContaining({ code: 'TE_DATAMATRIX_INVALID' }));
  });

  it.each(['PROV', 'VALI', 'RECUP', undefined] as const)(
    'refuses an identity that is not qualified: %s',
    (identityStatus) => {
      expect(() => buildInsDatamatrix({ ...patient, identityStatus })).toThrow(
        expect.objectContaining({ code: 'TE_IDENTITY_STATUS' }),
      );
    },
  );

  it('refuses a number with a wrong key, even qualified', () => {
    const wrong = { ...patient, ins: { value: '276037510669380', oid: '1.2.250.1.213.1.4.8' } };
    expect(() => buildInsDatamatrix(wrong)).toThrow(TerrESanteError);
  });

  it('comes back the same, strict and without its separators', () => {
    fc.assert(
      fc.property(qualifiedPatients, (qualified) => {
        const message = buildInsDatamatrix(qualified);
        const strict = parseInsDatamatrix(message);
        expect(strict).toMatchObject({
          value: qualified.ins.value,
          oid: qualified.ins.oid,
          birthName: qualified.traits.birthName,
          birthFirstNames: qualified.traits.birthFirstNames.join(' '),
          birthDate: qualified.traits.birthDate,
          sex: qualified.traits.sex,
        });
        for (const separator of ['', ' ', '<GS>', '{GS}', '^]', '\u241D']) {
          expect(parseInsDatamatrix(message.replaceAll('\x1D', separator), { strict: false })).toEqual(strict);
        }
      }),
    );
  });
});
