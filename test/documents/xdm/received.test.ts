import { crc32, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { checkXdm, createSubmission, readXdm, writeMetadata } from '../../../src/documents/index.ts';
import { isTerrESanteError } from '../../../src/errors.ts';
import { collect } from '../../../src/internal/bytes.ts';
import { rawZip, type RawEntry, type RawZip } from '../../attack/zip/raw-zip.ts';
import { builtDocument, fixedRuntime, sourceId } from '../helpers/built-document.ts';

const document = builtDocument();
const bytes = await collect(document.content.open());
const xml = Buffer.from(writeMetadata(createSubmission([document], { sourceId, runtime: fixedRuntime() }))).toString();

const folder = 'IHE_XDM/SUBSET01/';
const uriSlot = /<rim:Slot name="URI">.*?<\/rim:Slot>/;
const withUri = (...values: readonly string[]): string =>
  xml.replace(
    uriSlot,
    values.length === 0
      ? ''
      : `<rim:Slot name="URI"><rim:ValueList>${values.map((value) => `<rim:Value>${value}</rim:Value>`).join('')}</rim:ValueList></rim:Slot>`,
  );

interface Parts {
  readonly metadata?: string;
  readonly file?: RawEntry;
  readonly others?: readonly RawEntry[];
  readonly zip?: Partial<RawZip>;
}

function archive({ metadata = xml, file, others = [], zip = {} }: Parts): Uint8Array {
  return rawZip({
    entries: [
      { name: 'INDEX.HTM', data: '<html/>' },
      { name: 'README.TXT', data: 'Lisez-moi' },
      { name: `${folder}METADATA.XML`, data: metadata },
      file ?? { name: `${folder}DOC0001.XML`, data: bytes },
      ...others,
    ],
    ...zip,
  });
}

/** A name in a code page, as bytes. */
const raw = (start: string, ...rest: readonly (number | string)[]): Buffer =>
  Buffer.concat([start, ...rest].map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))));

async function pathOf(parts: Parts): Promise<string | undefined> {
  const { subsets } = await readXdm(archive(parts));
  const [found] = subsets[0]!.documents;
  expect(found === undefined || found.intact).toBe(true);
  return found?.path;
}

describe('readXdm, names in a code page', () => {
  it.each([
    ['CP850 or CP437, small letters', raw(folder, 'r', 0x82, 'sum', 0x82, '.xml'), 'résumé.xml'],
    ['CP850, capitals', raw(folder, 'R', 0x90, 'SUM', 0x90, '.XML'), 'RÉSUMÉ.XML'],
    ['CP850, capitals of the upper quarter', raw(folder, 0xd2, 'T', 0xd4, '.XML'), 'ÊTÈ.XML'],
    ['CP1252', raw(folder, 'r', 0xe9, 'sum', 0xe9, '.xml'), 'résumé.xml'],
    ['CP1252, a ligature', raw(folder, 'c', 0x9c, 'ur.xml'), 'cœur.xml'],
    ['neither: as APPNOTE says', raw(folder, 'a', 0xe3, '.xml'), 'aπ.xml'],
    ['UTF-8 without its mark', raw(folder, 'résumé.xml'), 'résumé.xml'],
  ])('%s', async (_, name, uri) => {
    const path = `${folder}${uri}`;
    expect(await pathOf({ metadata: withUri(uri), file: { name, data: bytes } })).toBe(path);
  });

  it('the Unicode path that belongs to a name', async () => {
    const name = raw(folder, 'r', 0x82, '.xml');
    const extra = (of: Uint8Array, path: string): Buffer => {
      const out = Buffer.alloc(9);
      out.writeUInt16LE(0x7075, 0);
      out.writeUInt16LE(5 + Buffer.byteLength(path), 2);
      out.writeUInt8(1, 4);
      out.writeUInt32LE(crc32(of), 5);
      return Buffer.concat([out, Buffer.from(path)]);
    };
    const path = `${folder}łódź.xml`;
    const file = { name, data: bytes, extra: extra(name, path) };
    expect(await pathOf({ metadata: withUri('łódź.xml'), file })).toBe(path);
    // Of another name: left over by a program that renamed the file.
    const stale = { ...file, extra: extra(raw('x'), path) };
    expect(await pathOf({ metadata: withUri('ré.xml'), file: stale })).toBe(`${folder}ré.xml`);
  });

  it('refuses a folder that climbs, whatever its code page', async () => {
    const name = raw(folder, '../', 0x82, '.xml');
    await expect(readXdm(archive({ file: { name, data: bytes } }))).rejects.toThrow(
      expect.objectContaining({ code: 'TE_ARCHIVE_INVALID', details: { reason: 'forbidden-name' } }),
    );
  });
});

