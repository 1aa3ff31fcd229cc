import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { DepositOptions, PdfDeposit, TerrESanteClient } from '../../src/client/index.ts';
import type { BuiltDocument, Submission } from '../../src/documents/index.ts';
import type { TerrESanteError } from '../../src/errors.ts';
import { professionalOf, structureOf } from '../../src/platform/index.ts';
import { fictiveSummary } from '../../src/cli/demo/documents.ts';
import { demoLetterPdf, fictivePatient, fictivePatients, type FictivePatient } from '../../src/testing/index.ts';
import type { DepositProgress } from '../../src/transport/index.ts';
import { consentFor, createWorld, letter, submission, type World } from './world.ts';

const patient = fictivePatient();
let world: World;
let te: TerrESanteClient;
/** What the channel was given. */
const sent: Submission[] = [];

beforeAll(async () => {
  world = await createWorld();
  const { mss } = world;
  te = world.client({
    deposit: {
      deposit: (given, options) => {
        sent.push(given);
        return mss.deposit(given, options);
      },
      close: async () => undefined,
    },
  });
  await te.dossier.create(patient, { consent: consentFor(te), joinAs: 'PCP' });
}, 30_000);
afterAll(() => world.close());

const refused = (code: string, details: object = {}): unknown =>
  expect.objectContaining({ code, details: expect.objectContaining(details) });

describe('te.documents.deposit of what a builder made', () => {
  it('makes the submission itself, with the OID of the installation as its source', async () => {
    const document = await letter();
    const receipt = await te.documents.deposit(patient, document, { patientConsent: true });
    expect(receipt).toMatchObject({ uniqueId: document.header.uniqueId, state: 'accepted' });
    expect(sent.at(-1)?.submissionSet.sourceId).toBe(world.config.host.oidRoot);
  });

  it('takes several documents that go together, and what the documents do not say', async () => {
    const documents = [await letter(), await letter({ title: 'Seconde lettre' })];
    const receipt = await te.documents.deposit(patient, documents, {
      patientConsent: true,
      submission: { title: 'Sortie', comments: 'Deux lettres' },
    });
    expect(receipt.uniqueIds).toEqual(documents.map(({ header }) => header.uniqueId));
    expect(sent.at(-1)?.submissionSet).toMatchObject({ title: 'Sortie', comments: 'Deux lettres' });
  });

  it('refuses without an OID of the installation, and still takes a submission that names one', async () => {
    const config = { ...world.config, host: { ...world.config.host, oidRoot: undefined } };
    const bare = world.client({}, config);
    const [document, made] = [await letter(), await submission()];
    await world.simulator.settled();
    const before = world.simulator.intakes().length;
    const failed = await bare.documents
      .deposit(patient, document, { patientConsent: true })
      .catch((error: unknown) => error);
    expect(failed).toEqual(refused('TE_CONFIG_INVALID', { path: 'host.oidRoot' }));
    expect((failed as TerrESanteError).findings.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual([
      'CFG-25 error',
    ]);
    await world.simulator.settled();
    expect(world.simulator.intakes()).toHaveLength(before);
    expect((await bare.documents.deposit(patient, made, { patientConsent: true })).state).toBe('accepted');
  });

  it('refuses a document built for another patient', async () => {
    const other = { ...patient, traits: { ...patient.traits, firstName: 'MARIE' } };
    const document = await letter({ patient: other });
    await expect(te.documents.deposit(patient, document, { patientConsent: true })).rejects.toEqual(
      refused('TE_IDENTITY_MISMATCH'),
    );
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'lettre.pdf'],
    ['bytes', demoLetterPdf()],
    ['a promise', letter()],
    ['an empty list', []],
    ['a list that holds something else', [{ header: {} }]],
    ['a receipt', { uniqueId: '2.25.1', state: 'queued' }],
  ])('refuses %s', async (_, what) => {
    await expect(te.documents.deposit(patient, what as BuiltDocument, { patientConsent: true })).rejects.toEqual(
      refused('TE_INPUT_INVALID', { path: 'submission' }),
    );
  });

  it('refuses choices beside a submission that is already made', async () => {
    await expect(
      te.documents.deposit(patient, await submission(), { patientConsent: true, submission: { title: 'x' } }),
    ).rejects.toEqual(refused('TE_INPUT_INVALID', { path: 'submission' }));
  });

  it.each<[object, object]>([
    [{ patientConsnt: true }, { option: 'patientConsnt' }],
    [{ patientConsent: true, timeoutMS: 5 }, { option: 'timeoutMS' }],
    [{ patientConsent: true, sourceId: '2.999' }, { option: 'sourceId' }],
  ])('names an option that nobody knows: %j', async (options, details) => {
    const failed = (await te.documents
      .deposit(patient, await letter(), options as unknown as DepositOptions)
      .catch((error: unknown) => error)) as TerrESanteError;
    expect(failed).toEqual(refused('TE_INPUT_INVALID', details));
  });

  it.each(['true', 1, null])('reads no consent in %j', async (patientConsent) => {
    await expect(
      te.documents.deposit(patient, await letter(), { patientConsent } as unknown as DepositOptions),
    ).rejects.toEqual(refused('TE_INPUT_INVALID', { argument: 'patientConsent' }));
  });
});

