import { describe, expect, it } from 'vitest';

import { readXml } from '../../src/internal/xml/index.ts';
import { NameTable } from '../../src/internal/xml/names.ts';

describe('the names of a document', () => {
  it('are each itself, however many fall on one place of the table', () => {
    const table = new NameTable();
    const locals = Array.from({ length: 3_000 }, (_, place) => `n${String(place)}`);
    const names = [...locals, '__proto__', 'constructor', 'p:__proto__', ...locals.map((name) => `p:${name}`)];

    // Twice: the second time most of them have lost their place to another.
    const wrong = [...names, ...names].filter((name) => {
      const [last = '', prefix = null] = name.split(':').toReversed();
      const read = table.read(name);
      return read?.name !== name || read.prefix !== prefix || read.localName !== last;
    });
    expect(wrong).toEqual([]);
  });

  it.each([':a', 'a:', 'a:b:c', 'a:-b', 'a:1', ':'])('%s is none, each time', (name) => {
    const table = new NameTable();
    expect([table.read(name), table.read(name)]).toEqual([null, null]);
  });

  it('keep children and attributes of their own, from none to many', () => {
    const root = readXml('<a><b x="1"/><c/>text<d y="2" z="3">t<e/>u</d></a>');
    const [b, c, text, d] = root.children as [never, never, string, { children: unknown[]; attributes: unknown[] }];

    expect(b).toMatchObject({ localName: 'b', children: [], attributes: [{ name: 'x', value: '1' }] });
    expect(c).toMatchObject({ localName: 'c', children: [], attributes: [] });
    expect(text).toBe('text');
    expect(d.attributes).toMatchObject([{ value: '2' }, { value: '3' }]);
    expect(d.children).toMatchObject(['t', { localName: 'e' }, 'u']);
  });
});
