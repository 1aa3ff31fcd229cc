import { TerrESanteError } from '../../errors.ts';
import { utf8Bytes, type ByteSource } from '../../internal/bytes.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import { wrapInBase64 } from '../cda/base64-source.ts';
import { association } from '../metadata/constants.ts';
import { contentToWrite } from '../model/content.ts';
import type { DocumentEntry, XdsInstitution } from '../model/metadata.ts';
import type { BuiltHeader } from '../model/document.ts';
import type { Submission } from '../model/submission.ts';
import {
  actorResource,
  actors,
  attachment,
  documentCodes,
  documentContext,
  fhirNames,
  fhirTime,
  oidUri,
  organizationReference,
  patientReference,
  relationCode,
  uri,
  type Json,
} from './resources.ts';
import { sourcePatient } from './source-patient.ts';
import { coding, concept } from './systems.ts';
import { optionsOf, reading } from '../../internal/border.ts';
import { runtime as runtimeCheck } from '../../internal/option-checks.ts';

interface BundledDocument {
  readonly entry: DocumentEntry;
  readonly content: ByteSource;
  readonly header: BuiltHeader;
  readonly url: string;
  readonly binaryUrl: string;
}

function relatesTo({ entry }: BundledDocument, { associations = [] }: Submission): Json {
  const links = associations.flatMap(({ type, source, target }) => {
    const code = relationCode(type);
    return source === entry.entryUuid && code !== null && target.startsWith('urn:uuid:')
      ? [{ code, target: { identifier: uri(target) } }]
      : [];
  });
  return links.length === 0 ? {} : { relatesTo: links };
}

function documentReference(document: BundledDocument, submission: Submission): Json {
  const { entry, header, binaryUrl, url } = document;
  const { contained, references } = actors(entry.authors, 'author');
  const [first] = entry.authors;
  const [person, institution] = entry.legalAuthenticator
    ? [entry.legalAuthenticator, institutionOf(entry)]
    : [first?.person, first?.institution ?? null];
  const legal = person && actorResource(person, institution, 'authenticator');

  return {
    resourceType: 'DocumentReference',
    meta: { profile: [fhirNames.profile('pdsm-comprehensive-document-reference')] },
    contained: [...contained, ...(legal ? [legal] : []), sourcePatient(header.patient, entry.sourcePatientId)],
    masterIdentifier: { use: 'usual', ...oidUri(entry.uniqueId) },
    identifier: [{ use: 'official', ...uri(url) }],
    status: 'current',
    ...documentCodes(entry),
    subject: patientReference(entry.patientId),
    date: fhirTime(submission.submissionSet.submissionTime),
    author: references,
    ...(legal ? { authenticator: { reference: '#authenticator' } } : {}),
    custodian: organizationReference(header.custodian),
    ...relatesTo(document, submission),
    content: [{ attachment: attachment(entry, binaryUrl), format: coding(entry.formatCode) }],
    context: documentContext(entry),
  };
}

/** The structure of the author who is the legal authenticator too. */
function institutionOf({ authors, legalAuthenticator }: DocumentEntry): XdsInstitution | null {
  return authors.find(({ person }) => person.id === legalAuthenticator?.id)?.institution ?? null;
}

function submissionList({ submissionSet: set }: Submission, items: readonly string[]): Json {
  const { contained, references } = actors(set.authors, 'source');

  return {
    resourceType: 'List',
    meta: { profile: [fhirNames.profile('pdsm-submissionset-comprehensive')] },
    contained,
    extension: [
      { url: fhirNames.mhd('ihe-designationType'), valueCodeableConcept: concept(set.contentTypeCode) },
      { url: fhirNames.mhd('ihe-sourceId'), valueIdentifier: oidUri(set.sourceId) },
    ],
    identifier: [{ use: 'usual', ...oidUri(set.uniqueId) }],
    status: 'current',
    mode: 'working',
    ...(set.title === null ? {} : { title: set.title }),
    code: { coding: [{ system: 'https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes', code: 'submissionset' }] },
    subject: patientReference(set.patientId),
    date: fhirTime(set.submissionTime),
    source: references[0],
    ...(set.comments === null ? {} : { note: [{ text: set.comments }] }),
    entry: items.map((reference) => ({ item: { reference } })),
  };
}