describe('te.documents.depositLetter and its siblings', () => {
  const pdf = demoLetterPdf();

  it.each([
    ['depositLetter', 'CERT_DECL', 'Certificat, déclaration'],
    ['depositPrescription', '29551-9', null],
    ['depositReport', '39256-3', null],
  ] as const)('%s has the type of the platform: %s', async (name, type, title) => {
    const receipt = await te.documents[name](patient, { pdf, patientConsent: true });
    await world.simulator.settled();
    const filed = world.simulator
      .dossier(patient.localId)
      ?.documents.find(({ uniqueId }) => uniqueId === receipt.uniqueId);
    expect(filed?.typeCode).toBe(type);
    if (title !== null) expect(filed?.title).toBe(title);
    // A type that was retired is told, with its successor.
    if (type !== 'CERT_DECL') expect(receipt.findings.some(({ expected }) => expected !== null)).toBe(true);
  });

  it('fills author and structure from the configuration, and keeps what the host says', async () => {
    await te.documents.depositLetter(patient, {
      pdf,
      type: '96349-6',
      title: 'Lettre au cardiologue',
      confidentiality: 'R',
      functionCode: 'PCP',
      patientConsent: true,
    });
    const header = sent.at(-1)!.documents[0]!.document.header;
    expect(header).toMatchObject({ title: 'Lettre au cardiologue', type: { code: '96349-6' } });
    expect(header.confidentiality).toBe('R');
    const { nationalId, familyName } = professionalOf(world.config);
    expect(JSON.stringify(header.authors)).toContain(nationalId);
    expect(JSON.stringify(header.authors)).toContain(familyName);
    expect(JSON.stringify(header.authors)).toContain(structureOf(world.config).nationalId);
    expect(JSON.stringify(header.authors)).toContain('PCP');
  });

  it('depositVsm makes a structured summary of data, an unstructured one of a PDF', async () => {
    await te.documents.depositVsm(patient, { content: fictiveSummary, functionCode: 'PCP', patientConsent: true });
    expect(sent.at(-1)?.documents[0]?.document.kind).toBe('vsm-structured');
    await te.documents.depositVsm(patient, { pdf, patientConsent: true });
    expect(sent.at(-1)?.documents[0]?.document.kind).toBe('vsm-unstructured');
  });

  it.each<[string, Partial<PdfDeposit>, string]>([
    ['no consent', { patientConsent: false }, 'TE_CONSENT_REQUIRED'],
    ['a consent left out', { patientConsent: undefined as never }, 'TE_CONSENT_REQUIRED'],
    ['no PDF', { pdf: undefined as never }, 'TE_INPUT_INVALID'],
    ['what is no PDF', { pdf: Buffer.from('bonjour') }, 'TE_PDF_REFUSED'],
    ['a type that does not exist', { type: 'LETTRE' as never }, 'TE_CODE_UNKNOWN'],
    ['a misspelt name', { titel: 'x' } as never, 'TE_INPUT_INVALID'],
    ['the patient a second time', { patient } as never, 'TE_INPUT_INVALID'],
    ['a function beside an author', { functionCode: 'PCP', author: { patient: true } }, 'TE_INPUT_INVALID'],
  ])('refuses %s, and sends nothing', async (_, change, code) => {
    const count = sent.length;
    await expect(te.documents.depositLetter(patient, { pdf, patientConsent: true, ...change })).rejects.toEqual(
      expect.objectContaining({ code }),
    );
    expect(sent).toHaveLength(count);
  });

  it('says which name was meant', async () => {
    await expect(
      te.documents.depositLetter(patient, { pdf, patientConsent: true, tilte: 'x' } as never),
    ).rejects.toThrow(/tilte\. Vouliez-vous dire title \?/);
  });

  it('is refused in the name of what is missing when nothing is given', async () => {
    await expect(te.documents.depositLetter(patient, undefined as never)).rejects.toEqual(refused('TE_INPUT_INVALID'));
    await expect(te.documents.depositLetter(undefined as never, { pdf, patientConsent: true })).rejects.toEqual(
      refused('TE_INPUT_INVALID', { argument: 'patient' }),
    );
  });

  it('tells how far it is, without anything of the document', async () => {
    const told: DepositProgress[] = [];
    await te.documents.depositLetter(patient, {
      pdf,
      patientConsent: true,
      onProgress: (progress) => {
        told.push(progress);
        throw new Error('a listener that fails');
      },
    });
    const stages = [...new Set(told.map(({ stage }) => stage))];
    expect(stages).toEqual(['building', 'checking', 'sending']);
    for (const stage of stages) {
      const steps = told.filter((one) => one.stage === stage);
      expect(steps.at(-1)?.bytes).toBe(steps.at(-1)?.totalBytes);
      expect(steps.every(({ bytes }, index) => bytes >= (steps[index - 1]?.bytes ?? 0))).toBe(true);
    }
    expect(Object.keys(told[0] ?? {}).sort()).toEqual(['bytes', 'stage', 'totalBytes']);
  });
});

