import { createHash, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  buildLetter,
  createSubmission,
  type BuiltDocument,
  type PdfDocumentInput,
  type Submission,
} from '../../src/documents/index.ts';
import type { createClient } from '../../src/client/create-client.ts';
import type { TerrESanteClient } from '../../src/client/model.ts';
import { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } from '../../src/testing/index.ts';
import type { DepositChannel } from '../../src/transport/index.ts';
import { consentFor, createWorld, sourceId, type World } from './world.ts';

const mark = Symbol.for('terr-esante.submission');
const patient = fictivePatient();

/** The package as CommonJS, a second copy in the process of this test. */
async function commonJsCopy(): Promise<{ createClient: typeof createClient }> {
  const folder = resolve('node_modules/.cache/submission-copies');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, 'index.cjs');
  await build({
    entryPoints: ['src/index.ts'],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    outfile,
    logLevel: 'error',
  });
  return createRequire(import.meta.url)(outfile) as { createClient: typeof createClient };
}

const letter = (changes: Partial<PdfDocumentInput> = {}): Promise<BuiltDocument> =>
  buildLetter({
    patient,
    author: { professional: fictiveProfessional(), structure: fictiveStructure() },
    patientConsent: true,
    pdf: demoLetterPdf(),
    codeSet: 'eo-9.05',
    ...changes,
  });

/** The same document with other bytes of the same length: only reading them tells. */
function withOtherBytes(document: BuiltDocument): BuiltDocument {
  const content = {
    byteLength: document.content.byteLength,
    async *open(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(document.content.byteLength, 'x');
    },
  };
  return { ...document, content };
}

let world: World;
let deposited: Submission[];
let clients: Readonly<Record<'es' | 'commonjs', TerrESanteClient>>;

beforeAll(async () => {
  world = await createWorld();
  const channel: DepositChannel = {
    deposit: (submission) => {
      deposited.push(submission);
      return world.mss.deposit(submission);
    },
    close: () => world.mss.close(),
  };
  const commonjs = (await commonJsCopy()).createClient(world.config, {
    auth: world.auth,
    deposit: channel,
    tls: { ca: world.simulator.caPem },
  });
  clients = { es: world.client({ deposit: channel }), commonjs };
  await world.te.dossier.create(patient, { consent: consentFor(world.te) });
});
afterAll(async () => {
  await clients.commonjs.close();
  await world.close();
});

describe.each(['es', 'commonjs'] as const)('a submission made as ES modules, deposited by the %s copy', (copy) => {
  const deposit = (submission: Submission): Promise<unknown> => {
    deposited = [];
    return clients[copy].documents.deposit(patient, submission, { patientConsent: true });
  };
  const refusal = async (submission: Submission): Promise<unknown> => {
    const outcome = deposit(submission);
    await expect(outcome).rejects.toMatchObject({ name: 'TerrESanteError' });
    expect(deposited).toEqual([]);
    return outcome.catch((error: unknown) => error);
  };

  it('is deposited', async () => {
    const submission = createSubmission([await letter()], { sourceId });
    expect(await deposit(submission)).toMatchObject({ state: 'accepted' });
    expect(deposited).toHaveLength(1);
  });

  it('is refused when its bytes are not those of its hash, though it bears the mark', async () => {
    const document = await letter();
    const made = createSubmission([document], { sourceId });
    const [described] = made.documents;
    const forged = { ...made, documents: [{ entry: described!.entry, document: withOtherBytes(document) }] };
    expect(Reflect.get(forged, mark)).toBe(true);
    expect(await refusal(forged)).toMatchObject({
      code: 'TE_DOCUMENT_INVALID',
      details: { rules: ['SUB-BYTES', 'SUB-CDA'] },
    });
  });

  it('is refused when a document was changed before the submission was made', async () => {
    const made = createSubmission([withOtherBytes(await letter())], { sourceId });
    expect(await refusal(made)).toMatchObject({ code: 'TE_DOCUMENT_INVALID' });
  });

  it('is refused when an entry was changed in place after it was made', async () => {
    const made = createSubmission([await letter()], { sourceId });
    Object.assign(made.documents[0]!.entry, { title: 'Autre titre' });
    expect(await refusal(made)).toMatchObject({ code: 'TE_DOCUMENT_INVALID', details: { rules: ['SUB-TITLE'] } });
  });

  it('is refused when its content is replaced in place by that of another document', async () => {
    const made = createSubmission([await letter()], { sourceId });
    const other = await letter({ title: 'Autre lettre' });
    Object.assign(made.documents[0]!.document, { content: other.content });
    expect(await refusal(made)).toMatchObject({ code: 'TE_DOCUMENT_INVALID' });
  });

  it('is refused when a source of the caller gives other bytes than when it was built', async () => {
    let bytes = Buffer.from(demoLetterPdf());
    const pdf = {
      byteLength: bytes.length,
      async *open(): AsyncGenerator<Uint8Array> {
        yield bytes;
      },
    };
    const made = createSubmission([await letter({ pdf })], { sourceId });
    bytes = Buffer.alloc(bytes.length, 0x20);
    // The copy that built it finds other bytes than its metadata say; another copy reads it anew.
    expect(await refusal(made)).toMatchObject(
      copy === 'es'
        ? { code: 'TE_DOCUMENT_INVALID', details: { rules: ['SUB-BYTES'] } }
        : { code: 'TE_INPUT_INVALID', details: { reason: 'changed-content' } },
    );
  });

  it('is refused without the mark, before anything else of it is read', async () => {
    const { submissionSet, documents, patient: named } = createSubmission([await letter()], { sourceId });
    const unmarked = { submissionSet, documents, patient: named } as unknown as Submission;
    expect(await refusal(unmarked)).toMatchObject({ code: 'TE_INPUT_INVALID', details: { path: 'submission' } });
  });
});