/** Text and base64 contents, one after the other; the length is known. */
function joined(pieces: readonly (Uint8Array | ByteSource)[]): ByteSource {
  const lengths = pieces.map((piece) => piece.byteLength);

  return {
    byteLength: lengths.reduce((sum, length) => sum + length, 0),
    async *open() {
      for (const piece of pieces) {
        if (piece instanceof Uint8Array) yield piece;
        else yield* piece.open();
      }
    },
  };
}

/**
 * The FHIR R4 transaction that deposits a submission (ITI-65, French profiles PDSm): a List for the
 * submission set, one DocumentReference and one Binary per document, with the uniqueIds, hashes and
 * sizes of the other channels. The documents are read as the JSON is, so a large one is never held.
 *
 * Code systems carry the addresses of the published examples, any other system its OID: addresses
 * not yet confirmed in the terminology server of the ANS are unverified. The patient is a
 * conditional reference, which a server resolves: `createFhirTransport` puts the id in its place.
 * Valid under PDSm 3.1.1 by the validator of HAPI FHIR.
 *
 * @throws TerrESanteError `TE_UNSUPPORTED` for a submission with folders or a signature
 * @see IHE ITI TF-2, section 3.65; ANS, guide Partage de documents de santé en mobilité (PDSm)
 * @group Submission
 */
export function writeDocumentBundle(
  submission: Submission,
  options?: {
    /** Ids. @defaultValue those of the machine */
    readonly runtime?: Runtime | undefined;
  },
): ByteSource {
  const given = optionsOf('options', options, { runtime: runtimeCheck });
  return reading('submission', () => bundleOf(submission, given));
}

function bundleOf(
  submission: Submission,
  options: {
    /** Ids. @defaultValue those of the machine */
    readonly runtime?: Runtime | undefined;
  },
): ByteSource {
  const { runtime = systemRuntime } = options;
  const { documents, folders = [], signature, associations = [] } = submission;
  const signs = associations.some(({ type }) => type === association.signs);
  if (folders.length > 0 || signature || signs) {
    throw new TerrESanteError('TE_UNSUPPORTED', 'Classeurs et signature ne sont pas écrits dans le lot FHIR.');
  }

  const url = (): string => `urn:uuid:${runtime.ids.uuid()}`;
  const bundled = documents.map(({ entry, document }): BundledDocument => ({
    entry,
    content: contentToWrite(document.content, entry.hash),
    header: document.header,
    url: url(),
    binaryUrl: url(),
  }));

  // A string that JSON leaves as it is and that no value of the bundle can hold: it is made for
  // this bundle.
  const mark = `base64-${runtime.ids.uuid()}`;

  const list = post(
    url(),
    submissionList(
      submission,
      bundled.map((document) => document.url),
    ),
    'List',
    submission.submissionSet.uniqueId,
  );
  const bundle: Json = {
    resourceType: 'Bundle',
    meta: { profile: [fhirNames.profile('pdsm-comprehensive-provide-document-bundle')] },
    type: 'transaction',
    timestamp: fhirTime(submission.submissionSet.submissionTime),
    entry: [
      list,
      ...bundled.map((document) =>
        post(document.url, documentReference(document, submission), 'DocumentReference', document.entry.uniqueId),
      ),
      ...bundled.map(({ binaryUrl, entry }) =>
        post(binaryUrl, { resourceType: 'Binary', contentType: entry.mimeType, data: mark }, 'Binary'),
      ),
    ],
  };

  return withContents(
    JSON.stringify(bundle).split(mark),
    bundled.map(({ content }) => content),
  );
}

/**
 * An entry that creates, once: a server that honours `ifNoneExist` makes no second one of the same
 * uniqueId when the answer was lost.
 *
 * @see HL7 FHIR R4, RESTful API, conditional create
 */
function post(fullUrl: string, resource: Json, kind: string, uniqueId?: string): Json {
  const token = encodeURIComponent(`urn:ietf:rfc:3986|urn:oid:${uniqueId ?? ''}`);
  const once = uniqueId === undefined ? {} : { ifNoneExist: `identifier=${token}` };
  return { fullUrl, resource, request: { method: 'POST', url: kind, ...once } };
}

/** Each content in base64 between two texts. */
function withContents(texts: readonly string[], contents: readonly ByteSource[]): ByteSource {
  const none = new Uint8Array();

  return joined(
    texts.flatMap((text, index): (Uint8Array | ByteSource)[] => {
      const content = contents[index];
      return content ? [utf8Bytes(text), wrapInBase64(none, content, none)] : [utf8Bytes(text)];
    }),
  );
}
