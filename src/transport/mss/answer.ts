import { TerrESanteError } from '../../errors.ts';
import type { ByteSource } from '../../internal/bytes.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import { integrationCode } from '../receipt/integration-code.ts';
import { parseMssAddress } from './address.ts';
import { composeMail, splice, type ComposedMail } from './compose.ts';
import { messageIdOf } from './deposit-message.ts';
import { headerText } from './text.ts';

/** The mail that is answered, as it was received. @group Answers */
export interface AnsweredMail {
  readonly messageId: string | null;
  /** Decoded. */
  readonly subject: string;
  /** Envelope sender; empty for a report, which is never answered. */
  readonly returnPath: string;
  /** Where a report was asked for; `null` when none was. */
  readonly dispositionNotificationTo: string | null;
  /** Envelope recipient. */
  readonly recipient: string;
  readonly envelopeId?: string | null | undefined;
  readonly content: ByteSource;
}

/** Options of {@link composeMdn}. @group Answers */
export interface ComposeAnswerOptions {
  /** The applicative mailbox that answers. */
  readonly from: { readonly address: string; readonly label: string };
  /** What the receiving program did. */
  readonly outcome:
    | { readonly kind: 'processed' }
    | { readonly kind: 'error'; readonly code: string; readonly label?: string | undefined };
  /** Product name, for `Reporting-UA`. */
  readonly reportingUa?: string | undefined;
  /** `older` writes the code in the `Disposition` field itself. @defaultValue `'current'` */
  readonly form?: 'current' | 'older' | undefined;
  /** A user confirmed an answer to an address that is not the return path. @defaultValue `false` */
  readonly confirmed?: boolean | undefined;
  readonly runtime?: Runtime | undefined;
}

const crlf = '\r\n';

interface FailureParts {
  readonly code: string;
  readonly label: string;
}

/** The integration code and its label; `null` when the document was processed. */
function failureOf(outcome: ComposeAnswerOptions['outcome']): FailureParts | null {
  if (outcome.kind === 'processed') return null;
  if (!/^\d{1,3}$/.test(outcome.code)) throw invalid('code');

  const label = headerText(outcome.label ?? integrationCode(outcome.code)?.label ?? 'Autre erreur', 'label', 150);
  // These separate the components of the HL7 v2 error field.
  return { code: outcome.code, label: label.replaceAll(/[\^|&~\\]/g, ' ') };
}

/** The Message-ID of the original, when it may be repeated in a header. */
function answeredId({ messageId }: AnsweredMail): string | null {
  return messageId !== null && /^<[\u0021-\u007e]{1,250}>$/.test(messageId) ? messageId : null;
}

/**
 * Composes the disposition report of a received deposit: processed, or refused with an integration
 * code. The whole original goes back as `message/rfc822`.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` when no report was asked for, when the mail is itself
 *   a report (empty return path), or when the report would go elsewhere than to the return path
 *   without `confirmed`.
 *
 * @see RFC 8098; CI-SIS, volet Transmission au LPS d'un document CDA provenant d'un courriel
 *   MSSanté
 * @group Answers
 */
export async function composeMdn(original: AnsweredMail, options: ComposeAnswerOptions): Promise<ComposedMail> {
  const { runtime = systemRuntime } = options;
  const to = reportAddress(original, options.confirmed ?? false);
  const from = parseMssAddress(options.from.address);
  const failure = failureOf(options.outcome);
  const seed = runtime.ids.uuid();
  const messageId = messageIdOf(undefined, from.domain, runtime);
  const originalId = answeredId(original);

  const { default: MimeNode } = await import('nodemailer/lib/mime-node');
  const root = new MimeNode('multipart/report; report-type=disposition-notification', {
    baseBoundary: seed,
    boundaryPrefix: '--te',
    newline: 'windows',
  });
  root.setHeader('From', { name: headerText(options.from.label, 'label', 200), address: from.address });
  root.setHeader('To', to);
  root.setHeader('Subject', answerSubject(original.subject, failure));
  root.setHeader('Message-ID', messageId);
  root.setHeader('Date', new Date(runtime.clock.now()).toUTCString().replace('GMT', '+0000'));
  if (originalId !== null) root.setHeader('References', originalId);

  // The three parts of RFC 8098: for a person, for a program, and the original.
  root.createChild('text/plain; charset=utf-8').setContent(`${reportText(failure)}${crlf}`);
  root
    .createChild('message/disposition-notification')
    .setHeader('Content-Transfer-Encoding', '8bit')
    .setContent(`${reportFields(original, options, failure).join(crlf)}${crlf}`);
  const marker = `@@${seed}@@`;
  root.createChild('message/rfc822').setHeader('Content-Transfer-Encoding', '7bit').setContent(marker);

  const skeleton = Buffer.from(await root.build());
  const { content } = original;
  return {
    envelope: { from: '', to },
    messageId,
    envelopeId: seed,
    ...splice(skeleton, [{ marker, byteLength: content.byteLength, open: () => content.open() }]),
  };
}

