import { describe, expect, it } from 'vitest';
import { isTerrESanteError } from '../../src/errors.ts';
import { descendants, readXml, textOf, type ReadElement } from '../../src/internal/xml/index.ts';

/** The reason and the offset of a refusal. */
function refusal(
  input: string | Uint8Array,
  options?: Parameters<typeof readXml>[1],
): { reason: unknown; position: unknown } {
  try {
    readXml(input, options);
  } catch (error) {
    if (!isTerrESanteError(error) || error.code !== 'TE_XML_INVALID') throw error;

    expect(JSON.stringify(error) + error.message).not.toContain('CANARI');
    return { reason: error.details['reason'], position: error.details['position'] };
  }
  return { reason: 'read', position: null };
}

const names = (root: ReadElement): string[] =>
  [...descendants(root)].map(({ namespace, localName }) => `{${namespace}}${localName}`);

describe('the tree of an XML document', () => {
  it('keeps names, prefixes, namespaces, attributes and their order', () => {
    expect(readXml('<a xmlns="urn:a" xmlns:p="urn:p" p:x="1" y=\'2\'><p:b/><c xmlns=""/></a>')).toEqual({
      localName: 'a',
      prefix: '',
      namespace: 'urn:a',
      attributes: [
        { name: 'xmlns', localName: 'xmlns', namespace: 'http://www.w3.org/2000/xmlns/', value: 'urn:a' },
        { name: 'xmlns:p', localName: 'p', namespace: 'http://www.w3.org/2000/xmlns/', value: 'urn:p' },
        { name: 'p:x', localName: 'x', namespace: 'urn:p', value: '1' },
        { name: 'y', localName: 'y', namespace: '', value: '2' },
      ],
      children: [
        { localName: 'b', prefix: 'p', namespace: 'urn:p', attributes: [], children: [] },
        {
          localName: 'c',
          prefix: '',
          namespace: '',
          attributes: [{ name: 'xmlns', localName: 'xmlns', namespace: 'http://www.w3.org/2000/xmlns/', value: '' }],
          children: [],
        },
      ],
    });
  });

  it('makes one text of what comments, instructions, CDATA and references part', () => {
    const root = readXml('<a>1<!-- 2 -->3<![CDATA[<4>&amp;]]>5<?six?>7&lt;&#x38;&#57;</a>');
    expect(root.children).toEqual(['13<4>&amp;57<89']);
  });

  it('normalises line ends and the white space of attributes as XML 1.0 does, and no other', () => {
    const root = readXml('<a b="\r\n\t&#13;&#9;">1\r2\r\n3&#13;4\u00855\u2028</a>');
    expect(root.attributes[0]?.value).toBe('  \r\t');
    expect(root.children).toEqual(['1\n2\n3\r4\u00855\u2028']);
  });

  it('keeps the white space of a namespace name: a signature is computed over it', () => {
    expect(names(readXml('<p:a xmlns:p=" urn:p "/>'))).toEqual(['{ urn:p }a']);
  });

  it('forgets the declarations of an element at its end', () => {
    const root = readXml('<p:a xmlns:p="1"><p:b xmlns:p="2" xmlns:q="3"><q:c xmlns:q="4"/><q:d/></p:b><p:e/></p:a>');
    expect(names(root)).toEqual(['{1}a', '{2}b', '{4}c', '{3}d', '{1}e']);
    expect(refusal('<a><b xmlns:q="3"/><q:c/></a>').reason).toBe('undeclared-prefix');
  });

  it('is walked in document order', () => {
    expect(names(readXml('<a><b><c/>x<d/></b><e/></a>'))).toEqual(['{}a', '{}b', '{}c', '{}d', '{}e']);
  });

  it('takes the word DOCTYPE where it is none', () => {
    expect(textOf(readXml('<!-- <!DOCTYPE b> --><a><![CDATA[<!DOCTYPE c>]]></a>'))).toBe('<!DOCTYPE c>');
  });

  it('takes a byte order mark, of bytes or of a string', () => {
    expect(textOf(readXml('\ufeff<?xml version="1.0"?><a>é</a>'))).toBe('é');
    expect(textOf(readXml(Buffer.from('\ufeff<?xml version="1.0"?><a>é</a>')))).toBe('é');
  });
});