describe('te.documents.status of a deposit', () => {
  it('keeps the state of the receipt when this professional may not read the dossier', async () => {
    const [stranger] = fictivePatients(1) as [FictivePatient];
    world.simulator.addDossier(stranger);
    const { uniqueId } = await te.documents.depositLetter(stranger, { pdf: demoLetterPdf(), patientConsent: true });
    await world.simulator.settled();
    expect(world.simulator.intakes().at(-1)?.outcome).toBe('filed');
    const status = await te.documents.status(stranger, uniqueId);
    expect(status).toMatchObject({ state: 'accepted', isListed: null, receipt: { state: 'accepted' } });
    expect(status.findings.map(({ rule }) => rule)).toEqual(['DOSSIER-NOT-READABLE']);
    // Of a document that was not deposited here nothing is known: the refusal is the answer.
    await expect(te.documents.status(stranger, '2.25.404')).rejects.toEqual(refused('TE_NOT_IN_CIRCLE'));
  });

  it('tells one truth: the receipt is brought up to date by what is in the dossier', async () => {
    const { uniqueId } = await te.documents.depositLetter(patient, { pdf: demoLetterPdf(), patientConsent: true });
    await world.simulator.settled();
    expect(await te.documents.status(patient, uniqueId)).toMatchObject({
      state: 'visible',
      isListed: true,
      receipt: { state: 'visible' },
      findings: [],
    });
  });

  it.each<[string, unknown, object | undefined, object]>([
    ['no patient', undefined, undefined, { argument: 'patient' }],
    ['no document', patient, undefined, { argument: 'uniqueId' }],
    ['a misspelt option', patient, { signl: null }, { option: 'signl' }],
  ])('refuses %s', async (what, who, options, details) => {
    const id = what === 'no document' ? (undefined as never) : '2.25.1';
    await expect(te.documents.status(who as never, id, options)).rejects.toEqual(refused('TE_INPUT_INVALID', details));
  });
});
