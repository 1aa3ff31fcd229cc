import type { Finding } from '../../errors.ts';
import { checkReceivedXdm, readXdm, type DocumentEntry, type ReceivedDocument } from '../../documents/index.ts';
import { requireSafePdf } from '../../documents/pdf/inspect.ts';
import { collect, sha1Hex } from '../../internal/bytes.ts';
import type { IncomingDeposit } from '../../transport/mss/incoming.ts';
import { objectsOfMetadata } from '../registry/from-metadata.ts';
import { readSimulatedCda, type SimulatedCda } from './cda.ts';
import { checkMetadataAgainstCda, checkRights, findDossier, RefusedDocument } from './check-document.ts';
import type { AcceptedDocument, AcceptedSet, IntakeOptions } from './model.ts';

/**
 * Reads and checks the whole submission before anything is filed.
 *
 * @throws RefusedDocument with an integration code
 */
export async function examine(incoming: IncomingDeposit, options: IntakeOptions): Promise<readonly AcceptedSet[]> {
  if (!incoming.archive) throw new RefusedDocument('906', 'SIM-NO-ARCHIVE');
  const received = await readXdm(incoming.archive, { maxTotalBytes: options.maxMessageBytes * 4 });
  refuseErrors(received.findings);

  const accepted: AcceptedSet[] = [];
  for (const { documents, metadata } of received.subsets) {
    if (metadata.submissionSets.length !== 1) throw new RefusedDocument('906', 'SIM-SUBMISSION-SETS');
    const examined: AcceptedDocument[] = [];
    for (const document of documents) examined.push(await examineDocument(document, options));
    accepted.push({ objects: objectsOfMetadata(metadata), documents: examined });
  }

  checkTogether(accepted.flatMap(({ documents }) => documents));
  // The checks of the library come last: the findings above are those of the far side itself.
  refuseErrors((await checkReceivedXdm(received)).findings);
  return accepted;
}

function refuseErrors(findings: readonly Finding[]): void {
  const errors = findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule);
  if (errors.length > 0) throw new RefusedDocument('906', ...new Set(errors));
}

async function examineDocument(received: ReceivedDocument, options: IntakeOptions): Promise<AcceptedDocument> {
  const { entry } = received;
  const bytes = await intactBytes(received);
  const cda = readSimulatedCda(bytes);
  if (!cda) throw new RefusedDocument('906', 'SIM-CDA');

  checkMetadataAgainstCda(entry, cda);
  const dossier = findDossier(options.state, entry, cda, options.requireIns);

  // The very same document may come twice; another one under its identifier may not.
  const holder = options.state.byUniqueId(cda.uniqueId);
  const twin = holder?.documents.find(({ uniqueId }) => uniqueId === cda.uniqueId);
  const sameDocument = holder === dossier && twin?.sha1 === received.sha1;
  if (twin && !sameDocument) throw new RefusedDocument('906', 'SIM-UNIQUE-ID-TAKEN');

  if (!twin) {
    checkRights(dossier, cda);
    if (cda.pdf) await requireSafe(cda.pdf);
  }

  return { dossier, duplicate: twin !== undefined, document: documentToFile(entry, cda, bytes, received.sha1) };
}

/** The bytes of a document, whose size and hash are those of the metadata. */
async function intactBytes({ entry, content, intact }: ReceivedDocument): Promise<Uint8Array> {
  if (!intact || entry.hash === null || entry.size === null) throw new RefusedDocument('906', 'SIM-HASH');

  const bytes = await collect(content.open());
  if (bytes.length !== entry.size || sha1Hex(bytes) !== entry.hash) throw new RefusedDocument('906', 'SIM-HASH');
  return bytes;
}

/** @throws RefusedDocument when the printed part holds what could run */
export async function requireSafe(pdf: Uint8Array): Promise<void> {
  try {
    await requireSafePdf(pdf);
  } catch {
    throw new RefusedDocument('906', 'SIM-PDF');
  }
}

/** A document as it is filed, told by its own header. */
export function documentToFile(
  entry: DocumentEntry,
  cda: SimulatedCda,
  bytes: Uint8Array,
  sha1: string,
): AcceptedDocument['document'] {
  return {
    uniqueId: cda.uniqueId,
    title: cda.title,
    typeCode: cda.typeCode,
    typeLabel: cda.typeLabel,
    confidentiality: cda.confidentiality,
    hiddenFromProfessionals: entry.confidentialityCodes.some(({ code }) => code === 'MASQUE_PS'),
    mimeType: entry.mimeType,
    sha1,
    bytes,
    pdf: cda.pdf,
    author: cda.authors[0] ?? '',
    replaces: cda.replaces,
  };
}

/** A deposit holds at least one document, about one patient, each once. */
function checkTogether(accepted: readonly AcceptedDocument[]): void {
  if (accepted.length === 0) throw new RefusedDocument('906', 'SIM-NO-DOCUMENT');

  if (new Set(accepted.map(({ dossier }) => dossier)).size > 1) {
    throw new RefusedDocument('906', 'SIM-SEVERAL-PATIENTS');
  }
  if (new Set(accepted.map(({ document }) => document.uniqueId)).size !== accepted.length) {
    throw new RefusedDocument('906', 'SIM-UNIQUE-ID-TWICE');
  }
}
