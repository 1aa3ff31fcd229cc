import { describe, expect, it } from 'vitest';

import { collect } from '../../src/internal/bytes.ts';
import { mimeParts, parseHeaders, parseHeaderValue } from '../../src/internal/mime/index.ts';

interface Read {
  readonly headers: Record<string, string>;
  readonly id: string | null;
  readonly text: string;
}

/** The same bytes in pieces of one length: no cut may change what is read. */
async function* inPieces(bytes: Buffer, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function read(body: string, boundary = 'b', length = 1_000_000): Promise<Read[]> {
  const parts: Read[] = [];
  for await (const part of mimeParts(inPieces(Buffer.from(body, 'latin1'), length), boundary)) {
    const text = Buffer.from(await collect(part.content())).toString('latin1');
    parts.push({ headers: Object.fromEntries(part.headers), id: part.contentId, text });
  }
  return parts;
}

const part = (headers: string, content: string): string => `\r\n--b\r\n${headers}\r\n\r\n${content}`;

describe('a multipart body', () => {
  it.each([1, 2, 3, 7, 64, 100_000])('is read the same in pieces of %i bytes', async (length) => {
    const body = `preamble${part('Content-ID: <root@a>', '<e/>')}${part('content-id:doc@a', 'line\r\n--bx\r\nmid --b line\r\n--b-\r\n\r\n')}\r\n--b--\r\nepilogue`;
    const parts = await read(body, 'b', length);

    expect(parts.map(({ id }) => id)).toEqual(['root@a', 'doc@a']);
    expect(parts.map(({ text }) => text)).toEqual(['<e/>', 'line\r\n--bx\r\nmid --b line\r\n--b-\r\n\r\n']);
  });

  it('may begin with its delimiter, have bare line feeds, blanks behind a delimiter and no headers', async () => {
    const parts = await read('--b \t\nA: 1\n\none\n--b\n\ntwo\n--b--');

    expect(parts.map(({ headers, text }) => [headers, text])).toEqual([
      [{ a: '1' }, 'one'],
      [{}, 'two'],
    ]);
  });

  it('may hold an empty part', async () => {
    expect(await read('--b\r\nA: 1\r\n\r\n--b\r\n\r\n\r\n--b--')).toMatchObject([{ text: '' }, { text: '' }]);
  });

  it.each([
    ['no such boundary', 'just a page', 'boundary-not-found'],
    ['no closing delimiter', `${part('A: 1', 'content')}\r\n`, 'not-closed'],
    ['a cut delimiter at the end', `${part('A: 1', 'content')}\r\n--b-`, 'not-closed'],
    ['a line that is no field', `${part('no field', 'content')}\r\n--b--`, 'bad-header'],
    ['an endless header', `\r\n--b\r\nA: ${'a'.repeat(20_000)}`, 'long-header'],
    ['too many parts', `${part('A: 1', '').repeat(1_001)}\r\n--b--`, 'too-many-parts'],
    ['an unknown transfer encoding', `${part('Content-Transfer-Encoding: x-zip', 'a')}\r\n--b--`, 'encoding'],
    ['broken base64', `${part('Content-Transfer-Encoding: base64', 'AA*=')}\r\n--b--`, 'base64'],
    ['base64 behind its padding', `${part('Content-Transfer-Encoding: base64', 'AA==AAAA')}\r\n--b--`, 'base64'],
    [
      'a broken escape',
      `${part('Content-Transfer-Encoding: quoted-printable', 'a=Zb\r\n')}\r\n--b--`,
      'quoted-printable',
    ],
  ])('with %s is refused', async (_what, body, reason) => {
    await expect(read(body)).rejects.toMatchObject({ code: 'TE_PROTOCOL', details: { reason } });
  });

  it.each([1, 3, 5, 1_000])('decodes transfer encodings cut at every %i bytes', async (length) => {
    const text = 'Élodie = 1 +\t2 \r\nfin';
    const base64 = Buffer.from(text, 'latin1')
      .toString('base64')
      .replace(/(.{7})/g, '$1\r\n');
    const printable = '=C9lodie =3D 1 +\t2=20\r\nf=\r\nin';
    const body =
      part('Content-Transfer-Encoding: BASE64', base64) +
      part('Content-Transfer-Encoding: quoted-printable', printable) +
      '\r\n--b--';

    const parts = await read(body, 'b', length);
    expect(parts.map((one) => one.text)).toEqual([text, text]);
  });

  it('tells its source that nobody reads on', async () => {
    let isLeft = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.from(part('A: 1', 'content'));
      } finally {
        isLeft = true;
      }
    }

    for await (const _ of mimeParts(source(), 'b')) break;
    expect(isLeft).toBe(true);
  });

  it('skips what is not read of a part', async () => {
    const bytes = Buffer.from(`${part('A: 1', 'x'.repeat(5_000))}${part('A: 2', 'y')}\r\n--b--`);
    const seen: (string | undefined)[] = [];
    for await (const { headers } of mimeParts(inPieces(bytes, 100), 'b')) seen.push(headers.get('a'));
    expect(seen).toEqual(['1', '2']);
  });
});

describe('a header value', () => {
  it.each([
    ['multipart/related; boundary="a:b+c=d"; type=text/xml', { boundary: 'a:b+c=d', type: 'text/xml' }],
    ['Multipart/Related ;BOUNDARY=x ; start="<a;b>";', { boundary: 'x', start: '<a;b>' }],
    [String.raw`multipart/related; start="a\"b"`, { start: 'a"b' }],
    ['multipart/related; boundary=one; boundary=two', { boundary: 'one' }],
    ['multipart/related', {}],
  ])('%s', (text, parameters) => {
    const read = parseHeaderValue(text);
    expect(read.value).toBe('multipart/related');
    expect(Object.fromEntries(read.parameters)).toEqual(parameters);
  });
});

describe('header fields', () => {
  it('are unfolded, and of one given twice the first counts', () => {
    const headers = parseHeaders(
      Buffer.from('Content-ID: <a>\r\nContent-Type: text/xml;\r\n\tcharset=UTF-8\r\ncontent-id: <b>'),
    );
    expect(Object.fromEntries(headers)).toEqual({ 'content-id': '<a>', 'content-type': 'text/xml; charset=UTF-8' });
  });
});
