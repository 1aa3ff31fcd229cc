import { TerrESanteError } from '../../errors.ts';
import { hl7Utc } from '../../internal/hl7-time.ts';
import { isOid, uuidToOid } from '../../internal/oid.ts';
import { invisible } from '../../internal/text.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import { oid } from '../metadata/constants.ts';
import { authorOf, documentEntry } from '../metadata/derive.ts';
import type { DocumentEntry, XdsAuthor, XdsReferenceId } from '../model/metadata.ts';
import type { BuiltDocument, BuiltHeader, Coded } from '../model/document.ts';
import { builtHere } from '../cda/build.ts';
import type { Submission, SubmissionDocument, SubmissionSubject } from '../model/submission.ts';
import { markSubmission } from './made.ts';
import { foldersOf, relationsOf, type DocumentRelation, type FolderInput } from './relations.ts';
import { type Checks, optionsOf, reading } from '../../internal/border.ts';
import { anyText, anything, listOf, record, runtime as runtimeCheck, text } from '../../internal/option-checks.ts';

/** Options of {@link createSubmission}. @group Submission */
export interface SubmissionOptions {
  /**
   * OID of this installation of the software: `host.oidRoot` of the configuration, which
   * `te.documents.deposit` of a document fills in by itself. Never the domain of the patients.
   */
  readonly sourceId: string;
  /**
   * OID of the submission set. Give the same one when the same submission is made again.
   * @defaultValue an OID made from a new UUID (`2.25.…`)
   */
  readonly uniqueId?: string | undefined;
  /** JDV_J03. @defaultValue `07` Consultations soins externes */
  readonly contentType?: Coded | undefined;
  /** Who sends the documents. @defaultValue the first author of the first document */
  readonly author?: XdsAuthor | undefined;
  /** @defaultValue the title of the document when there is one only */
  readonly title?: string | undefined;
  readonly comments?: string | undefined;
  /** `XON|XCN|XTN` values. */
  readonly intendedRecipients?: readonly string[] | undefined;
  /** What the header does not say of a document, by its uniqueId. */
  readonly details?: Readonly<Record<string, DocumentDetails>> | undefined;
  readonly folders?: readonly FolderInput[] | undefined;
  /** Clock and ids. @defaultValue those of the machine */
  readonly runtime?: Runtime | undefined;
}

const optionChecks: Checks<SubmissionOptions> = {
  // Its absence has an error of its own.
  sourceId: anything,
  uniqueId: text,
  contentType: record,
  author: record,
  title: anyText,
  comments: anyText,
  intendedRecipients: listOf(anyText),
  details: record,
  folders: listOf(record),
  runtime: runtimeCheck,
};

/** Metadata that are not in the header of a document. @group Submission */
export interface DocumentDetails {
  readonly comments?: string | undefined;
  readonly referenceIds?: readonly XdsReferenceId[] | undefined;
  /**
   * Links to documents of a registry. In a mail there is none: the CDA itself names the version it
   * replaces.
   */
  readonly relations?: readonly DocumentRelation[] | undefined;
}

/**
 * Makes one submission set from finished documents of one patient. All metadata come from the
 * document headers.
 *
 * The same object feeds every channel: the mail archive, the SOAP request, the FHIR bundle and a
 * local archive, with the same identifiers and hashes in each.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` (no document, identifiers), `TE_IDENTITY_MISMATCH`
 *   (not one patient), `TE_IDENTITY_STATUS` (an INS that may not be transmitted), `TE_DUPLICATE` (a
 *   document twice), `TE_DOCUMENT_INVALID` (a header that lacks a mandatory metadata)
 *
 * @example
 * ```ts
 * import { buildLetter, createSubmission, packageXdm, readXdm } from 'terr-esante-sdk/documents';
 * import { demoLetterPdf, fictivePatient, fictiveProfessional, fictiveStructure } from 'terr-esante-sdk/testing';
 *
 * const letter = await buildLetter({
 *   patient: fictivePatient(),
 *   author: { professional: fictiveProfessional(), structure: fictiveStructure() },
 *   patientConsent: true,
 *   pdf: demoLetterPdf(),
 * });
 * const submission = createSubmission([letter], { sourceId: '2.999.1.10' });
 * submission.documents[0]?.entry.typeCode.code; // 'CERT_DECL'
 *
 * const { content } = await packageXdm(submission);
 * const chunks = [];
 * for await (const chunk of content.open()) chunks.push(chunk);
 * const { subsets } = await readXdm(Buffer.concat(chunks));
 * subsets[0]?.documents[0]?.intact; // true
 * ```
 *
 * @see IHE ITI TF-3, section 4.2; CI-SIS, volet Partage de documents de santé
 * @group Submission
 */
export function createSubmission(documents: readonly BuiltDocument[], options: SubmissionOptions): Submission {
  const given = optionsOf('options', options, optionChecks);
  return reading('documents', () => submissionOf(documents, given));
}

