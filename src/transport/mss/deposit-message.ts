import type { BuiltDocument, Submission, XdmArchive } from '../../documents/index.ts';
import { TerrESanteError } from '../../errors.ts';
import { optionsOf, readingLater } from '../../internal/border.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import { sizeText } from '../../internal/size-text.ts';
import { noDocument } from '../receipt/new-receipt.ts';
import { parseMssAddress } from './address.ts';
import { composeMail, type ComposedMail, type MailAttachment } from './compose.ts';
import { mssHeaders, type MssHeaderValues } from './headers.ts';
import { composeChecks } from './message-checks.ts';
import type { ComposeDepositOptions } from './message-model.ts';
import { depositSubject } from './subject.ts';
import { foldToAscii, headerText } from './text.ts';

/**
 * Writes a submission as the exact bytes of an MSSanté mail: extended subject, `X-MSS-*` headers,
 * `IHE_XDM.zip` and the PDF copy of each document. Nothing is read before `content.open()`, and the
 * length is already exact.
 *
 * @throws TerrESanteError `TE_ADDRESS_INVALID` for an address that is not strictly one MSSanté
 *   address, `TE_INPUT_INVALID` for a text that may not enter a header, `TE_TOO_LARGE` above
 *   `maxMessageBytes`.
 *
 * @see ANS, Référentiel socle MSSanté n° 2, section 3; IHE ITI-32
 * @group MSSanté message
 */
export async function composeDeposit(
  submission: Submission,
  archive: XdmArchive,
  options: ComposeDepositOptions,
): Promise<ComposedMail> {
  const given = optionsOf('options', options, composeChecks);
  return readingLater('submission', () => mailOf(submission, archive, given));
}

async function mailOf(
  submission: Submission,
  archive: XdmArchive,
  options: ComposeDepositOptions,
): Promise<ComposedMail> {
  const { runtime = systemRuntime, requestReport = true, maxMessageBytes } = options;
  const { headers, ...parts } = submissionParts(submission, archive, options);
  const documents = submission.documents.map(({ document }) => document);

  const from = parseMssAddress(options.from.address);
  const to = parseMssAddress(options.to);
  const replyTo = options.replyTo === undefined ? undefined : parseMssAddress(options.replyTo).address;

  const composed = await composeMail(
    {
      from: { name: senderName(options.from.label), address: from.address },
      to: to.address,
      replyTo,
      messageId: messageIdOf(options.messageId, from.domain, runtime),
      date: new Date(runtime.clock.now()),
      seed: runtime.ids.uuid(),
      headers: {
        ...mssHeaders({ ...headers, nil: options.nil }),
        ...(requestReport && { 'Disposition-Notification-To': from.address }),
      },
      text: depositText(documents),
      ...parts,
    },
    envelopeIdOf(options.envelopeId, runtime),
  );

  requireFits(composed, maxMessageBytes);
  return composed;
}

/** What a mail that carries a submission says of it. */
export interface SubmissionParts {
  readonly subject: string;
  readonly headers: Required<Pick<MssHeaderValues, 'cdaCodes' | 'qualifiedIns'>>;
  /** The archive, then the PDF copies. */
  readonly attachments: readonly MailAttachment[];
}

/**
 * @throws TerrESanteError `TE_INPUT_INVALID` without a document, or for a label that may not enter
 *   a header
 */
export function submissionParts(
  submission: Submission,
  archive: XdmArchive,
  options: Pick<ComposeDepositOptions, 'subject' | 'label' | 'pdfCopy'>,
): SubmissionParts {
  const documents = submission.documents.map(({ document }) => document);
  const [first] = documents;
  if (!first) throw noDocument();

  const label = headerText(options.label ?? first.header.type.displayName, 'subjectLabel', 150);
  return {
    subject: depositSubject(options.subject ?? 'extended', label, submission.patient),
    headers: {
      cdaCodes: documents.map(({ header }) => header.type.code),
      qualifiedIns: submission.patient.qualifiedIns,
    },
    attachments: attachmentsOf(submission, archive, options.pdfCopy ?? true),
  };
}

/** @throws TerrESanteError `TE_TOO_LARGE` */
export function requireFits({ byteLength }: ComposedMail, maxMessageBytes: number | undefined): void {
  if (maxMessageBytes !== undefined && byteLength > maxMessageBytes) throw tooLarge(byteLength, maxMessageBytes);
}

