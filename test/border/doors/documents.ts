import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as auth from '../../../src/auth/index.ts';
import * as conformance from '../../../src/conformance/index.ts';
import * as documents from '../../../src/documents/index.ts';
import { bytesSource, collect } from '../../../src/internal/bytes.ts';
import { systemRuntime } from '../../../src/internal/runtime.ts';
import {
  createTestHierarchy,
  demoLetterPdf,
  fictivePatient,
  fictiveProfessional,
  fictiveStructure,
} from '../../../src/testing/index.ts';
import { door, type Door, type DoorSet } from '../door.ts';

const runtime = systemRuntime;
const build = { runtime };
const professional = fictiveProfessional();
const structure = fictiveStructure();
const role = { professional, structure };
const author = { ...role, functionCode: 'PCP' } as const;

const common: documents.DocumentInput = {
  patient: fictivePatient(),
  author,
  patientConsent: true,
  title: 'Courrier',
  languageCode: 'fr-FR',
  codeSet: 'eo-9.05',
  confidentiality: 'N',
  consentRequired: true,
  environment: 'simulator',
  effectiveTime: '2026-03-01T10:30:00+01:00',
  recipients: [role],
  informants: [{ classCode: 'NOK', relation: 'MTH', name: { family: 'PROCHE', given: 'Zoé' } }],
  patientDetails: {
    address: { lines: ["1 rue de l'Essai", '75000 PARIS'] },
    telecoms: [{ value: 'tel:0102030405' }],
    guardians: [],
    multipleBirth: { order: 1 },
    deceased: false,
  },
  participants: [{ typeCode: 'REF', professional, structure, start: '2026-03-01T10:00:00+01:00' }],
  legalAuthenticator: role,
  authenticators: [role],
  dataEnterer: role,
  custodian: { structure },
  act: { start: '2026-03-01T10:00:00+01:00', performer: role },
  otherActs: [],
  otherAuthors: [author],
  visibility: { hiddenFromPatient: false },
};

const asthma = { code: 'J45', displayName: 'Asthme' };

const summary = {
  problems: [{ text: 'Asthme', start: '2020', status: 'active', code: asthma }],
  allergies: 'none',
  treatments: 'none',
  medicalHistory: [{ text: 'X', code: asthma }],
  occupationalRisks: ['X'],
  vigilance: ['X'],
};

async function buildDoors(): Promise<readonly Door[]> {
  const pdf = { ...common, pdf: demoLetterPdf() };
  const text: documents.CdaInput = { ...common, type: '96349-6', text: 'Chère consœur', contentLanguageCode: 'fr-FR' };
  const vsm = {
    ...common,
    content: summary,
    treatingDoctor: role,
    pdf: demoLetterPdf(),
  } as unknown as documents.VsmInput;
  const minimal = { patient: fictivePatient(), author, patientConsent: true };
  const bareVsm = { ...minimal, content: { problems: [{ text: 'Asthme', code: asthma }] } } as documents.VsmInput;
  return [
    door('documents.buildCda', documents.buildCda, [text, build], '1'),
    door('documents.buildDocument', documents.buildDocument, ['letter', pdf, build], '2'),
    door('documents.buildLetter', documents.buildLetter, [pdf, build], '1'),
    door('documents.buildPrescription', documents.buildPrescription, [pdf, build], '1'),
    door('documents.buildReport', documents.buildReport, [pdf, build], '1'),
    door('documents.buildVsm', documents.buildVsm, [vsm, build], '1'),
    door('documents.buildVsm', documents.buildVsm, [bareVsm, build], '1'),
    door('documents.inspectPdf', documents.inspectPdf, [demoLetterPdf()]),
    door('documents.inspectPdf', documents.inspectPdf, [bytesSource(demoLetterPdf())]),
    door('documents.findUncodedSections', documents.findUncodedSections, [summary as never]),
  ];
}

function codeDoors(): readonly Door[] {
  return [
    door('documents.findClassOfType', documents.findClassOfType, ['11488-4', '2.16.840.1.113883.6.1', 'xds' as never]),
    door('documents.findConcept', documents.findConcept, ['practiceSetting', 'AMBULATOIRE', '1.2.3']),
    door('documents.findFormatCode', documents.findFormatCode, [{ mediaType: 'application/pdf' }]),
    door('documents.findType', documents.findType, ['11488-4', '2.16.840.1.113883.6.1']),
    door('documents.loadNomenclature', documents.loadNomenclature, ['practiceSetting']),
    door(
      'documents.searchConcepts',
      documents.searchConcepts,
      ['practiceSetting', 'amb', { limit: 3, on: '2026-01-01', includeRetired: true }],
      '2',
    ),
  ];
}

/** A table, and what it answers. */
async function tableDoors(): Promise<readonly Door[]> {
  const table = await documents.loadNomenclature('practiceSetting');
  return [
    door<Parameters<typeof table.find>>('Nomenclature.find', (...a) => table.find(...a), ['AMBULATOIRE', '1.2.3']),
    door<Parameters<typeof table.withCode>>('Nomenclature.withCode', (...a) => table.withCode(...a), ['AMBULATOIRE']),
  ];
}

