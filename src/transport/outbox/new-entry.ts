import type { Submission } from '../../documents/index.ts';
import { cxIdentity } from '../../internal/hl7.ts';
import { patientScope } from '../../internal/patient-scope.ts';
import type { DepositMessage } from '../deposit.ts';
import type { DepositReceipt } from '../receipt/model.ts';
import { newTrack } from '../receipt/track.ts';
import type { OutboxEntry } from './model.ts';

/**
 * Messages of a document version that are remembered: the last ones, for reports that come late.
 */
const maxPreviousMessages = 20;

/** What enters an outbox, as an entry tells it: documents of a deposit, or a mail that is none. */
export interface Posted {
  /** What names it: the uniqueId of each document, or that of the mail. */
  readonly uniqueIds: readonly string[];
  readonly documents: OutboxEntry['documents'];
  /** Digest of the patient concerned; `null` when nothing names one. */
  readonly patient: string | null;
}

/** What a new entry is made of. */
interface EntryParts {
  readonly id: string;
  readonly posted: Posted;
  readonly channel: DepositReceipt['channel'];
  readonly message: DepositMessage;
  /** The entry of the same document version that failed for good, and gives way. */
  readonly former: OutboxEntry | null;
  readonly depositor: string | null;
}

/** What is known of a message before the first attempt. */
const untried = {
  work: 'queued',
  attempts: 0,
  owner: null,
  lastError: null,
  hasContent: true,
} as const;

/** The entry of a message that is about to be stored. */
export function newEntry(
  { id, posted, channel, message, former, depositor }: EntryParts,
  createdAt: number,
  expireAfterMs: number,
): OutboxEntry {
  return {
    id,
    generation: (former?.generation ?? 0) + 1,
    ...posted,
    depositor,
    channel,
    envelope: message.envelope,
    byteLength: message.byteLength,
    createdAt,
    expiresAt: createdAt + expireAfterMs,
    ...untried,
    // A registry takes a document once: what an earlier message may have brought is asked for.
    outcomeUnknown: channel !== 'mssante' && former?.outcomeUnknown === true,
    nextAt: createdAt,
    track: newTrack(message.messageId, message.envelopeId, message.envelope.to, new Date(createdAt).toISOString()),
    // A report may still come for any of the earlier messages.
    previous: former ? [...former.previous, former.track].slice(-maxPreviousMessages) : [],
    revision: (former?.revision ?? 0) + 1,
  };
}

/** A submission, as its entry tells it. */
export function postedSubmission({ documents }: Submission): Posted {
  return {
    uniqueIds: documents.map(({ entry }) => entry.uniqueId),
    documents: documents.map(({ entry: { uniqueId }, document: { sha1 } }) => ({ uniqueId, sha1 })),
    patient: patientOf(documents),
  };
}

/** The digest of the patient whom the sender names in the documents: a submission has one. */
function patientOf([first]: Submission['documents']): string | null {
  const { sourcePatientId = null } = (first?.entry ?? {}) as { readonly sourcePatientId?: string };
  const source = sourcePatientId === null ? null : cxIdentity(sourcePatientId);
  return source && patientScope({ system: source.oid, value: source.id });
}
