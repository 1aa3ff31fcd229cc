import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TerrESanteError } from '../../src/errors.ts';
import { load } from './load.ts';
import { checkIns, findInsOid, insKey, insOids, parseIns } from '../../src/identity/index.ts';

interface Vector {
  readonly id: string;
  readonly matricule: string;
  readonly rules: readonly string[];
  readonly valid: boolean;
  readonly note: string;
  readonly source: string;
}
const vectors = load<Vector>('matricule');
const test = { oid: '1.2.250.1.213.1.4.10', environment: 'test' } as const;

const departments = fc.oneof(
  fc.integer({ min: 0, max: 99_999 }).map((place) => String(place).padStart(5, '0')),
  fc
    .tuple(fc.constantFrom('2A', '2B'), fc.integer({ min: 0, max: 999 }))
    .map(([d, n]) => d + String(n).padStart(3, '0')),
);
const months = fc
  .oneof(fc.integer({ min: 1, max: 13 }), fc.integer({ min: 20, max: 99 }))
  .map((n) => String(n).padStart(2, '0'));
const bodies = fc
  .tuple(
    fc.constantFrom('1', '2', '3', '4', '7', '8'),
    fc.integer({ min: 0, max: 99 }),
    months,
    departments,
    fc.integer({ min: 0, max: 999 }),
  )
  .map(
    ([first, year, month, place, serial]) =>
      first + String(year).padStart(2, '0') + month + place + String(serial).padStart(3, '0'),
  );

describe('checkIns', () => {
  it.each(vectors)('$id $matricule: $note ($source)', ({ matricule, rules, valid }) => {
    const { ok, findings } = checkIns(matricule);
    expect(findings.map(({ rule }) => rule)).toEqual(rules);
    expect(ok).toBe(valid);
    if (valid) expect(parseIns(matricule, test).value).toBe(matricule);
    else expect(() => parseIns(matricule, test)).toThrow(TerrESanteError);
  });

  it.each([['1 85 05 78 006 084 91'], ['1.85.05.78.006.084-91'], ['1\u00A085\u202F05780060849\t1\n']])(
    'reads the typing habits: %j',
    (text) => {
      expect(parseIns(text, test).value).toBe('185057800608491');
    },
  );

  it('finds a text of separators too long, not too short', () => {
    expect(checkIns(`185057800608491${' '.repeat(100)}`).findings).toEqual([]);
    expect(checkIns(`185057800608491${' '.repeat(1000)}`).findings.map(({ rule }) => rule)).toEqual([
      'IDENTITY-LENGTH',
    ]);
  });

  it('reads the Corsican letter in either case', () => {
    expect(parseIns('188112a00401120', test).value).toBe('188112A00401120');
  });

  it.each([
    '',
    ' ',
    '1850578006084',
    '１85057800608491',
    '185057800608491_',
    '18505780060849１',
    '18505780060849\u0000',
    '18505A800608491',
    '185052C00608491',
    '\uD800',
  ])('refuses %j', (text) => {
    expect(checkIns(text).findings[0]?.severity).toBe('error');
  });

  it.each(['18505780060849A', '1850578006084A1', 'A85057800608491'])(
    'says that %s holds a letter, not a wrong key',
    (text) => {
      expect(checkIns(text).findings.map(({ rule }) => rule)).toEqual(['IDENTITY-CHARACTER']);
    },
  );

  it.each([undefined, null, 185057800608491, {}, [], Symbol('x')])('refuses what is no text: %s', (value) => {
    expect(checkIns(value as string).findings.map(({ rule }) => rule)).toEqual(['IDENTITY-CHARACTER']);
  });

  it('reports in the fixed order', () => {
    expect(checkIns('585007800608400').findings.map(({ rule }) => rule)).toEqual([
      'IDENTITY-FIRST-DIGIT',
      'IDENTITY-MONTH',
      'IDENTITY-KEY',
    ]);
    expect(checkIns('385137800608400').findings.map(({ rule }) => rule)).toEqual([
      'IDENTITY-FIRST-DIGIT-LEGACY',
      'IDENTITY-MONTH-13',
      'IDENTITY-KEY',
    ]);
  });

  it('makes every finding presentable: French message, path, no digit of the number', () => {
    for (const { matricule } of vectors) {
      for (const { message, path } of checkIns(matricule).findings) {
        expect(path).toBe('ins.value');
        expect(message).not.toMatch(/\d{5}/);
      }
    }
  });

  it('accepts any body with its key, and BigInt agrees on the key', () => {
    fc.assert(
      fc.property(bodies, (body) => {
        const key = insKey(body);
        const digits = body.replace('2A', '19').replace('2B', '18');
        expect(97n - (BigInt(body.includes('A', 5) || body.includes('B', 5) ? digits : body) % 97n)).toBe(BigInt(key));
        expect(parseIns(body + key, test)).toMatchObject({ body, key });
      }),
    );
  });

  it('refuses every error of one digit', () => {
    fc.assert(
      fc.property(bodies, fc.nat(14), fc.integer({ min: 1, max: 9 }), (body, position, shift) => {
        const good = body + insKey(body);
        const old = good.charCodeAt(position) - 48;
        fc.pre(old <= 9);
        const bad = good.slice(0, position) + String((old + shift) % 10) + good.slice(position + 1);
        expect(checkIns(bad).ok).toBe(false);
      }),
    );
  });
});