/** Where the report goes: never elsewhere than to the return path, unless a user confirmed it. */
function reportAddress({ dispositionNotificationTo, returnPath }: AnsweredMail, confirmed: boolean): string {
  if (dispositionNotificationTo === null || returnPath === '') throw invalid('dispositionNotificationTo');

  const to = parseMssAddress(dispositionNotificationTo).address;
  if (to !== parseMssAddress(returnPath).address && !confirmed) throw invalid('confirmed');
  return to;
}

/** @see RFC 8098, section 3.1; CI-SIS, volet Transmission au LPS, structure of the MDN */
function reportFields(
  original: AnsweredMail,
  { reportingUa, form }: ComposeAnswerOptions,
  failure: FailureParts | null,
): string[] {
  const recipient = parseMssAddress(original.recipient).address;
  const originalId = answeredId(original);
  const isOlder = form === 'older';
  const error = failure && `${failure.code}^${failure.label}`;

  const fields: string[] = [];
  if (reportingUa !== undefined) fields.push(`Reporting-UA: ${headerText(reportingUa, 'reportingUa', 120)}`);
  fields.push(`Original-Recipient: rfc822;${recipient}`, `Final-Recipient: rfc822;${recipient}`);
  if (originalId !== null) fields.push(`Original-Message-ID: ${originalId}`);

  const refused = isOlder ? `processed/Error: ${String(error)}` : 'processed/error';
  fields.push(`Disposition: automatic-action/MDN-sent-automatically; ${error === null ? 'processed' : refused}`);
  if (error !== null && !isOlder) fields.push(`Error: ${error}^applicationErrorCondition| E^Error^errorSeverity`);
  return fields;
}

function reportText(failure: FailureParts | null): string {
  return failure
    ? `Le message ci-dessous n'a pas pu être intégré automatiquement dans le DPI pour la raison suivante : ${failure.code} ${failure.label}`
    : 'Le message ci-dessous a été intégré automatiquement.';
}

/**
 * Composes the KO mail: the ordinary mail by which a receiving program refuses the deposit of a
 * sender who asked for no disposition report. The code (for example 903) is in the subject and in
 * the text; the original goes back as an attached message.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` when the mail is itself a report, or when the outcome
 *   is not an error.
 *
 * @see CI-SIS, volet Transmission au LPS d'un document CDA provenant d'un courriel MSSanté
 * @group Answers
 */
export async function composeKo(
  original: AnsweredMail,
  options: Pick<ComposeAnswerOptions, 'from' | 'outcome' | 'runtime'>,
): Promise<ComposedMail> {
  const { runtime = systemRuntime } = options;
  if (original.returnPath === '') throw invalid('returnPath');

  const failure = failureOf(options.outcome);
  if (!failure) throw invalid('outcome');

  const from = parseMssAddress(options.from.address);
  const originalId = answeredId(original);

  return composeMail(
    {
      from: { name: headerText(options.from.label, 'label', 200), address: from.address },
      to: parseMssAddress(original.returnPath).address,
      subject: answerSubject(original.subject, failure),
      messageId: messageIdOf(undefined, from.domain, runtime),
      ...(originalId !== null && { inReplyTo: originalId, references: [originalId] }),
      date: new Date(runtime.clock.now()),
      seed: runtime.ids.uuid(),
      headers: {},
      text: `Le message ci-joint n'a pas pu être intégré pour la raison suivante :${crlf}${failure.code} ${failure.label}${crlf}`,
      attachments: [{ fileName: 'message.eml', contentType: 'application/octet-stream', content: original.content }],
    },
    runtime.ids.uuid(),
  );
}

function answerSubject(subject: string, failure: FailureParts | null): string {
  const clean = subject
    .slice(0, 500)
    .replaceAll(/\p{C}+/gu, ' ')
    .trim();
  return failure ? `[KO Intégration système !][${failure.code}] ${clean}` : clean;
}

function invalid(field: string): TerrESanteError {
  return new TerrESanteError('TE_INPUT_INVALID', "Ce message n'admet pas de réponse automatique.", {
    details: { field },
  });
}