describe('readXdm, the URI of a document', () => {
  const spaced = { name: `${folder}DOC 0001.XML`, data: bytes };

  it.each<readonly [string, Parts]>([
    ['with percent signs', { metadata: withUri('DOC%200001.XML'), file: spaced }],
    [
      'that holds an encoded accent',
      { metadata: withUri('r%C3%A9.xml'), file: { name: `${folder}ré.xml`, data: bytes } },
    ],
    [
      'whose percent sign is the name',
      { metadata: withUri('A%20.XML'), file: { name: `${folder}A%20.XML`, data: bytes } },
    ],
    ['from the root', { metadata: withUri('IHE_XDM/SUBSET01/DOC0001.XML') }],
    ['from the root, with a slash', { metadata: withUri('/IHE_XDM/SUBSET01/DOC0001.XML') }],
    ['of the scheme file, relative', { metadata: withUri('file:DOC0001.XML') }],
    ['of the scheme file, from the root', { metadata: withUri('file:///IHE_XDM/SUBSET01/DOC0001.XML') }],
    ['with backslashes', { metadata: withUri('.\\DOC0001.XML') }],
    ['in numbered values', { metadata: withUri('2|0001.XML', '1|DOC') }],
    ['in another case', { metadata: withUri('doc0001.xml') }],
    ['that is absent, with the hash of one file', { metadata: withUri() }],
  ])('%s', async (_, parts) => {
    expect(await pathOf(parts)).toMatch(/^IHE_XDM\/SUBSET01\//);
  });

  it.each([
    '../SUBSET01/DOC0001.XML',
    '%2e%2e/SUBSET01/DOC0001.XML',
    '..%5CSUBSET01%5CDOC0001.XML',
    '/DOC0001.XML',
    'file://server/IHE_XDM/SUBSET01/DOC0001.XML',
    '//server/DOC0001.XML',
    'C:/DOC0001.XML',
    'http://server/DOC0001.XML',
    'DOC%G1.XML',
  ])('names no file: %s', async (uri) => {
    const { findings } = await checkXdm(archive({ metadata: withUri(uri) }));
    expect(findings.find(({ rule }) => rule === 'XDM-FILE')?.messageEn).toContain('names no file');
  });

  it('says that a document without URI was known by its hash, or was not', async () => {
    const rulesOf = async (parts: Parts): Promise<string[]> =>
      (await readXdm(archive(parts))).findings.map(({ rule }) => rule);
    expect(await rulesOf({ metadata: withUri() })).toEqual(['XDM-FOUND-BY-HASH']);

    const twice = { metadata: withUri(), others: [{ name: `${folder}COPY.XML`, data: bytes }] };
    expect(await rulesOf(twice)).toEqual(['XDM-FILE']);
    const { findings } = await readXdm(archive(twice));
    expect(findings[0]!.messageEn).toContain('no single file has its hash');
    expect(await rulesOf({ metadata: withUri(), file: { name: `${folder}DOC0001.XML`, data: 'x' } })).toEqual([
      'XDM-FILE',
    ]);
  });
});

describe('readXdm, the end and the headers of the archive', () => {
  const reasonOf = async (file: Uint8Array): Promise<unknown> =>
    readXdm(file).then(
      () => null,
      (error: unknown) => (isTerrESanteError(error) ? error.details['reason'] : error),
    );

  it.each([
    ['bytes after the end', archive({ zip: { suffix: '\r\n' } }), 'after-end'],
    ['an end that is cut off', archive({}).subarray(0, -23), 'no-end'],
    ['bytes before the first file', archive({ zip: { prefix: '%PDF-1.7' } }), 'before-files'],
    [
      'a program before the archive, whose places do not count it',
      Buffer.concat([Buffer.from('MZ program'), archive({})]),
      'before-files',
    ],
  ])('%s', async (_, file, reason) => {
    expect(await reasonOf(file)).toBe(reason);
  });

  it('takes a data descriptor that only one of the two headers announces', async () => {
    const body = deflateRawSync(bytes);
    const descriptor = Buffer.alloc(16);
    descriptor.writeUInt32LE(0x08074b50, 0);
    descriptor.writeUInt32LE(crc32(bytes), 4);
    descriptor.writeUInt32LE(body.length, 8);
    descriptor.writeUInt32LE(bytes.length, 12);

    for (const [flags, local] of [
      [0, 8],
      [8, 8],
    ] as const) {
      const file: RawEntry = {
        name: `${folder}DOC0001.XML`,
        data: bytes,
        flags,
        local: { flags: local, crc: 0, size: 0, compressedSize: 0 },
        body: Buffer.concat([body, descriptor]),
        compressedSize: body.length,
      };
      expect(await pathOf({ file })).toBe(`${folder}DOC0001.XML`);
    }
  });

  it('says that an archive holds another one', async () => {
    const nested = rawZip({ entries: [{ name: 'IHE_XDM.ZIP', data: archive({}) }] });
    await expect(readXdm(nested)).rejects.toThrow(/mais une autre archive/);
    await expect(readXdm(rawZip({ entries: [{ name: 'A.TXT', data: 'x' }] }))).rejects.toThrow(
      /pas de METADATA\.XML\.$/,
    );
  });

  it.each([
    ['an empty folder', [{ name: 'IHE_XDM/SUBSET01/METADATA.XML/', data: '' }]],
    ['a folder with a file', [{ name: 'IHE_XDM/SUBSET01/metadata.xml/A.XML', data: xml }]],
  ])('says that METADATA.XML is %s', async (_, entries) => {
    await expect(readXdm(rawZip({ entries }))).rejects.toMatchObject({
      code: 'TE_DOCUMENT_INVALID',
      message: expect.stringContaining('est un dossier') as unknown,
      details: { metadataIsFolder: true },
    });
  });

  it('judges the text of the metadata', async () => {
    const twice = xml.replace(/<rim:Slot name="authorRole">.*?<\/rim:Slot>/, (slot) => `${slot}${slot}`);
    const { findings } = await checkXdm(archive({ metadata: twice }));
    expect(findings.map(({ rule }) => rule)).toContain('XDS-SLOT');
  });
});
