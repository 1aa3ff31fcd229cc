import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bytesSource, collect, type ByteSource } from '../../src/internal/bytes.ts';
import { attributeOf, cutContent, cutLongTexts, descendants, readXml } from '../../src/internal/xml/index.ts';

function chunked(bytes: Uint8Array, length: number): ByteSource {
  return {
    byteLength: bytes.length,
    async *open() {
      for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
    },
  };
}

const pdf = randomBytes(100_001);
const base64 = pdf.toString('base64');
const lines = base64.replaceAll(/.{76}/g, '$&\r\n');
const around = (text: string): Buffer =>
  Buffer.from(
    `<?xml version="1.0"?><?pi a > b?><!-- <x> --><d a="1>2"><e/><![CDATA[<y>]]><text n='it"s' mediaType="application/pdf">${text}</text><z>fin é</z></d>`,
  );

describe('cutLongTexts', () => {
  it.each([
    ['one line', base64, 65_536],
    ['lines of 76', lines, 65_536],
    ['chunks of 7 bytes', base64, 7],
    ['spaces around', `\n   ${base64}\n `, 1000],
  ])('cuts and gives back the content: %s', async (_, text, length) => {
    const source = chunked(around(text), length);
    const { xml, cuts } = await cutLongTexts(source);
    expect(Buffer.from(xml).equals(around(''))).toBe(true);
    expect(cuts).toHaveLength(1);
    const element = [...descendants(readXml(xml))][cuts[0]!.elementIndex];
    expect(attributeOf(element, 'mediaType')).toBe('application/pdf');
    const content = cutContent(source, cuts[0]!);
    const decoded = await collect(content.open());
    expect(content.byteLength).toBe(pdf.length);
    expect(Buffer.from(decoded).equals(pdf)).toBe(true);
  });

  it('leaves a short base64 and a long narrative where they are', async () => {
    for (const text of ['QUJD', 'Texte suivi, é. '.repeat(20_000)]) {
      const { xml, cuts } = await cutLongTexts(bytesSource(around(text)));
      expect(Buffer.from(xml).equals(around(text))).toBe(true);
      expect(cuts).toEqual([]);
    }
  });

  it.each([
    ['a letter that is not base64', `${base64}é`],
    ['an entity', `${base64}&amp;`],
    ['padding in the middle', `${base64.slice(0, 70_000)}==${base64.slice(70_000)}`],
    ['a length that cannot be', base64.replace(/=+$/, '').slice(0, 80_001)],
  ])('refuses %s', async (_, text) => {
    await expect(cutLongTexts(bytesSource(around(text)))).rejects.toMatchObject({ code: 'TE_XML_INVALID' });
  });

  it('refuses a text that does not end, and a skeleton above the limit', async () => {
    const open = Buffer.from(`<d>${base64}`);
    await expect(cutLongTexts(bytesSource(open))).rejects.toMatchObject({ code: 'TE_XML_INVALID' });
    const long = Buffer.from(`<d a="${'x'.repeat(3000)}">`);
    await expect(cutLongTexts(bytesSource(long), { maxSkeletonBytes: 1000 })).rejects.toMatchObject({
      code: 'TE_XML_INVALID',
    });
    const comment = Buffer.from(`<d><!-- ${'x'.repeat(1_100_000)} --></d>`);
    await expect(cutLongTexts(chunked(comment, 65_536))).rejects.toMatchObject({ code: 'TE_XML_INVALID' });
  });
});
