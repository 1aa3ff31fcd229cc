import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  buildLetter,
  createSubmission,
  packageXdm,
  readMetadata,
  readXdm,
  saveSubmission,
  writeDocumentBundle,
  writeProvideAndRegister,
  type Submission,
} from '../../../src/documents/index.ts';
import { collect } from '../../../src/internal/bytes.ts';
import { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } from '../../../src/testing/index.ts';
import { builtDocument, fixedRuntime, sourceId } from '../helpers/built-document.ts';

const sha1 = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex');
let submission: Submission;
beforeAll(async () => {
  const runtime = fixedRuntime();
  const letter = await buildLetter(
    {
      patient: fictivePatient(),
      author: { professional: fictiveProfessional(), structure: fictiveStructure() },
      pdf: demoLetterPdf(),
      patientConsent: true,
    },
    { runtime },
  );
  const entryUuid = 'urn:uuid:00000000-1111-4222-8333-444444444444';
  const details = { [letter.header.uniqueId]: { relations: [{ kind: 'replaces' as const, entryUuid }] } };
  submission = createSubmission([letter], { sourceId, details, runtime });
});

/** Parsed JSON. */
type Resource = ReturnType<JSON['parse']>;

describe('one submission, four outputs', () => {
  it('gives the same identifiers, bytes and hash in each', async () => {
    const { entry, document } = submission.documents[0]!;
    const bytes = await collect(document.content.open());
    const expected = { uniqueId: entry.uniqueId, hash: sha1(bytes), size: bytes.length };

    const archive = await readXdm(await collect((await packageXdm(submission)).content.open()));
    const archived = archive.subsets[0]!.documents[0]!;
    const { body, documents } = writeProvideAndRegister(submission);
    const provided = readMetadata(body).documents[0]!;
    const parent = mkdtempSync(join(tmpdir(), 'saved-'));
    const saved = await saveSubmission(submission, parent);
    const savedEntry = readMetadata(readFileSync(join(saved.folder, 'IHE_XDM/SUBSET01/METADATA.XML'))).documents[0]!;
    const source = writeDocumentBundle(submission, { runtime: fixedRuntime() });
    const json = await collect(source.open());
    expect(json.length).toBe(source.byteLength);
    const resources = JSON.parse(Buffer.from(json).toString())['entry'].map(
      ({ resource }: { resource: Resource }) => resource,
    ) as Resource[];
    const reference = resources.find(({ resourceType }) => resourceType === 'DocumentReference');
    const binary = resources.find(({ resourceType }) => resourceType === 'Binary');

    const found = {
      xdm: { uniqueId: archived.entry.uniqueId, hash: archived.sha1, size: archived.content.byteLength },
      iti41: {
        uniqueId: provided.uniqueId,
        hash: sha1(await collect(documents[0]!.content.open())),
        size: provided.size,
      },
      folder: {
        uniqueId: savedEntry.uniqueId,
        hash: sha1(readFileSync(join(saved.folder, 'IHE_XDM/SUBSET01', savedEntry.uri!))),
        size: savedEntry.size,
      },
      fhir: {
        uniqueId: (reference['masterIdentifier'].value as string).replace('urn:oid:', ''),
        hash: Buffer.from(reference['content'][0].attachment.hash as string, 'base64').toString('hex'),
        size: reference['content'][0].attachment.size as number,
      },
    };
    expect(found).toEqual({ xdm: expected, iti41: expected, folder: expected, fhir: expected });
    expect(provided.hash).toBe(expected.hash);
    expect(Buffer.from(binary['data'] as string, 'base64').equals(bytes)).toBe(true);
  });
});

describe('writeDocumentBundle', () => {
  const bundleOf = async (value: Submission): Promise<Resource> =>
    JSON.parse(Buffer.from(await collect(writeDocumentBundle(value, { runtime: fixedRuntime() }).open())).toString());

  it('links the set to its document and the document to its bytes and to what it replaces', async () => {
    const { entry: entries, type } = await bundleOf(submission);
    expect(type).toBe('transaction');
    const [list, reference, binary] = entries as { fullUrl: string; resource: Resource }[];
    expect(list!.resource['entry'][0].item.reference).toBe(reference!.fullUrl);
    expect(reference!.resource['content'][0].attachment.url).toBe(binary!.fullUrl);
    expect(reference!.resource['relatesTo']).toMatchObject([{ code: 'replaces' }]);
    expect(reference!.resource['subject'].identifier.system).toMatch(/^urn:oid:1\.2\.250\.1\.213\.1\.4\./);
    expect(reference!.resource['author']).toEqual([{ reference: '#author1' }]);
    expect(reference!.resource['contained'][0].id).toBe('author1');
    expect(reference!.resource['custodian'].identifier).toBeDefined();
    expect(reference!.resource['content'][0].attachment.creation).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it('refuses what it does not write', () => {
    const folders = [{ title: 'a', codes: [{ code: '1', codeSystem: '2.999', displayName: '' }] }];
    const value = createSubmission([builtDocument()], { sourceId, folders });
    expect(() => writeDocumentBundle(value)).toThrow(expect.objectContaining({ code: 'TE_UNSUPPORTED' }));
  });
});

describe('saveSubmission', () => {
  it('keeps the files to their owner, and never writes twice', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'saved-'));
    const { folder, files } = await saveSubmission(submission, parent);
    expect(files).toContain('README.TXT');
    expect(statSync(join(folder, 'README.TXT')).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    await expect(saveSubmission(submission, parent)).rejects.toMatchObject({ code: 'TE_DUPLICATE' });
    expect(readdirSync(parent)).toEqual([submission.submissionSet.uniqueId]);
  });

  it('asked several times at once, one writes and the others are told', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'saved-'));
    const results = await Promise.allSettled([1, 2, 3].map(() => saveSubmission(submission, parent)));
    const refusals = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown);
    expect(refusals).toEqual([1, 2].map(() => expect.objectContaining({ code: 'TE_DUPLICATE' })));
    expect(readdirSync(parent)).toEqual([submission.submissionSet.uniqueId]);
  });

  it('types a refusal of the disk, without its path', async () => {
    const absent = join(tmpdir(), 'DUPRE Élodie', 'absent');
    const refusal: unknown = await saveSubmission(submission, absent).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'TE_FILE_ACCESS', retryable: false, details: { reason: 'ENOENT' } });
    expect(String(refusal)).not.toContain('DUPRE');
  });

  it.each(['CON.XML', 'NUL.PDF', 'LPT1.XML', 'COM9.XML'])('writes no %s, a device on Windows', async (uri) => {
    const { entry, document } = submission.documents[0]!;
    const parent = mkdtempSync(join(tmpdir(), 'saved-'));
    const device = { ...submission, documents: [{ entry: { ...entry, uri }, document }] };
    await expect(saveSubmission(device, parent)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    expect(readdirSync(parent)).toEqual([]);
  });

  it('leaves nothing behind when a document fails', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'saved-'));
    const content = {
      byteLength: 5,
      async *open(): AsyncGenerator<Uint8Array> {
        yield Buffer.from('abc');
        throw new Error('gone');
      },
    };
    const { entry, document } = submission.documents[0]!;
    const broken = { ...submission, documents: [{ entry, document: { ...document, content } }] };
    await expect(saveSubmission(broken, parent)).rejects.toThrow();
    expect(readdirSync(parent)).toEqual([]);
  });
});
