import type { FetchMessageObject, ImapFlow } from 'imapflow';

import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { optionalNumber } from '../../internal/border.ts';
import { collect } from '../../internal/bytes.ts';
import type { MailReport } from '../receipt/report.ts';
import { readMail, type MailHead, type MailLimits } from './mail-reader.ts';
import type { MailboxItem } from './mailbox-model.ts';
import { mapParts, type PartMap } from './mailbox-structure.ts';
import { reportOf } from './report.ts';
import { readSubject } from './subject.ts';

const partBytes = 256 * 1_024;

/** Looks at one message without downloading more than its headers and its report parts. */
export async function readItem(imap: ImapFlow, uid: number, cursor: string, limits: MailLimits): Promise<MailboxItem> {
  const { maxMessageBytes = 60 * 1_024 * 1_024 } = limits;
  const message = await imap.fetchOne(String(uid), { uid: true, size: true, bodyStructure: true }, { uid: true });
  const byteLength = (message && message.size) || 0;
  const unreadable: MailboxItem = {
    cursor,
    kind: 'unreadable',
    report: null,
    messageId: null,
    from: null,
    byteLength,
    archive: async () => null,
  };
  if (!message || !message.bodyStructure || byteLength > maxMessageBytes) return unreadable;

  try {
    const parts = mapParts(message.bodyStructure);
    const head = await headOf(imap, uid, limits);
    const report = await itemReport(imap, uid, parts, head);

    return {
      ...unreadable,
      kind: kindOf(report, parts),
      report,
      messageId: head.messageId,
      from: head.from,
      archive: async (options = {}) =>
        itemArchive(imap, uid, parts, optionalNumber('maxBytes', options.maxBytes, maxMessageBytes)),
    };
  } catch (error) {
    // A message that cannot be read must not hide those behind it; a broken connection must be
    // reported.
    if (isTerrESanteError(error) && error.code === 'TE_VALIDATION') return unreadable;
    throw error;
  }
}

function kindOf(report: MailReport | null, { archive }: PartMap): MailboxItem['kind'] {
  if (report) return 'report';
  return archive ? 'deposit' : 'other';
}

/** Reads the report parts, and the headers of the original only when there is a report. */
async function itemReport(imap: ImapFlow, uid: number, parts: PartMap, head: MailHead): Promise<MailReport | null> {
  const text = async (part: string | null): Promise<string | null> =>
    part === null ? null : partText(imap, uid, part);
  const isReport =
    parts.disposition !== null ||
    parts.deliveryStatus !== null ||
    parts.embedded !== null ||
    parts.originalText !== null ||
    readSubject(head.subject).ko !== null;

  const deliveryStatus = await text(parts.deliveryStatus);
  const disposition = await text(parts.disposition);
  const original = isReport
    ? ((await embeddedHeaders(imap, uid, parts.embedded)) ?? (await text(parts.originalText)))
    : null;
  return reportOf({ head, deliveryStatus, disposition, original });
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

  const { content } = await imap.download(String(uid), archive.part, { uid: true, maxBytes: maxBytes + 1 });
  if (!content) return null;

  const bytes = await collect(content);
  if (bytes.length > maxBytes) throw tooBig();
  return bytes;
}

const tooBig = (): TerrESanteError => new TerrESanteError('TE_TOO_LARGE', "L'archive reçue dépasse la taille admise.");

async function headOf(imap: ImapFlow, uid: number, limits: MailLimits): Promise<MailHead> {
  const message: FetchMessageObject | false = await imap.fetchOne(
    String(uid),
    { uid: true, headers: true },
    { uid: true },
  );
  const headers = (message && message.headers) || Buffer.alloc(0);
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
