import { createHash } from 'node:crypto';

import type { Runtime } from '../../internal/runtime.ts';
import type { UnmatchedReport } from './model.ts';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 40);

/** Id of the entry of a submission: one document version, one id. */
export function entryId(uniqueIds: readonly string[]): string {
  return digest([...uniqueIds].sort().join('\n'));
}

/** Ids under which the documents of a submission of several documents are found one by one. */
export function aliasesOf(uniqueIds: readonly string[]): string[] {
  return uniqueIds.length > 1 ? uniqueIds.map((uniqueId) => digest(uniqueId)) : [];
}

/** The same report that comes twice has the same key. */
export function reportKey(item: UnmatchedReport): string {
  return digest(item.report.reportId ?? JSON.stringify(item));
}

/**
 * Identifiers of one message. They carry the id of the entry, so a report is tied to it without an
 * index; the random part cannot be guessed.
 *
 * @param domain - of the sender of a mail; `null` on another wire
 */
export function messageIdentifiers(
  id: string,
  domain: string | null,
  runtime: Runtime,
): { messageId: string; envelopeId: string } {
  const token = runtime.ids.uuid();
  const envelopeId = `${id}.${token}`;
  return { messageId: domain === null ? envelopeId : `<${envelopeId}@${domain}>`, envelopeId };
}

/**
 * The id of the entry in a Message-ID or an envelope identifier of this outbox; `null` in any
 * other.
 */
export function entryIdIn(identifier: string): string | null {
  return /^<?([0-9a-f]{40})\./.exec(identifier)?.[1] ?? null;
}
