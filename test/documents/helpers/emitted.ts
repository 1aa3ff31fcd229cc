import { createPkcs12Provider } from '../../../src/auth/index.ts';
import {
  buildCda,
  buildLetter,
  buildPrescription,
  buildReport,
  buildVsm,
  createSubmission,
  readMetadata,
  signSubmission,
  writeMetadata,
  writeProvideAndRegister,
  writeStatusUpdate,
  writeVisibilityUpdate,
  type BuiltDocument,
  type SubmissionOptions,
} from '../../../src/documents/index.ts';
import {
  createTestHierarchy,
  demoLetterPdf,
  fictivePatient,
  fictiveProfessional,
  fictiveStructure,
} from '../../../src/testing/index.ts';
import type { Runtime } from '../../../src/internal/runtime.ts';
import { fixedRuntime, sourceId } from './built-document.ts';

const registered = 'urn:uuid:5f2c9a70-6f0e-4d0b-9d0e-2b7f3f1f0a11';

/** The five kinds of documents that the SDK makes. */
async function kinds(runtime: Runtime): Promise<readonly BuiltDocument[]> {
  const common = {
    patient: fictivePatient(),
    author: { professional: fictiveProfessional(), structure: fictiveStructure(), functionCode: 'PCP' as const },
    patientConsent: true,
  };
  const pdf = demoLetterPdf();
  const options = { runtime };
  return [
    await buildLetter({ ...common, pdf }, options),
    await buildPrescription({ ...common, pdf }, options),
    await buildReport({ ...common, pdf }, options),
    await buildVsm({ ...common, content: { problems: 'none', allergies: 'none', treatments: 'none' } }, options),
    await buildCda({ ...common, type: '96349-6', text: 'Chère consœur' }, options),
  ];
}

/** A submission that uses every attribute we write. */
function richOptions(first: BuiltDocument, runtime: Runtime): SubmissionOptions {
  return {
    sourceId,
    runtime,
    comments: "Envoi d'essai",
    intendedRecipients: ['|899700012349^EXEMPLE^Camille^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS'],
    folders: [
      { title: 'Grossesse', codes: [{ code: '10', codeSystem: '1.2.250.1.213.1.1.4.1', displayName: 'Compte rendu' }] },
    ],
    details: {
      [first.header.uniqueId]: {
        comments: 'Remplace la version précédente',
        referenceIds: [{ id: 'ACC1', authority: '2.999.6', type: 'urn:ihe:iti:xds:2013:accession' }],
        relations: [{ kind: 'replaces', entryUuid: registered }],
      },
    },
  };
}

const envelope = (action: string, body: string): string =>
  `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header><a:Action xmlns:a="http://www.w3.org/2005/08/addressing">${action}</a:Action></s:Header><s:Body>${body}</s:Body></s:Envelope>`;

/** Everything that the SDK writes as XDS metadata, each with its name. */
export async function emittedMetadata(): Promise<readonly (readonly [name: string, xml: string])[]> {
  const runtime = fixedRuntime();
  const documents = await kinds(runtime);
  const [letter] = documents;
  if (!letter) throw new TypeError('no document');

  const options = { sourceId, runtime };
  const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
  const metadataOf = (list: readonly BuiltDocument[], rest: SubmissionOptions): string =>
    textOf(writeMetadata(createSubmission(list, rest)));

  const { signature } = (await createTestHierarchy()).professional;
  const provider = await createPkcs12Provider({ pfx: signature.pfx, password: signature.password });
  const rich = createSubmission(documents, richOptions(letter, runtime));
  const signed = await signSubmission(createSubmission([letter], options), provider, { runtime });

  const [entry] = readMetadata(writeMetadata(rich)).documents;
  const [author] = rich.submissionSet.authors;
  if (!entry || !author) throw new TypeError('no entry');
  const known = { ...entry, entryUuid: registered, logicalId: registered, version: '1' };
  const update = { author, sourceId, contentType: rich.submissionSet.contentTypeCode, runtime };
  const updateAction = 'urn:ihe:iti:2010:UpdateDocumentSet';
  const hidden = { hiddenFromPatient: true, hiddenFromProfessionals: false, hiddenFromLegalRepresentatives: true };
  const updated = textOf(writeVisibilityUpdate(known, hidden, update));
  const deleted = textOf(writeStatusUpdate(known, { from: 'approved', to: 'deleted' }, update));

  return [
    ...documents.map((document) => [document.kind, metadataOf([document], options)] as const),
    ['several documents', metadataOf(documents, options)],
    ['replacement, folder, recipients, references', textOf(writeMetadata(rich))],
    ['signed', textOf(writeMetadata(signed))],
    ['ITI-41', writeProvideAndRegister(rich).body],
    ['ITI-41, signed', writeProvideAndRegister(signed).body],
    ['ITI-57, visibility', envelope(updateAction, updated)],
    ['ITI-57, deletion', envelope(updateAction, deleted)],
  ];
}
