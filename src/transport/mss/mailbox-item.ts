import type { ImapFlow } from 'imapflow';

import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { optionalNumber } from '../../internal/border.ts';
import { collect } from '../../internal/bytes.ts';
import type { MailReport } from '../receipt/report.ts';
import { isRefusalOfOne } from './imap-error.ts';
import type { ExchangeLimit, ImapSession } from './imap-session.ts';
import { readMail, type MailHead, type MailLimits } from './mail-reader.ts';
import type { MailboxItem } from './mailbox-model.ts';
import { mapParts, type PartMap } from './mailbox-structure.ts';
import { isAutomatic, maxStatusParts, reportOf } from './report.ts';
import { readSubject } from './subject.ts';

const partBytes = 256 * 1_024;

/** Longest time for an archive to come. */
const archiveTimeoutMs = 600_000;

/** How often the connection may end at one message before the message is passed over. */
const maxEnds = 3;

/** Messages of which that is remembered. */
const maxCounted = 1_000;

/**
 * Looks at one message after the other, without downloading more than their headers and their
 * report parts.
 */
export class ItemReader {
  readonly #limits: MailLimits;
  /** At which messages the connection ended, and how often. */
  readonly #ends = new Map<string, number>();

  constructor(limits: MailLimits) {
    this.#limits = limits;
  }