export function senderName(label: string): string {
  const name = headerText(label, 'label', 200);
  if (name === '') {
    throw new TerrESanteError('TE_INPUT_INVALID', "Le libellé de l'expéditeur est vide.", {
      details: { field: 'label' },
    });
  }
  return name;
}

/** The text for a person who opens the mail; it holds no name. */
function depositText(documents: readonly BuiltDocument[]): string {
  const replaces = documents.some(({ header }) => header.replaces !== null);
  return [
    documents.length > 1
      ? 'Veuillez trouver ci-joint des documents de santé.'
      : 'Veuillez trouver ci-joint un document de santé.',
    ...(replaces ? ['Cet envoi annule et remplace une version antérieure.'] : []),
    '',
    "L'archive IHE_XDM.zip est destinée au logiciel qui reçoit ce message.",
    '',
  ].join('\r\n');
}

function attachmentsOf(submission: Submission, archive: XdmArchive, pdfCopy: boolean): MailAttachment[] {
  const zip: MailAttachment = { fileName: 'IHE_XDM.zip', contentType: 'application/zip', content: archive.content };
  return pdfCopy ? [zip, ...pdfCopies(submission)] : [zip];
}

/** Base64 in lines with CRLF makes a file longer by this factor. */
const encodingFactor = 1.3685;

/**
 * The refusal of a message that is too long, with the numbers a user needs to shorten it.
 *
 * @param smtpCode - of the reply; `null` when nothing was sent, because the limit was known
 */
export function tooLarge(
  messageBytes: number,
  limitBytes: number | null,
  smtpCode: number | null = null,
): TerrESanteError {
  const limit =
    limitBytes === null
      ? ''
      : `, pour ${sizeText(limitBytes)} au plus, soit environ ${sizeText(limitBytes / encodingFactor)} de fichiers`;

  return new TerrESanteError(
    'TE_TOO_LARGE',
    `Le message est trop grand pour la messagerie : ${sizeText(messageBytes)} une fois codé${limit}.`,
    { details: { messageBytes, limitBytes, smtpCode } },
  );
}

const identifier = /^<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,120}@[a-z0-9.-]{1,120}>$/;

export function messageIdOf(chosen: string | undefined, domain: string, runtime: Runtime): string {
  const messageId = chosen ?? `<${runtime.ids.uuid()}@${domain}>`;
  if (!identifier.test(messageId)) {
    throw new TerrESanteError('TE_INPUT_INVALID', 'Message-ID invalide.', { details: { field: 'messageId' } });
  }
  return messageId;
}

export function envelopeIdOf(chosen: string | undefined, runtime: Runtime): string {
  const envelopeId = chosen ?? runtime.ids.uuid();
  if (!/^[A-Za-z0-9.-]{1,100}$/.test(envelopeId)) {
    throw new TerrESanteError('TE_INPUT_INVALID', "Identifiant d'enveloppe invalide.", {
      details: { field: 'envelopeId' },
    });
  }
  return envelopeId;
}

/**
 * `<date de l'acte>_<type>_<NOM>_<prénom>.pdf`, folded to ASCII; `_` only separates.
 *
 * @see ANS, Référentiel socle MSSanté n° 2, exigence ECO.2.1.6
 */
function pdfCopies({ patient, documents }: Submission): MailAttachment[] {
  const used = new Set<string>();

  return documents.flatMap(({ document: { header, pdf } }) => {
    if (!pdf) return [];

    const day = (header.acts[0]?.start ?? header.effectiveTime).slice(0, 8);
    const fields = [day, header.type.displayName, patient.birthName.toLocaleUpperCase('fr'), patient.firstName];
    const base = fields.map(fileNameField).join('_');

    // Two documents of one day and type get numbered names.
    let fileName = `${base}.pdf`;
    for (let count = 2; used.has(fileName); count += 1) fileName = `${base}_${count}.pdf`;
    used.add(fileName);

    return [{ fileName, contentType: 'application/pdf', content: pdf }];
  });
}

const fileNameField = (value: string): string =>
  foldToAscii(value)
    .replaceAll(/[^A-Za-z0-9' -]+/g, ' ')
    .trim()
    .slice(0, 60);
