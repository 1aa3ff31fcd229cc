import { isMailSystem } from '../receipt/report-sender.ts';
import type { MailReport } from '../receipt/report.ts';
import { readMail, type MailHead, type MailLimits } from './mail-reader.ts';
import { deliveryStatus, dispositionNotification, embeddedMessageId } from './report-fields.ts';
import { readSubject } from './subject.ts';

/** The parts of a report, whether a whole message was read or its parts one by one. */
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
export function reportOf(pieces: ReportPieces): MailReport | null {
  const subject = readSubject(pieces.head.subject);

  return (
    dispositionReport(pieces, subject.ko?.code ?? null) ??
    deliveryReport(pieces) ??
    (subject.ko ? plainReport(pieces, 'ko-mail', subject.ko.code) : null) ??
    (isBounce(pieces.head) ? plainReport(pieces, 'bounce', null) : null)
  );
}

/** A disposition report (MDN): the receiving program processed or refused the document. */
function dispositionReport(
  { head, disposition, original }: ReportPieces,
  subjectCode: string | null,
): MailReport | null {
  const read = disposition === null ? null : dispositionNotification(disposition, subjectCode);
  if (!read) return null;

  return {
    kind: 'mdn',
    reportId: head.messageId,
    envelopeId: null,
    messageIds: distinct([read.messageId, originalId(original)]),
    source: head.source,
    recipients: [read.recipient],
  };
}

/** A delivery report (DSN): a mail server delivered, delays or refuses the message. */
function deliveryReport({ head, deliveryStatus: status, original }: ReportPieces): MailReport | null {
  const read = status === null ? null : deliveryStatus(status);
  if (!read || read.recipients.length === 0) return null;

  return {
    kind: 'dsn',
    reportId: head.messageId,
    envelopeId: read.envelopeId,
    messageIds: distinct([originalId(original)]),
    source: head.source,
    recipients: read.recipients,
  };
}

/**
 * A report as an ordinary mail: the KO mail of the receiving program, with the code of its subject
 * (for example 903), or the bounce of a server. It names no recipient and is about the whole
 * message.
 */
function plainReport({ head, original }: ReportPieces, kind: 'ko-mail' | 'bounce', code: string | null): MailReport {
  const verdict = kind === 'ko-mail' ? 'error' : 'failed';

  return {
    kind,
    reportId: head.messageId,
    envelopeId: null,
    messageIds: distinct([originalId(original), head.inReplyTo, ...head.references.slice(-1)]),
    source: head.source,
    recipients: [{ original: null, final: null, verdict, status: null, code }],
  };
}

const originalId = (original: string | null): string | null => (original === null ? null : embeddedMessageId(original));

const distinct = (ids: readonly (string | null)[]): string[] => [...new Set(ids.filter((id) => id !== null))];

/** A mail of a program, with a subject that mail servers give to their refusals. */
function isBounce({ source, autoSubmitted, subject }: ReportPieces['head']): boolean {
  const isAutomatic =
    source.returnPath === '' ||
    (source.from !== null && isMailSystem(source.from)) ||
    (autoSubmitted !== null && /^auto-(?:replied|generated)/i.test(autoSubmitted));
  return isAutomatic && bounceSubject.test(subject.normalize('NFC'));
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
 * Reads the report in a mail: a delivery report, a disposition report in both published
 * forms, a `[KO …]` mail in both spellings, or a bounce; `null` for any other mail.
 *
 * @throws TerrESanteError `TE_VALIDATION` above a limit or when the mail cannot be read.
 *
 * @example
 * ```ts
 * import { integrationCode, parseReport } from 'terr-esante-sdk/transport';
 *
 * const mail = 'Subject: [KO Intégration système !][903] XDM/1.0/DDM\r\n\r\nRefus.\r\n';
 * const report = await parseReport(Buffer.from(mail));
 * const code = report?.recipients[0]?.code ?? ''; // '903'
 * integrationCode(code)?.label; // "Absence d'INS dans le document"
 * ```
 *
 * @see RFC 3464; RFC 8098; CI-SIS, volet Transmission au LPS d'un document CDA provenant d'un
 *   courriel MSSanté
 * @group Receipt
 */
export async function parseReport(
  input: Uint8Array | AsyncIterable<Uint8Array>,
  limits: MailLimits = {},
): Promise<MailReport | null> {
  let status: string | null = null;
  let disposition: string | null = null;
  let original: string | null = null;

  const head = await readMail(input, limits, async ({ contentType, fileName, content }) => {
    if (/^message\/(?:global-)?delivery-status$/.test(contentType)) {
      status ??= await firstBytes(content);
    } else if (/^message\/(?:global-)?disposition-notification$/.test(contentType)) {
      disposition ??= await firstBytes(content);
    } else if (isOriginal(contentType, fileName)) {
      original ??= await firstBytes(content);
    }
  });

  return reportOf({ head, deliveryStatus: status, disposition, original });
}

/** The original goes back whole, as its headers alone, or as an attached `.eml`. */
function isOriginal(contentType: string, fileName: string | null): boolean {
  return (
    /^(?:message\/(?:rfc822|global)|text\/rfc822-headers)$/.test(contentType) ||
    (fileName !== null && /\.eml$/i.test(fileName))
  );
}