/** Counts the bytes that are written in base64 and those that are hashed, whoever does it. */
function countWork(): { readonly encoded: () => number; readonly hashed: () => number } {
  const work = { encoded: 0, hashed: 0 };
  const toString = Buffer.prototype.toString;
  vi.spyOn(Buffer.prototype, 'toString').mockImplementation(function (this: Buffer, ...args) {
    if (args[0] === 'base64') work.encoded += this.length;
    return toString.apply(this, args);
  });

  type Hash = ReturnType<typeof createHash>;
  const prototype = Object.getPrototypeOf(createHash('sha1')) as { update: (this: Hash, data: string) => Hash };
  const { update } = prototype;
  vi.spyOn(prototype, 'update').mockImplementation(function (this: Hash, data: string) {
    work.hashed += data.length;
    return Reflect.apply(update, this, [data]);
  });

  return { encoded: () => work.encoded, hashed: () => work.hashed };
}

describe('the bytes of a 5 MB letter, from the PDF to the sent mail', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('are encoded and hashed once', async () => {
    const small = Buffer.from(demoLetterPdf());
    const pdf = Buffer.concat([
      small,
      Buffer.from('\n1 0 obj\n<< /Length 5000000 >>\nstream\n'),
      randomBytes(5_000_000),
      Buffer.from('\nendstream\nendobj\n'),
      small,
    ]);
    const work = countWork();
    deposited = [];
    const submission = createSubmission([await letter({ pdf })], { sourceId });
    await clients.es.documents.deposit(patient, submission, { patientConsent: true });
    // A mail encodes the archive, about as large as the PDF, and the PDF copy.
    const encoded = work.encoded() / pdf.length - 2;
    const hashed = work.hashed() / submission.documents[0]!.document.content.byteLength;
    console.log(`a 5 MB letter: encoded ${encoded.toFixed(2)} times, hashed ${hashed.toFixed(2)} times`);
    expect(encoded).toBeGreaterThan(0.95);
    expect(encoded).toBeLessThan(1.2);
    expect(hashed).toBeGreaterThan(0.95);
    expect(hashed).toBeLessThan(1.2);
  });

  it('are read from a source of the caller twice to build, once to be judged, and twice to be sent', async () => {
    const bytes = Buffer.from(demoLetterPdf());
    let reads = 0;
    const pdf = {
      byteLength: bytes.length,
      async *open(): AsyncGenerator<Uint8Array> {
        reads += 1;
        yield bytes;
      },
    };
    const submission = createSubmission([await letter({ pdf })], { sourceId });
    expect(reads).toBe(2);
    deposited = [];
    await clients.es.documents.deposit(patient, submission, { patientConsent: true });
    expect(reads).toBe(5);
  });
});
