import { TerrESanteError } from '../../errors.ts';
import type { Submission, XdmArchive } from '../../documents/index.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import { parseMssAddress } from './address.ts';
import { composeMail, type ComposedMail, type MailAttachment } from './compose.ts';
import { envelopeIdOf, messageIdOf, requireFits, senderName, submissionParts } from './deposit-message.ts';
import { mssHeaders } from './headers.ts';
import { headerText } from './text.ts';

/** A mail of care: to a colleague, a structure or a patient. Its files are already judged. */
export interface CareMail {
  /** Without an archive the whole subject; with one the label in the prescribed form. */
  readonly subject: string;
  readonly text: string;
  /** Documents that go as an archive, with their PDF copies. */
  readonly archive: { readonly submission: Submission; readonly xdm: XdmArchive; readonly pdfCopy: boolean } | null;
  readonly files: readonly MailAttachment[];
  /** Message-ID of the mail that is answered. */
  readonly inReplyTo?: string | undefined;
  readonly references?: readonly string[] | undefined;
  /** To a patient: the last message, which cannot be answered. */
  readonly endsExchange?: boolean | undefined;
}

/** From where to where, and under which names. */
export interface CareMailOptions {
  readonly from: { readonly address: string; readonly label: string };
  readonly to: string;
  readonly replyTo?: string | undefined;
  readonly nil?: string | undefined;
  readonly requestReport: boolean;
  readonly messageId?: string | undefined;
  readonly envelopeId?: string | undefined;
  readonly maxMessageBytes?: number | undefined;
  readonly runtime?: Runtime | undefined;
}

/** References of an answer: the first and the last ones are what threads need (RFC 5322, 3.6.4). */
const maxReferences = 20;

/**
 * Writes a mail of care as the exact bytes that go out.
 *
 * @throws TerrESanteError `TE_ADDRESS_INVALID`, `TE_INPUT_INVALID` for a text that may not enter a
 *   header, `TE_TOO_LARGE`
 *
 * @see ANS, Référentiel socle MSSanté n° 2, section 3
 */
export async function composeCareMail(mail: CareMail, options: CareMailOptions): Promise<ComposedMail> {
  const { runtime = systemRuntime, nil, requestReport, maxMessageBytes } = options;
  const from = parseMssAddress(options.from.address);
  const to = parseMssAddress(options.to);
  const replyTo = options.replyTo === undefined ? undefined : parseMssAddress(options.replyTo).address;
  const { subject, headers, attachments } = contentOf(mail);

  const composed = await composeMail(
    {
      from: { name: senderName(options.from.label), address: from.address },
      to: to.address,
      replyTo,
      subject,
      messageId: messageIdOf(options.messageId, from.domain, runtime),
      ...threadOf(mail),
      date: new Date(runtime.clock.now()),
      seed: runtime.ids.uuid(),
      headers: {
        ...mssHeaders({ ...headers, nil, endsExchange: mail.endsExchange }),
        ...(requestReport && { 'Disposition-Notification-To': from.address }),
      },
      text: mail.text.replaceAll(/\r?\n|\r/g, '\r\n'),
      attachments,
    },
    envelopeIdOf(options.envelopeId, runtime),
  );

  requireFits(composed, maxMessageBytes);
  return composed;
}

type Content = Pick<Parameters<typeof composeMail>[0], 'subject' | 'attachments'> & {
  readonly headers: Parameters<typeof mssHeaders>[0];
};

function contentOf({ subject, archive, files }: CareMail): Content {
  if (!archive) return { subject: headerText(subject, 'subject', 400), headers: {}, attachments: files };

  const { submission, xdm, pdfCopy } = archive;
  const parts = submissionParts(submission, xdm, { label: subject, pdfCopy });
  return { ...parts, attachments: [...parts.attachments, ...files] };
}

/** An identifier of a received mail: what a header may hold, between its angle brackets. */
const identifier = /^<[!-;=?-~]{1,250}>$/;

function threadOf({ inReplyTo, references = [] }: CareMail): Pick<CareMail, 'inReplyTo' | 'references'> {
  if (inReplyTo === undefined) return {};

  const known = [...references.filter((reference) => reference !== inReplyTo), inReplyTo];
  if (!known.every((reference) => identifier.test(reference))) {
    throw new TerrESanteError('TE_INPUT_INVALID', 'Message-ID invalide.', { details: { field: 'inReplyTo' } });
  }
  const kept = known.length > maxReferences ? [...known.slice(0, 1), ...known.slice(1 - maxReferences)] : known;
  return { inReplyTo, references: kept };
}
