import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deriveRows } from '../../src/nomenclature/derive.ts';
import { conceptTables, mappingTables } from '../../src/nomenclature/names.ts';

const base = `
A	s1	First	x
B	s1	Second
B	s2	Other system
C	s1	Third
`;

describe('a table written as its differences from another one', () => {
  it('takes runs of the base in the order of the variant, and its own rows', () => {
    expect(deriveRows(base, 4, '\n=1\tC\ts1\n+D\ts1\tOwn\n=2\tA\ts1\n')).toBe(
      'C\ts1\tThird\nD\ts1\tOwn\nA\ts1\tFirst\tx\nB\ts1\tSecond',
    );
  });

  it('takes only the columns that the variant has', () => {
    expect(deriveRows(base, 3, '=1\tA\ts1')).toBe('A\ts1\tFirst');
  });

  it('finds a row by code and system', () => {
    expect(deriveRows(base, 3, '=1\tB\ts2')).toBe('B\ts2\tOther system');
  });

  it('refuses a base that no longer has the row', () => {
    expect(() => deriveRows(base, 3, '=1\tZ\ts1')).toThrow('Z s1');
  });
});

/** Rows and SHA-256 of the published tables of the DMP, as they were compiled whole. */
const published = [
  ['classCodeDmp', 12, '6de584e70b38aef8'],
  ['confidentialityCodeDmp', 6, '52c0478559c18dd2'],
  ['contentTypeDmp', 101, '13ff3ae115d44669'],
  ['formatCodeDmp', 62, 'f3a967c8f1dc27b3'],
  ['healthcareFacilityTypeDmp', 68, 'bb99c6f773613460'],
  ['referenceIdTypeDmp', 3, '7c38ebda06b07a7e'],
  ['typeCodeDmp', 108, '90d59796997fabd7'],
  ['typeToClassDmp', 103, 'c96bf54eaf311bd8'],
] as const;

describe('the tables of the DMP', () => {
  it.each(published)('%s has the rows of its publication', async (name, count, digest) => {
    const { rows } = await { ...conceptTables, ...mappingTables }[name]();
    const lines = rows.trim().split('\n');
    expect(lines).toHaveLength(count);
    expect(createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16)).toBe(digest);
  });
});
