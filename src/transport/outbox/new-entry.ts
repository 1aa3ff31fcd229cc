import type { Submission } from '../../documents/index.ts';
import type { ComposedMail } from '../mss/compose.ts';
import { newTrack } from '../receipt/track.ts';
import type { OutboxEntry } from './model.ts';

/**
 * Messages of a document version that are remembered: the last ones, for reports that come late.
 */
const maxPreviousMessages = 20;

/** What a new entry is made of. */
interface EntryParts {
  readonly id: string;
  readonly submission: Submission;
  readonly mail: ComposedMail;
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
  outcomeUnknown: false,
  hasContent: true,
} as const;

/** The entry of a message that is about to be stored. */
export function newEntry(
  { id, submission: { documents }, mail, former, depositor }: EntryParts,
  createdAt: number,
  expireAfterMs: number,
): OutboxEntry {
  return {
    id,
    generation: (former?.generation ?? 0) + 1,
    uniqueIds: documents.map(({ entry }) => entry.uniqueId),
    documents: documents.map(({ entry: { uniqueId }, document: { sha1 } }) => ({ uniqueId, sha1 })),
    depositor,
    channel: 'mssante',
    envelope: mail.envelope,
    byteLength: mail.byteLength,
    createdAt,
    expiresAt: createdAt + expireAfterMs,
    ...untried,
    nextAt: createdAt,
    track: newTrack(mail.messageId, mail.envelopeId, mail.envelope.to, new Date(createdAt).toISOString()),
    // A report may still come for any of the earlier messages.
    previous: former ? [...former.previous, former.track].slice(-maxPreviousMessages) : [],
    revision: (former?.revision ?? 0) + 1,
  };
}
