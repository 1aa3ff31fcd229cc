import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  buildReport,
  buildVsm,
  checkSubmission,
  createSubmission,
  fileSource,
  packageXdm,
  readCdaSource,
  readXdm,
  saveSubmission,
  streamXdm,
  writeDocumentBundle,
  writeProvideAndRegister,
  type BuiltDocument,
  type Submission,
} from '../../../src/documents/index.ts';
import { collect, type ByteSource } from '../../../src/internal/bytes.ts';
import { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } from '../../../src/testing/index.ts';
import { fixedRuntime, sourceId } from '../helpers/built-document.ts';

const good = Buffer.from(demoLetterPdf());
/** As long, with a script that runs when the file is opened. */
const evil = Buffer.from(good);
evil.write('/OpenAction<</S/JavaScript/JS(x)>>', 200, 'latin1');

const folder = mkdtempSync(join(tmpdir(), 'replaced-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Gives the good bytes for so many readings, the others after. */
function replacedAfter(readings: number): ByteSource & { readonly read: () => number } {
  let count = 0;
  return {
    byteLength: good.length,
    read: () => count,
    async *open() {
      count += 1;
      yield Uint8Array.from(count > readings ? evil : good);
    },
  };
}

const input = { patient: fictivePatient(), patientConsent: true } as const;
const author = { professional: fictiveProfessional(), structure: fictiveStructure() };
const report = (pdf: ByteSource): Promise<BuiltDocument> =>
  buildReport({ ...input, author, pdf }, { runtime: fixedRuntime() });

/** Every channel that a submission leaves by. */
const channels: Readonly<Record<string, (submission: Submission) => Promise<unknown>>> = {
  'an archive': async (submission) => collect((await packageXdm(submission)).content.open()),
  'an archive without compression': async (submission) =>
    collect((await packageXdm(submission, { store: true })).content.open()),
  'an archive of large documents': async (submission) =>
    collect((await packageXdm(submission, { inMemoryBytes: 10 })).content.open()),
  'an archive in one pass': async (submission) => collect(streamXdm(submission)),
  'a folder': async (submission) => saveSubmission(submission, mkdtempSync(join(folder, 'kept-'))),
  'a request': async (submission) => collect(writeProvideAndRegister(submission).documents[0]!.content.open()),
  'a FHIR bundle': async (submission) => collect(writeDocumentBundle(submission).open()),
};

/** What does not come from this package: a content of the host, with the hash of its metadata. */
function foreign(submission: Submission, content: ByteSource): Submission {
  const [first] = submission.documents;
  return { ...submission, documents: [{ entry: first!.entry, document: { ...first!.document, content } }] };
}

describe('a content that is replaced after it was checked', () => {
  it('does not get into a document', async () => {
    await expect(report(replacedAfter(0))).rejects.toMatchObject({ code: 'TE_PDF_REFUSED' });
    await expect(report(replacedAfter(1))).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    const copy = replacedAfter(1);
    const summary = await buildVsm({ ...input, author, content: {}, pdf: copy });
    await expect(collect(summary.pdf!.open())).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });

  it.each(Object.entries(channels))('does not leave by %s', async (_, leave) => {
    for (let readings = 2; ; readings += 1) {
      const source = replacedAfter(readings);
      const submission = createSubmission([await report(source)], { sourceId });
      const left = await leave(submission).then(
        () => true,
        (error: unknown) => {
          expect(error).toMatchObject({ code: 'TE_INPUT_INVALID' });
          return false;
        },
      );
      // Replaced later than its last reading: the good bytes have left.
      if (source.read() <= readings) {
        expect(left).toBe(true);
        break;
      }
      expect(left).toBe(false);
    }
  });

  it.each(Object.entries(channels))('of another maker does not leave by %s either', async (_, leave) => {
    const submission = createSubmission([await report(replacedAfter(9))], { sourceId });
    const bytes = await collect(submission.documents[0]!.document.content.open());
    const other = Uint8Array.from(bytes);
    other[other.length - 60] = 0x20;
    const source = (value: Uint8Array): ByteSource => ({
      byteLength: value.length,
      async *open() {
        yield value;
      },
    });

    await expect(leave(foreign(submission, source(bytes)))).resolves.toBeDefined();
    await expect(leave(foreign(submission, source(other)))).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });

  it('is the one whose hash was compared when it is read as a document', async () => {
    const submission = createSubmission([await report(replacedAfter(9))], { sourceId });
    const bytes = await collect(submission.documents[0]!.document.content.open());
    const other = Uint8Array.from(bytes);
    other[other.length - 60] = 0x20;
    let count = 0;
    const turning: ByteSource = {
      byteLength: bytes.length,
      async *open() {
        yield (count += 1) > 1 ? other : bytes;
      },
    };
    const { ok } = await checkSubmission(foreign(submission, turning));
    expect(ok).toBe(false);
  });

  it('is seen in a received archive and in a document that is read', async () => {
    const submission = createSubmission([await report(replacedAfter(9))], { sourceId });
    const archive = Buffer.from(await collect((await packageXdm(submission, { store: true })).content.open()));
    const path = join(folder, 'received.zip');
    writeFileSync(path, archive);
    const { subsets } = await readXdm(await fileSource(path));
    const [received] = subsets[0]!.documents;
    const before = Buffer.from(await collect(received!.content.open()));

    const document = join(folder, 'document.xml');
    writeFileSync(document, before);
    const [attachment] = (await readCdaSource(await fileSource(document))).attachments;
    expect(Buffer.from(await collect(attachment!.content!.open())).equals(good)).toBe(true);

    // The same places, other letters in the base64 of the body.
    const turned = before.toString('latin1').replace(/B64">.{40}/, (start) => start.replaceAll('J', 'K'));
    writeFileSync(document, turned, 'latin1');
    await expect(collect(attachment!.content!.open())).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    expect(readFileSync(document).length).toBe(before.length);
  });
});
