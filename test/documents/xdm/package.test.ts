import { describe, expect, it } from 'vitest';
import { createSubmission, packageXdm, readXdm, streamXdm, type XdmOptions } from '../../../src/documents/index.ts';
import { bytesSource, collect, sha1Hex } from '../../../src/internal/bytes.ts';
import { builtDocument, fixedRuntime, sourceId } from '../helpers/built-document.ts';

const big = Buffer.alloc(300_000, 'abcdefghij');
const bigDocument = builtDocument(
  { uniqueId: '2.999.1.10.5.20260315.2' },
  { content: bytesSource(big), sha1: sha1Hex(big) },
);
const submission = createSubmission([builtDocument(), bigDocument], { sourceId, runtime: fixedRuntime() });

const ways: readonly (readonly [string, XdmOptions])[] = [
  ['deflated', {}],
  ['stored', { store: true }],
  ['deflated in a stream', { inMemoryBytes: 1000 }],
  ['level 1', { level: 1 }],
];

describe.each(ways)('packageXdm, %s', (_, options) => {
  it('has the length it says, and streamXdm gives the same bytes', async () => {
    const { content } = await packageXdm(submission, options);
    const bytes = await collect(content.open());
    expect(bytes.length).toBe(content.byteLength);
    expect(Buffer.from(bytes).equals(await collect(content.open()))).toBe(true);
    expect(Buffer.from(bytes).equals(await collect(streamXdm(submission, options)))).toBe(true);
  });

  it('is read back, document by document', async () => {
    const { content } = await packageXdm(submission, options);
    const received = await readXdm(await collect(content.open()));
    expect(received.findings).toEqual([]);
    expect(received.files.map(({ path }) => path)).toEqual([
      'INDEX.HTM',
      'README.TXT',
      'IHE_XDM/SUBSET01/METADATA.XML',
      'IHE_XDM/SUBSET01/DOC0001.XML',
      'IHE_XDM/SUBSET01/DOC0002.XML',
    ]);
    const [subset] = received.subsets;
    expect(subset!.documents.map(({ intact }) => intact)).toEqual([true, true]);
    expect(Buffer.from(await collect(subset!.documents[1]!.content.open())).equals(big)).toBe(true);
  });
});

describe('packageXdm', () => {
  it('does not depend on the time zone', async () => {
    const before = process.env['TZ'];
    const bytes: Uint8Array[] = [];
    try {
      for (const zone of ['Europe/Paris', 'Asia/Tokyo']) {
        process.env['TZ'] = zone;
        bytes.push(await collect((await packageXdm(submission)).content.open()));
      }
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
    expect(Buffer.from(bytes[0]!).equals(bytes[1]!)).toBe(true);
  });

  it('refuses a document that changed since it was measured', async () => {
    const content = { byteLength: 10, open: () => bytesSource(Buffer.alloc(11)).open() };
    const changed = createSubmission([builtDocument({}, { content })], { sourceId });
    await expect(packageXdm(changed)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });

  it.each([0, 10, 1.5])('refuses level %s', async (level) => {
    await expect(packageXdm(submission, { level })).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });

  it('writes README.TXT in French with the sender and the tree', async () => {
    const { files } = await readXdm(await collect((await packageXdm(submission)).content.open()));
    const text = Buffer.from(await collect(files[1]!.content.open())).toString();
    expect(text).toContain('Nom : Camille EXEMPLE\r\n');
    expect(text).toContain('IHE_XDM/SUBSET01/DOC0002.XML\r\n');
  });
});
