import { optionsOf, readingLater } from '../../internal/border.ts';
import { isMailSystem } from '../receipt/report-sender.ts';
import type { MailReport } from '../receipt/report.ts';
import { limitChecks, type MailHead, type MailLimits, readMail } from './mail-reader.ts';
import { identifiersIn, readNotice } from './notice.ts';
import { deliveryStatus, dispositionNotification, embeddedMessageId } from './report-fields.ts';
import { isDeliveryStatus, isDisposition, isOriginal } from './report-parts.ts';
import { isSnsMailbox, sesBounce } from './ses-notice.ts';
import { readSubject } from './subject.ts';

/** The parts of a report, whether a whole message was read or its parts one by one. */
export interface ReportPieces {
  readonly head: Omit<MailHead, 'text'>;
  /** What the mail says to a person, or its beginning. */
  readonly text: string;
  /** Some write two of them, of which one may say nothing. */
  readonly deliveryStatus: readonly string[];
  readonly disposition: string | null;
  /** First bytes of the embedded original. */
  readonly original: string | null;
}

/** Tells a report from an ordinary mail. `null`: not a report on a deposit. */
export function reportOf(pieces: ReportPieces): MailReport | null {
  const subject = readSubject(pieces.head.subject);

  return (
    dispositionReport(pieces, subject.ko?.code ?? null) ??
    deliveryReport(pieces) ??
    (subject.ko ? koReport(pieces, subject.ko.code) : null) ??
    noticeReport(pieces)
  );
}

/** A disposition report (MDN): the receiving program processed or refused the document. */
function dispositionReport(pieces: ReportPieces, subjectCode: string | null): MailReport | null {
  const { disposition } = pieces;
  const read = disposition === null ? null : dispositionNotification(disposition, subjectCode);
  return read && reportFrom(pieces, 'mdn', [read.recipient], { messageId: read.messageId });
}

/** A delivery report (DSN): a mail server delivered, delays or refuses the message. */
function deliveryReport(pieces: ReportPieces): MailReport | null {
  const { envelopeId, recipients } = deliveryStatus(pieces.deliveryStatus.join('\n\n'));
  return recipients.length === 0 ? null : reportFrom(pieces, 'dsn', recipients, { envelopeId });
}

/**
 * The KO mail of the receiving program: an ordinary mail, with the code in its subject (for example
 * 903). It names no recipient and is about the whole message.
 */
function koReport(pieces: ReportPieces, code: string | null): MailReport {
  return reportFrom(pieces, 'ko-mail', [{ original: null, final: null, verdict: 'error', status: null, code }]);
}

/** The notice of a mail system, as an ordinary mail or with a report part that says nothing. */
function noticeReport(pieces: ReportPieces): MailReport | null {
  const { head, text } = pieces;
  if (!isAutomatic(head)) return null;

  const bounce = sesBounce(text);
  if (bounce) return reportFrom(pieces, 'bounce', bounce.recipients, { messageIds: bounce.messageIds });

  const { subject, failedRecipients, source, to } = head;
  const others = [source.from, to].filter((address) => address !== null);
  const recipients = readNotice({
    subject,
    text,
    failedRecipients,
    others,
    isFromMailSystem: isSignedByMailSystem(head),
  });
  return recipients && reportFrom(pieces, 'bounce', recipients);
}

/**
 * A report with the identifiers of its original: what the report itself says first, then the
 * headers that were sent back (as a part or in the text), then what the report answers to.
 */
function reportFrom(
  { head, original, text }: ReportPieces,
  kind: MailReport['kind'],
  recipients: MailReport['recipients'],
  said: {
    readonly envelopeId?: string | null;
    readonly messageId?: string | null;
    readonly messageIds?: readonly string[];
  } = {},
): MailReport {
  const returned = original === null ? null : embeddedMessageId(original);
  const answered = [...head.inReplyTo, ...head.references.slice(-maxReferences).reverse()];

  return {
    kind,
    reportId: head.messageId,
    envelopeId: said.envelopeId ?? null,
    messageIds: distinct([
      said.messageId ?? null,
      ...(said.messageIds ?? []),
      returned,
      ...identifiersIn(text),
      ...answered,
    ]),
    source: head.source,
    recipients,
  };
}

const maxReferences = 20;

const distinct = (ids: readonly (string | null)[]): string[] => [...new Set(ids.filter((id) => id !== null))];

function isSignedByMailSystem({ source: { from, returnPath } }: ReportPieces['head']): boolean {
  return [returnPath, from].some((address) => address !== null && isMailSystem(address));
}

/** A mail that a program sent, so that its text needs to be looked at. */
export function isAutomatic(head: ReportPieces['head']): boolean {
  const { source, autoSubmitted, failedRecipients, reportType } = head;
  return (
    source.returnPath === '' ||
    isSignedByMailSystem(head) ||
    isSnsMailbox(source.from) ||
    failedRecipients !== null ||
    reportType === 'delivery-status' ||
    (autoSubmitted !== null && /^auto-(?:replied|generated)/i.test(autoSubmitted))
  );
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
 * forms, a `[KO …]` mail in both spellings, or the notice of a mail system in its own words
 * (`bounce`); `null` for any other mail.
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
  limits?: MailLimits,
): Promise<MailReport | null> {
  const given = optionsOf('limits', limits, limitChecks);
  return readingLater('input', () => reportIn(input, given));
}

async function reportIn(input: Uint8Array | AsyncIterable<Uint8Array>, limits: MailLimits): Promise<MailReport | null> {
  const status: string[] = [];
  let disposition: string | null = null;
  let original: string | null = null;

  const head = await readMail(input, limits, async ({ contentType, fileName, content }) => {
    if (isDeliveryStatus(contentType)) {
      if (status.length < maxStatusParts) status.push(await firstBytes(content));
    } else if (isDisposition(contentType)) {
      disposition ??= await firstBytes(content);
    } else if (isOriginal(contentType, fileName)) {
      original ??= await firstBytes(content);
    }
  });

  return reportOf({ head, text: head.text, deliveryStatus: status, disposition, original });
}

/** Parts of a delivery report that are read: one is the rule. */
export const maxStatusParts = 4;