describe('insKey', () => {
  it.each([
    '',
    '285019999999',
    '2850199999999\n',
    '28501999999990',
    '2850C99999999',
    '28505A2999999',
    // One letter in each part: sex, year, month, department, commune and serial number.
    'A850199999999',
    '28A0199999999',
    '2850A99999999',
    '28501A9999999',
    '285012C999999',
    '28501999999A9',
  ])('refuses %j', (body) => {
    expect(() => insKey(body)).toThrow(
      expect.objectContaining({
        code: 'TE_INS_INVALID',
        findings: [
          expect.objectContaining({
            rule: 'IDENTITY-CHARACTER',
            path: 'ins.value',
            message: expect.stringContaining('Matricule INS') as unknown,
            messageEn: expect.stringContaining('ins:') as unknown,
          }),
        ],
      }),
    );
  });

  it('has no opinion on what a key alone cannot tell', () => {
    // A first digit that no matricule has, a serial number of zeros: the digits are there.
    expect(insKey('0000000000000')).toBe('97');
    expect(insKey('1850199000000')).toMatch(/^\d{2}$/);
  });
});

describe('parseIns', () => {
  it('tells NIR and NIA by the OID alone', () => {
    const read = (oid: string): string => parseIns('790069935001296', { oid, environment: 'production' }).kind;
    expect(read('1.2.250.1.213.1.4.8')).toBe('NIR');
    expect(read('1.2.250.1.213.1.4.9')).toBe('NIA');
  });

  it.each(['1.2.250.1.213.1.4.10', '1.2.250.1.213.1.4.11'])('refuses the test OID %s in production', (oid) => {
    expect(parseIns('185057800608491', { oid, environment: 'test' }).test).toBe(true);
    expect(() => parseIns('185057800608491', { oid, environment: 'production' })).toThrow(
      expect.objectContaining({
        code: 'TE_INS_INVALID',
        findings: [expect.objectContaining({ rule: 'IDENTITY-OID-ENVIRONMENT' })],
      }),
    );
    expect(() => parseIns('185057800608491', { oid } as never)).toThrow(TerrESanteError);
  });

  it.each(['1.2.250.1.213.1.4.2', '', 'urn:oid:1.2.250.1.213.1.4.8', '1.2.250.1.213.1.4.80', undefined])(
    'refuses another OID: %s',
    (oid) => {
      expect(findInsOid(oid)).toBeNull();
      expect(() => parseIns('185057800608491', { oid: oid as string, environment: 'test' })).toThrow(
        expect.objectContaining({
          code: 'TE_INS_INVALID',
          findings: [expect.objectContaining({ rule: 'IDENTITY-OID' })],
        }),
      );
    },
  );

  it('reads a number with a wrong key of others with a warning only when asked', () => {
    const read = parseIns('276037510669380', { ...test, wrongKey: 'warning' });
    expect(read.warnings.map(({ rule, severity }) => [rule, severity])).toEqual([['IDENTITY-KEY', 'warning']]);
    expect(() => parseIns('276037510669380', test)).toThrow(TerrESanteError);
  });

  it('never shows the number in the error', () => {
    try {
      parseIns('185057800608492', test);
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify(error) + String(error)).not.toContain('18505780060849');
    }
  });

  it('knows the four OIDs and nothing of Object.prototype', () => {
    expect(insOids.map(({ fhirType }) => fhirType)).toEqual(['INS-NIR', 'INS-NIA', 'INS-NIR-TEST', 'INS-NIR-DEMO']);
    expect(findInsOid('constructor')).toBeNull();
  });
});