/** What is read, checked, packed and written of one submission. */
async function submissionDoors(folder: string): Promise<readonly Door[]> {
  const letter = await documents.buildLetter({
    patient: fictivePatient(),
    author: role,
    patientConsent: true,
    pdf: demoLetterPdf(),
  });
  const submissionOptions: documents.SubmissionOptions = {
    sourceId: '2.999.1.10.9',
    title: 'Lot',
    comments: 'X',
    intendedRecipients: [],
    folders: [],
    details: {},
    runtime,
  };
  const submission = documents.createSubmission([letter], submissionOptions);
  const cda = await collect(letter.content.open());
  const metadata = documents.writeMetadata(submission);
  const archive = await documents.packageXdm(submission);
  const zip = await collect(archive.content.open());
  const received = await documents.readXdm(zip);
  const registry = documents.readMetadata(metadata);
  const [first] = registry.documents;
  if (!first) throw new TypeError('no entry');
  // As a registry gives it back, under an identifier of its own.
  const entry = { ...first, entryUuid: 'urn:uuid:5f2c9a70-6f0e-4d0b-9d0e-2b7f3f1f0a11' };
  const contentType = registry.submissionSets[0]?.contentTypeCode;
  const update = {
    author: entry.authors[0],
    contentType,
    sourceId: '2.999.1.10.9',
    uniqueId: '2.999.1.10.9.1',
    runtime,
  } as documents.MetadataUpdateOptions;
  const xdm: documents.XdmOptions = {
    level: 6,
    store: false,
    inMemoryBytes: 1_000_000,
    sender: { name: 'X' },
    application: { name: 'a', version: '1', vendor: 'v' },
  };
  const limits = { maxEntries: 100, maxEntryBytes: 1e7, maxTotalBytes: 1e8, maxRatio: 1_000 };
  const file = join(folder, 'archive.zip');
  writeFileSync(file, zip);
  const check = { scope: 'ci-sis', environment: 'simulator' } as const;
  const visibility = { hiddenFromPatient: true, hiddenFromProfessionals: false, hiddenFromLegalRepresentatives: false };
  const pki = await createTestHierarchy();
  const { pfx, password } = pki.professional.signature;
  const provider = await auth.createPkcs12Provider({ pfx, password });
  const checkFile = { anchors: pki.anchors, audience: 'urn:x', runtime } as conformance.CheckFileOptions;
  return [
    door('documents.createSubmission', documents.createSubmission, [[letter], submissionOptions], '1'),
    door('documents.checkCda', documents.checkCda, [cda, { codeSet: 'eo-9.05' }], '1'),
    door('documents.checkCdaSource', documents.checkCdaSource, [bytesSource(cda), { codeSet: 'eo-9.05' }], '1'),
    door('documents.checkMetadata', documents.checkMetadata, [metadata, check], '1'),
    door('documents.checkMetadata', documents.checkMetadata, [registry, check], '1'),
    door('documents.checkReceivedXdm', documents.checkReceivedXdm, [received, check], '1'),
    door('documents.checkSubmission', documents.checkSubmission, [submission, { ...check, archive: zip }], '1'),
    door('documents.checkXdm', documents.checkXdm, [zip, check], '1'),
    door('documents.fileSource', documents.fileSource, [file]),
    door('documents.packageXdm', documents.packageXdm, [submission, xdm], '1'),
    door(
      'documents.preflight',
      documents.preflight,
      [
        submission,
        {
          environment: 'simulator',
          insRequired: true,
          maxDocumentBytes: 1e7,
          maxMessageBytes: 1e7,
          typeCodeSet: 'eo-9.05',
        },
        { archive, certificate: pki.professional.signature.certDer, clockSkewMs: 0, runtime },
      ],
      '1',
      '2',
    ),
    door('documents.readCda', documents.readCda, [cda]),
    door('documents.readCdaSource', documents.readCdaSource, [bytesSource(cda)]),
    door('documents.readMetadata', documents.readMetadata, [metadata]),
    door('documents.readXdm', documents.readXdm, [zip, limits], '1'),
    door('documents.renderCda', documents.renderCda, [cda]),
    door('documents.renderCda', documents.renderCda, [documents.readCda(cda)]),
    door('documents.saveSubmission', documents.saveSubmission, [submission, folder, { sender: { name: 'X' } }], '2'),
    door(
      'documents.signSubmission',
      documents.signSubmission,
      [submission, provider, { timeoutMs: 5_000, runtime }],
      '2',
    ),
    door('documents.streamXdm', documents.streamXdm, [submission, xdm], '1'),
    door('documents.writeDocumentBundle', documents.writeDocumentBundle, [submission, { runtime }], '1'),
    door('documents.writeMetadata', documents.writeMetadata, [submission]),
    door('documents.writeProvideAndRegister', documents.writeProvideAndRegister, [submission]),
    door(
      'documents.writeStatusUpdate',
      documents.writeStatusUpdate,
      [entry, { from: 'Approved', to: 'Deprecated' } as never, update],
      '2',
    ),
    door('documents.writeVisibilityUpdate', documents.writeVisibilityUpdate, [entry, visibility, update], '2'),
    door('conformance.checkFile', conformance.checkFile, [cda, checkFile], '1'),
    door('conformance.errorCodes', conformance.errorCodes, []),
    door('conformance.rules', conformance.rules, []),
  ];
}

export async function documentSet(): Promise<DoorSet> {
  const folder = mkdtempSync(join(tmpdir(), 'te-border-'));
  return {
    doors: [...(await buildDoors()), ...codeDoors(), ...(await tableDoors()), ...(await submissionDoors(folder))],
    close: async () => rmSync(folder, { recursive: true, force: true }),
  };
}
