import { describe, expect, it } from 'vitest';

import { ExactNumber, numberOf, readJson, writeJson } from '../../src/internal/json/index.ts';

const read = (text: string, limits?: Parameters<typeof readJson>[1]): unknown => readJson(Buffer.from(text), limits);
const reason = (text: string, limits?: Parameters<typeof readJson>[1]): unknown => {
  try {
    read(text, limits);
    return null;
  } catch (error) {
    return (error as { details: { reason: unknown } }).details.reason;
  }
};

describe('JSON from outside', () => {
  it.each(['{}', '[]', '{"a":[1,true,null,"b\\u00e9\\"\\\\"],"é":{"c":-0.5}}', '"x"', ' [ 1 , 2 ] '])(
    'is read as the language reads it: %s',
    (text) => {
      expect(JSON.parse(writeJson(read(text)))).toEqual(JSON.parse(text));
    },
  );

  it('keeps a number as it was written, and writes it back so', () => {
    const text = '{"a":70.10,"b":1.2E+2,"c":12345678901234567890,"d":120}';
    expect(writeJson(read(text))).toBe(text);
    expect((read(text) as { a: unknown }).a).toBeInstanceOf(ExactNumber);
    expect(numberOf((read(text) as { b: unknown }).b)).toBe(120);
  });

  it('passes over a byte order mark, and takes a name of the language for a key', () => {
    expect(read('\uFEFF{"a":1}')).toEqual({ a: 1 });
    expect(Object.keys(read('{"__proto__":{"x":1}}') as object)).toEqual(['__proto__']);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it.each([
    ['{"id":"a","id":"b"}', 'same-key'],
    ['{"a":1,}', 'syntax'],
    ['[1 2]', 'syntax'],
    ['{"a":01}', 'syntax'],
    ['{"a":"\n"}', 'syntax'],
    ['"\\x"', 'syntax'],
    ['"open', 'syntax'],
    ['{} {}', 'syntax'],
    ['', 'syntax'],
    ['['.repeat(5_000), 'too-deep'],
  ])('refuses %.20s (%s)', (text, expected) => {
    expect(reason(text)).toBe(expected);
  });

  it('refuses too many values, and bytes that are no UTF-8', () => {
    expect(reason('[1,2,3]', { maxDepth: 5, maxValues: 3 })).toBe('too-many-values');
    expect(() => readJson(Uint8Array.of(0x22, 0xff, 0x22))).toThrow(
      expect.objectContaining({ details: { reason: 'encoding' } }),
    );
  });

  it('quotes nothing of what it refuses', () => {
    expect(() => read('{"family":"CANARI" "x"}')).toThrow(/^(?!.*CANARI)/s);
  });
});
