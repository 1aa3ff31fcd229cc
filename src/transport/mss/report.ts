import type { MailReport } from '../receipt/report.ts';
import { readMail, type MailHead, type MailInput, type MailLimits } from './mail-reader.ts';
import { deliveryStatus, dispositionNotification, embeddedMessageId } from './report-fields.ts';
import { readSubject } from './subject.ts';

/** What a report is made of, whether a whole message was read or its parts one by one. */
export interface ReportPieces {
  readonly head: Omit<MailHead, 'text'>;
  readonly deliveryStatus: string | null;
  readonly disposition: string | null;
  /** First bytes of the embedded original. */
  readonly original: string | null;
}

const bounceSubject =
  /^\s*(?:undelivered mail returned to sender|undeliverable\b|mail delivery (?:failed|system)|delivery status notification|message non distribu|non remis\b|échec de (?:la )?(?:remise|distribution))/iu;

/** Tells a report from an ordinary mail. `null`: not a report on a deposit. */
export function reportOf({ head, deliveryStatus: status, disposition, original }: ReportPieces): MailReport | null {
  const subject = readSubject(head.subject);
  const embedded = original === null ? null : embeddedMessageId(original);
  const base = { reportId: head.messageId };
  const ids = (...list: (string | null)[]): string[] => [...new Set(list.filter((id) => id !== null))];

  if (disposition !== null) {
    const read = dispositionNotification(disposition, subject.ko?.code ?? null);
    if (read) {
      return {
        ...base,
        kind: 'mdn',
        envelopeId: null,
        messageIds: ids(read.messageId, embedded),
        recipients: [read.recipient],
      };
    }
  }
  if (status !== null) {
    const { envelopeId, recipients } = deliveryStatus(status);
    if (recipients.length > 0) return { ...base, kind: 'dsn', envelopeId, messageIds: ids(embedded), recipients };
  }
  const named = { original: null, final: null, status: null };
  if (subject.ko) {
    const messageIds = ids(embedded, head.inReplyTo, ...head.references.slice(-1));
    return {
      ...base,
      kind: 'ko-mail',
      envelopeId: null,
      messageIds,
      recipients: [{ ...named, verdict: 'error', code: subject.ko.code }],
    };
  }
  const automatic =
    head.returnPath === '' ||
    /^(?:mailer-daemon|postmaster)@/i.test(head.from?.address ?? '') ||
    /^auto-(?:replied|generated)/i.test(head.autoSubmitted ?? '');
  if (automatic && bounceSubject.test(head.subject.normalize('NFC'))) {
    const messageIds = ids(embedded, head.inReplyTo, ...head.references.slice(-1));
    return {
      ...base,
      kind: 'bounce',
      envelopeId: null,
      messageIds,
      recipients: [{ ...named, verdict: 'failed', code: null }],
    };
  }
  return null;
}

const maxPartBytes = 256 * 1_024;

async function firstBytes(content: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of content) {
    // The part is read to its end: the parser waits for it.
    if (length < maxPartBytes) chunks.push(chunk);
    length += chunk.length;
  }
  return Buffer.concat(chunks).subarray(0, maxPartBytes).toString('utf8');
}

/**
 * Reads a mail and says what it reports: a delivery report, a disposition report in both published
 * forms, a `[KO …]` mail in both spellings, or a bounce; `null` for any other mail.
 *
 * @throws TerrESanteError `TE_VALIDATION` above a limit or when the mail cannot be read.
 *
 * @see RFC 3464; RFC 8098; CI-SIS, volet Transmission au LPS d'un document CDA provenant d'un
 *   courriel MSSanté
 * @group Receipt
 */
export async function parseReport(input: MailInput, limits: MailLimits = {}): Promise<MailReport | null> {
  let status: string | null = null;
  let disposition: string | null = null;
  let original: string | null = null;
  const head = await readMail(input, limits, async ({ contentType, fileName, content }) => {
    if (/^message\/(?:global-)?delivery-status$/.test(contentType)) status ??= await firstBytes(content);
    else if (/^message\/(?:global-)?disposition-notification$/.test(contentType)) {
      disposition ??= await firstBytes(content);
    } else if (
      /^(?:message\/(?:rfc822|global)|text\/rfc822-headers)$/.test(contentType) ||
      /\.eml$/i.test(fileName ?? '')
    ) {
      original ??= await firstBytes(content);
    }
  });
  return reportOf({ head, deliveryStatus: status, disposition, original });
}
