import { sha256Hex, utf8Bytes } from '../../../internal/bytes.ts';
import type { Seal } from '../../../transport/outbox/spool/sealed-folder.ts';
import type { AuditEvent } from '../model.ts';
import type { AuditMark } from './model.ts';

/** Days that were removed: the last record of each of their files. */
export interface Purge {
  readonly at: string;
  readonly before: string;
  readonly through: readonly AuditMark[];
}

/** What a record says: an access, or a purge. */
export type Content = { readonly event: AuditEvent } | { readonly purge: Purge };

/** A record of the chain: its number, the digest of the one before, its own. */
export interface ChainRecord extends AuditMark {
  readonly previous: string;
  readonly content: Content;
}

const context = 'audit';

/** Where a chain begins. */
export const beginning: AuditMark = { sequence: 0, hash: '0'.repeat(64) };

/** The line of the record that follows `last`, sealed, and what follows it. */
export function nextLine(seal: Seal, last: AuditMark, content: Content): { line: Uint8Array; mark: AuditMark } {
  const sequence = last.sequence + 1;
  const text = utf8Bytes(JSON.stringify({ sequence, previous: last.hash, ...content }));
  const line = `${Buffer.from(seal.close(text, context)).toString('base64')}\n`;
  return { line: Buffer.from(line, 'latin1'), mark: { sequence, hash: sha256Hex(text) } };
}

/** A record, or `null` when it does not open: who has no key can neither write nor change one. */
export function readLine(seal: Seal, line: string): ChainRecord | null {
  try {
    const text = seal.open(Buffer.from(line, 'base64'), context);
    const { sequence, previous, ...content } = JSON.parse(Buffer.from(text).toString('utf8')) as Content &
      Pick<ChainRecord, 'sequence' | 'previous'>;
    return { sequence, previous, content, hash: sha256Hex(text) };
  } catch {
    return null;
  }
}

/** When a record was written, in milliseconds. */
export function momentOfRecord({ content }: ChainRecord): number {
  return Date.parse('event' in content ? content.event.at : content.purge.at);
}