  /**
   * @returns `null` when the message is not there any more
   *
   * @throws TerrESanteError when the connection fails: what is behind cannot be read on it
   */
  async read(session: ImapSession, uid: number, call: ExchangeLimit): Promise<MailboxItem | null> {
    const cursor = `${session.validity}:${String(uid)}`;
    // Some servers end at a message that they cannot read themselves, each time.
    if ((this.#ends.get(cursor) ?? 0) >= maxEnds) return unreadable(cursor, 0);

    try {
      const item = await session.run((imap) => this.#look({ imap, session, uid, cursor }), call);
      this.#ends.delete(cursor);
      return item;
    } catch (error) {
      if (!call.signal.aborted) this.#count(cursor);
      throw error;
    }
  }

  #count(cursor: string): void {
    const [oldest] = this.#ends.keys();
    if (this.#ends.size >= maxCounted && oldest !== undefined) this.#ends.delete(oldest);
    this.#ends.set(cursor, (this.#ends.get(cursor) ?? 0) + 1);
  }

  /**
   * A message that cannot be read must not hide those behind it; a broken connection must be
   * reported.
   */
  async #look(looked: Looked): Promise<MailboxItem | null> {
    try {
      return await this.#itemOf(looked);
    } catch (error) {
      const isTooMuch = isTerrESanteError(error) && error.code === 'TE_VALIDATION';
      if (isTooMuch || isRefusalOfOne(error)) return unreadable(looked.cursor, 0);
      throw error;
    }
  }

  async #itemOf({ imap, session, uid, cursor }: Looked): Promise<MailboxItem | null> {
    const { maxMessageBytes = 60 * 1_024 * 1_024 } = this.#limits;
    const message = await imap.fetchOne(String(uid), { uid: true, size: true, bodyStructure: true }, { uid: true });
    if (!message && !(await isThere(imap, uid))) return null;

    const byteLength = (message && message.size) || 0;
    if (!message || !message.bodyStructure || byteLength > maxMessageBytes) return unreadable(cursor, byteLength);

    const parts = mapParts(message.bodyStructure);
    const head = await headOf(imap, uid, this.#limits);
    const report = await itemReport(imap, uid, parts, head);
    return {
      ...unreadable(cursor, byteLength),
      kind: kindOf(report, parts),
      report,
      messageId: head.messageId,
      from: head.from,
      archive: async ({ maxBytes: asked, ...options } = {}) => {
        const maxBytes = optionalNumber('maxBytes', asked, maxMessageBytes);
        const call = { timeoutMs: archiveTimeoutMs, ...options };
        return session.run((open) => itemArchive(open, uid, parts, maxBytes), call);
      },
      message: async ({ maxBytes: asked, ...options } = {}) => {
        const maxBytes = optionalNumber('maxBytes', asked, maxMessageBytes);
        if (byteLength > maxBytes) throw tooBig();
        const call = { timeoutMs: archiveTimeoutMs, ...options };
        return session.run((open) => downloaded(open, uid, undefined, maxBytes), call);
      },
    };
  }
}

interface Looked {
  readonly imap: ImapFlow;
  readonly session: ImapSession;
  readonly uid: number;
  readonly cursor: string;
}

const unreadable = (cursor: string, byteLength: number): MailboxItem => ({
  cursor,
  kind: 'unreadable',
  report: null,
  messageId: null,
  from: null,
  byteLength,
  archive: async () => null,
  message: async () => null,
});

/** Whether a message of which the server said nothing exists: somebody else may have removed it. */
async function isThere(imap: ImapFlow, uid: number): Promise<boolean> {
  const found = await imap.search({ uid: String(uid) }, { uid: true });
  return !found || found.includes(uid);
}

function kindOf(report: MailReport | null, { archive }: PartMap): MailboxItem['kind'] {
  if (report) return 'report';
  return archive ? 'deposit' : 'other';
}

/** Reads the report parts, and the headers of the original only when there is a report. */
async function itemReport(imap: ImapFlow, uid: number, parts: PartMap, head: MailHead): Promise<MailReport | null> {
  const text = async (part: string | null): Promise<string | null> =>
    part === null ? null : partText(imap, uid, part);
  const isNotice = isAutomatic(head);
  const isReport =
    isNotice ||
    parts.disposition !== null ||
    parts.deliveryStatus.length > 0 ||
    parts.embedded !== null ||
    parts.originalText !== null ||
    readSubject(head.subject).ko !== null;

  const deliveryStatus: string[] = [];
  for (const part of parts.deliveryStatus.slice(0, maxStatusParts)) {
    deliveryStatus.push(await partText(imap, uid, part));
  }
  const disposition = await text(parts.disposition);
  const original = isReport
    ? ((await embeddedHeaders(imap, uid, parts.embedded)) ?? (await text(parts.originalText)))
    : null;
  // The text of a person's mail is not looked at.
  const notice = isNotice ? await text(parts.text) : null;
  return reportOf({ head, text: notice ?? '', deliveryStatus, disposition, original });
}

/** Downloads the archive, never more than `maxBytes` of it. */
async function itemArchive(
  imap: ImapFlow,
  uid: number,
  { archive }: PartMap,
  maxBytes: number,
): Promise<Uint8Array | null> {
  if (!archive) return null;
  // Four base64 characters carry three bytes.
  if (archive.bytes * 0.73 > maxBytes) throw tooBig();

  return downloaded(imap, uid, archive.part, maxBytes);
}

/** One part, or the whole message, never more than `maxBytes` of it. */
async function downloaded(
  imap: ImapFlow,
  uid: number,
  part: string | undefined,
  maxBytes: number,
): Promise<Uint8Array | null> {
  const { content } = await imap.download(String(uid), part, { uid: true, maxBytes: maxBytes + 1 });
  if (!content) return null;

  const bytes = await collect(content);
  if (bytes.length > maxBytes) throw tooBig();
  return bytes;
}

const tooBig = (): TerrESanteError => new TerrESanteError('TE_TOO_LARGE', 'Le message reçu dépasse la taille admise.');

/** The headers, and no more of them than the reader of mails takes. */
async function headOf(imap: ImapFlow, uid: number, limits: MailLimits): Promise<MailHead> {
  const { maxHeaderBytes = 256 * 1_024 } = limits;
  const bodyParts = [{ key: 'header', maxLength: maxHeaderBytes + 1 }];
  const message = await imap.fetchOne(String(uid), { uid: true, bodyParts }, { uid: true });

  const headers = message && (message.headers ?? message.bodyParts?.get('header'));
  if (!headers) throw new TerrESanteError('TE_VALIDATION', "Le serveur ne donne pas l'en-tête du message.");
  return readMail(headers, limits, async () => Promise.resolve());
}

async function partText(imap: ImapFlow, uid: number, part: string): Promise<string> {
  const { content } = await imap.download(String(uid), part, { uid: true, maxBytes: partBytes });
  return content ? Buffer.from(await collect(content)).toString('utf8') : '';
}

async function embeddedHeaders(imap: ImapFlow, uid: number, part: string | null): Promise<string | null> {
  if (part === null) return null;
  const key = `${part}.header`;
  const message = await imap.fetchOne(
    String(uid),
    { uid: true, bodyParts: [{ key, maxLength: partBytes }] },
    { uid: true },
  );
  const bytes = message && message.bodyParts?.get(key);
  return bytes ? bytes.toString('utf8') : null;
}
