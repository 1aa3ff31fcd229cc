import type { FetchMessageObject, ImapFlow } from 'imapflow';

import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { collect } from '../../internal/bytes.ts';
import { readMail, type MailHead, type MailLimits } from './mail-reader.ts';
import type { MailboxItem } from './mailbox-model.ts';
import { mapParts } from './mailbox-structure.ts';
import { reportOf } from './report.ts';
import { readSubject } from './subject.ts';

const partBytes = 256 * 1_024;

/** Looks at one message without downloading more than its headers and its report parts. */
export async function readItem(imap: ImapFlow, uid: number, cursor: string, limits: MailLimits): Promise<MailboxItem> {
  const { maxMessageBytes = 60 * 1_024 * 1_024 } = limits;
  const message = await imap.fetchOne(String(uid), { uid: true, size: true, bodyStructure: true }, { uid: true });
  const base = {
    cursor,
    report: null,
    messageId: null,
    from: null,
    byteLength: (message && message.size) || 0,
    archive: async () => null,
  };
  if (!message || !message.bodyStructure || base.byteLength > maxMessageBytes) return { ...base, kind: 'unreadable' };
  try {
    const parts = mapParts(message.bodyStructure);
    const head = await headOf(imap, uid, limits);
    const text = async (part: string | null): Promise<string | null> =>
      part === null ? null : partText(imap, uid, part);
    const isReport =
      parts.disposition !== null ||
      parts.deliveryStatus !== null ||
      parts.embedded !== null ||
      parts.originalText !== null ||
      readSubject(head.subject).ko !== null;
    const report = reportOf({
      head,
      deliveryStatus: await text(parts.deliveryStatus),
      disposition: await text(parts.disposition),
      original: isReport
        ? ((await embeddedHeaders(imap, uid, parts.embedded)) ?? (await text(parts.originalText)))
        : null,
    });
    const { archive } = parts;
    return {
      ...base,
      kind: report ? 'report' : archive ? 'deposit' : 'other',
      report,
      messageId: head.messageId,
      from: head.from,
      archive: async ({ maxBytes = maxMessageBytes } = {}) => {
        if (!archive) return null;
        // Four base64 characters carry three bytes.
        if (archive.bytes * 0.73 > maxBytes) throw tooBig();
        const { content } = await imap.download(String(uid), archive.part, { uid: true, maxBytes: maxBytes + 1 });
        if (!content) return null;
        const bytes = await collect(content);
        if (bytes.length > maxBytes) throw tooBig();
        return bytes;
      },
    };
  } catch (error) {
    // A message that cannot be read must not hide those behind it; a broken connection must be
    // told.
    if (isTerrESanteError(error) && error.code === 'TE_VALIDATION') return { ...base, kind: 'unreadable' };
    throw error;
  }
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
