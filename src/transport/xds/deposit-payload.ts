import { readMetadata, writeProvideAndRegister, type Submission } from '../../documents/index.ts';
import { TerrESanteError } from '../../errors.ts';
import { bytesSource, utf8Bytes, type ByteSource } from '../../internal/bytes.ts';
import { takeFirstPart, writeMultipart, type WrittenParts } from '../../internal/mime/index.ts';

/** Longest request element, in bytes: it is held in memory. Documents are not in it. */
const maxRequestBytes = 4 * 1024 * 1024;

/** A request as it is kept, without envelope, and whom it is about. */
export interface DepositPayload {
  /** `ProvideAndRegisterDocumentSetRequest`, canonical XML. */
  readonly request: string;
  /** Its documents, as they go out. */
  readonly documents: WrittenParts;
  /** CX of the submission set. */
  readonly patientId: string;
  /** CX of the first document: the patient in the domain of its source. */
  readonly sourcePatientId: string | null;
}

/**
 * The bytes that an outbox keeps of a deposit: a multipart whose root is the request element. The
 * envelope is not in it, since identifiers and assertion are made for each attempt.
 *
 * @param unique - a UUID
 * @throws TerrESanteError `TE_TOO_LARGE` when the metadata alone are too long
 */
export function writePayload(submission: Submission, unique: string): ByteSource {
  const { body, documents } = writeProvideAndRegister(submission);
  const request = utf8Bytes(body);
  if (request.length > maxRequestBytes) {
    throw new TerrESanteError('TE_TOO_LARGE', 'La description des documents du dépôt est trop longue.', {
      details: { messageBytes: request.length, limitBytes: maxRequestBytes },
    });
  }

  const root = {
    contentType: 'application/xop+xml; charset=UTF-8',
    contentId: `request.${unique}@terr-esante-sdk`,
    content: bytesSource(request),
  };
  const parts = documents.map(({ contentId, mimeType, content }) => ({ contentId, contentType: mimeType, content }));
  return writeMultipart([root, ...parts], unique).body;
}

/** @throws TerrESanteError `TE_OUTBOX` when the bytes are no payload of {@link writePayload} */
export async function readPayload(content: ByteSource): Promise<DepositPayload> {
  const taken = await takeFirstPart(content, maxRequestBytes + 1024);
  if (!taken) throw unreadable();

  const request = taken.first.toString('utf8');
  const { submissionSets, documents } = readMetadata(request);
  const [set] = submissionSets;
  if (!set) throw unreadable();

  return {
    request,
    documents: taken.others,
    patientId: set.patientId,
    sourcePatientId: documents[0]?.sourcePatientId ?? null,
  };
}

function unreadable(): TerrESanteError {
  return new TerrESanteError('TE_OUTBOX', "Le dépôt conservé n'est pas lisible comme dépôt au registre.", {
    details: { reason: 'payload' },
  });
}