function submissionOf(documents: readonly BuiltDocument[], options: SubmissionOptions): Submission {
  const { runtime = systemRuntime, details = {}, ...rest } = options;
  const sourceId = requireOid(rest.sourceId, 'Identifiant du logiciel émetteur');
  const first = requireDocuments(documents);
  const ids = requireDistinct(documents);
  if (Object.keys(details).some((id) => !ids.has(id))) {
    throw new TerrESanteError('TE_INPUT_INVALID', "Une précision vise un document absent de l'envoi.");
  }

  const entries = documents.map((document, index) => describedDocument(document, index + 1, details));
  const { patientId } = requireSamePatient(entries);
  const author = rest.author ?? first.header.authors.flatMap((actor) => authorOf(actor) ?? [])[0];
  if (!author) throw new TerrESanteError('TE_INTERNAL', 'Document sans auteur.');

  requireVisible(rest.title, 'Titre');
  requireVisible(rest.comments, 'Commentaire');

  const uniqueId = requireOid(rest.uniqueId ?? uuidToOid(runtime.ids.uuid()), "Identifiant de l'envoi");
  if (ids.has(uniqueId)) {
    throw new TerrESanteError('TE_DUPLICATE', "L'identifiant de l'envoi est celui d'un de ses documents.");
  }

  const { folders, associations } = foldersOf(rest.folders ?? [], entries, runtime);
  const relations = entries.flatMap(({ entry }) =>
    relationsOf(entry.entryUuid, details[entry.uniqueId]?.relations ?? []),
  );

  return markSubmission(
    {
      submissionSet: {
        id: 'SubmissionSet01',
        submissionTime: hl7Utc(runtime.clock.now()),
        title: rest.title ?? (documents.length === 1 ? first.header.title : null),
        comments: rest.comments ?? null,
        authors: [author],
        contentTypeCode: rest.contentType ?? outpatient,
        patientId,
        sourceId,
        uniqueId,
        intendedRecipients: rest.intendedRecipients ?? [],
      },
      documents: entries,
      patient: mailPatient(first.header.patient, first.qualifiedIns),
      folders,
      associations: [...relations, ...associations],
    },
    documents.every((document) => builtHere.holds(document)),
  );
}

/** The kind of care that a submission comes from, unless another is said. */
export const outpatient: Coded = { code: '07', codeSystem: oid.activity, displayName: 'Consultations soins externes' };

function requireOid(value: string | undefined, what: string): string {
  if (value === undefined || !isOid(value)) {
    throw new TerrESanteError('TE_INPUT_INVALID', `${what} : OID attendu, sans préfixe et d'au plus 64 caractères.`);
  }
  return value;
}

/** A title or a comment is what it looks like; a comment may have several lines. */
function requireVisible(value: string | null | undefined, what: string): void {
  if (typeof value === 'string' && invisible.test(value.replaceAll(/[\t\r\n]/g, ' '))) {
    throw new TerrESanteError('TE_INPUT_INVALID', `${what} : caractère invisible ou de sens d'écriture interdit.`);
  }
}

/** @returns the first document */
function requireDocuments(documents: unknown): BuiltDocument {
  const isBuilt = (document: unknown): document is BuiltDocument =>
    typeof document === 'object' && document !== null && Boolean((document as Partial<BuiltDocument>).header);
  if (!Array.isArray(documents) || !documents.every(isBuilt)) {
    throw new TerrESanteError(
      'TE_INPUT_INVALID',
      'Un envoi est un tableau de documents terminés : attendez (await) le résultat de leur constructeur.',
    );
  }

  const [first] = documents;
  if (!first || documents.length > 9999) {
    throw new TerrESanteError('TE_INPUT_INVALID', 'Un envoi contient de 1 à 9999 documents.');
  }

  return first;
}

/** @returns the uniqueId of each document */
function requireDistinct(documents: readonly BuiltDocument[]): ReadonlySet<string> {
  const ids = new Set(documents.map(({ header }) => header.uniqueId));
  if (ids.size !== documents.length) {
    throw new TerrESanteError('TE_DUPLICATE', "Un même identifiant de document figure deux fois dans l'envoi.");
  }
  return ids;
}

function describedDocument(
  document: BuiltDocument,
  rank: number,
  details: Readonly<Record<string, DocumentDetails>>,
): SubmissionDocument {
  const id = `Document${String(rank).padStart(2, '0')}`;
  const entry = documentEntry(document, id, `DOC${String(rank).padStart(4, '0')}.XML`);
  const { comments = null, referenceIds = [] } = details[entry.uniqueId] ?? {};
  requireVisible(comments, 'Commentaire');

  return { entry: { ...entry, comments, referenceIds }, document };
}

/**
 * All documents of one submission name the same patient with the same traits.
 *
 * @returns the entry of the first document
 */
function requireSamePatient(documents: readonly SubmissionDocument[]): DocumentEntry {
  const traits = ({ document: { header, qualifiedIns }, entry }: SubmissionDocument): string => {
    const { birthName, firstName, birthTime, sex } = header.patient;
    return JSON.stringify([entry.patientId, entry.sourcePatientId, qualifiedIns, birthName, firstName, birthTime, sex]);
  };
  if (new Set(documents.map(traits)).size > 1) {
    throw new TerrESanteError(
      'TE_IDENTITY_MISMATCH',
      "Les documents d'un même envoi ne désignent pas tous le même patient.",
      { details: { documents: documents.length } },
    );
  }

  const [first] = documents;
  if (!first) throw new TerrESanteError('TE_INTERNAL', 'Envoi sans document.');

  return first.entry;
}

function mailPatient(patient: BuiltHeader['patient'], qualifiedIns: boolean): SubmissionSubject {
  const { birthName, firstName, birthTime } = patient;
  const day = /^\d{8}/.exec(birthTime ?? '')?.[0];

  return {
    birthName,
    firstName,
    birthDate: day ? `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}` : null,
    qualifiedIns,
  };
}