describe('a refusal of XML', () => {
  it.each<[string, string, number]>([
    ['<a>CANARI<b></a>', 'other-end-tag', 16],
    ['<a>CANARI', 'unclosed', 9],
    ['<a>\u0001CANARI</a>', 'character', 4],
    ['<a>\ud800CANARI</a>', 'character', 3],
    ['<a>\ud800<CANARI/></a>', 'character', 3],
    ['<a>&CANARI;</a>', 'reference', 11],
    ['<a>&#xD800;CANARI</a>', 'character-reference', 11],
    ['<a>CANARI]]></a>', 'section-end', 12],
    ['<a CANARI="1" CANARI="2"/>', 'duplicate-attribute', 26],
    ['<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="CANARI"/>', 'duplicate-attribute', 49],
    ['<a CANARI/>', 'tag', 10],
    ['<a b=CANARI/>', 'tag', 6],
    ['<a b:c:CANARI="1"/>', 'name', 17],
    ['<p:1CANARI xmlns:p="u"/>', 'name', 24],
    ['<CANARI:a/>', 'undeclared-prefix', 11],
    ['<a xmlns:p=""/>', 'forbidden-namespace', 15],
    ['<a/>CANARI', 'outside-root', 10],
    ['<a/><CANARI/>', 'several-roots', 12],
    ['<a><!-- CANARI -- --></a>', 'malformed-comment', 18],
    ['<?xml version="1.1"?><a>CANARI</a>', 'version', 0],
    ['<?xml version="2.0"?><a>CANARI</a>', 'malformed', 19],
    ['<!DOCTYPE a [<!ENTITY b "CANARI">]><a>&b;</a>', 'doctype', 0],
    ['<?a b?><!-- <!DOCTYPE c> -->\n<!DOCTYPE CANARI', 'doctype', 29],
    ['<a><!DOCTYPE CANARI></a>', 'doctype', 12],
    ['\ufeff\ufeff<a/>', 'outside-root', 0],
    ['', 'no-root', 0],
  ])('%j: %s at %i', (input, reason, position) => {
    expect(refusal(input)).toEqual({ reason, position });
  });

  it('says what is too deep, too many or too long, at the place where it becomes so', () => {
    const limits = { maxDepth: 2, maxElements: 4, maxAttributes: 2, maxBytes: 60 };
    expect(refusal('<a><b><c/></b></a>', limits).reason).toBe('read');
    expect(refusal('<a><b><c></c></b></a>', limits)).toEqual({ reason: 'too-deep', position: 9 });
    expect(refusal('<a><b/><b/><b/></a>', limits).reason).toBe('read');
    expect(refusal('<a><b/><b/><b/><b/></a>', limits)).toEqual({ reason: 'too-many-elements', position: 15 });
    expect(refusal('<a b="1" c="2"/>', limits).reason).toBe('read');
    expect(refusal('<a b="1" c="2" xmlns:d="3"/>', limits)).toEqual({
      reason: 'too-many-attributes',
      position: 26,
    });
    expect(refusal(`<a>${'é'.repeat(26)}</a>`, limits).reason).toBe('read');
    expect(refusal(Buffer.from(`<a>${'é'.repeat(27)}</a>`), limits).reason).toBe('too-long');
  });

  it('refuses comments and instructions where the caller does', () => {
    expect(refusal('<?xml version="1.0"?><a><!-- b --></a>', { allowComments: false }).reason).toBe('comment');
    expect(refusal('<?xml version="1.0"?><a><?b?></a>', { allowProcessingInstructions: false }).reason).toBe(
      'instruction',
    );
    const strict = { allowComments: false, allowProcessingInstructions: false };
    expect(refusal('<?xml version="1.0"?><a/>', strict).reason).toBe('read');
  });

  it.each(['ascii', 'US-ASCII', 'ANSI_X3.4-1968', 'utf8'])('takes %s, which UTF-8 holds', (encoding) => {
    expect(readXml(Buffer.from(`<?xml version="1.0" encoding="${encoding}"?><a/>`)).localName).toBe('a');
  });

  it.each([
    ['utf16le', Buffer.from('<a>é</a>', 'utf16le')],
    ['utf16le with a declaration', Buffer.from('<?xml version="1.0" encoding="UTF-16"?><a/>', 'utf16le')],
    ['utf16be', Buffer.from('<a/>', 'utf16le').swap16()],
  ])('knows %s without a mark', (_, bytes) => {
    expect(() => readXml(bytes)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ reason: 'utf16' }) as unknown }),
    );
  });
});
