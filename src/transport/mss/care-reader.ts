import { isTerrESanteError } from '../../errors.ts';
import { collect } from '../../internal/bytes.ts';
import { readMail, type MailHead, type MailLimits, type MailPart } from './mail-reader.ts';
import { endsAllExchanges, mailOrigin } from './patient-mailbox.ts';
import { isEmbeddedMessage } from './report-parts.ts';
import { readSubject } from './subject.ts';

/** What the bytes of a file are, whatever its name and its declared type say. */
export type ReceivedKind = 'pdf' | 'xml' | 'zip' | 'tnef' | 'encrypted' | 'empty' | 'other';

/** A file of a received mail. Hostile: never log its name, never show it as HTML. */
export interface ReceivedFile {
  readonly kind: ReceivedKind;
  readonly fileName: string | null;
  readonly bytes: Uint8Array;
  /** In a mail that was forwarded as an attachment. */
  readonly isForwarded: boolean;
}

/** A received mail that may carry documents of a patient. */
export interface ReceivedCareMail {
  readonly messageId: string | null;
  readonly inReplyTo: string | null;
  readonly from: { readonly name: string; readonly address: string } | null;
  readonly origin: ReturnType<typeof mailOrigin>;
  /** Without the technical prefix of an archive. */
  readonly subject: string;
  readonly text: string;
  /** The sender ends the exchange. */
  readonly endsExchange: boolean;
  readonly files: readonly ReceivedFile[];
  /** Mails inside the mail that were not opened: too deep, or unreadable. */
  readonly closed: number;
}

/** Mails inside a mail that are opened, one in the other, and files that are kept in all. */
const maxNested = 3;
const maxFiles = 200;

/**
 * Reads a mail and the mails forwarded inside it, under one budget of bytes and parts. A signature
 * beside its text is passed over; what is encrypted stays closed.
 *
 * @throws TerrESanteError `TE_VALIDATION` above a limit, or when the mail cannot be read
 */
export async function readCareMail(input: Uint8Array, limits: MailLimits = {}): Promise<ReceivedCareMail> {
  const files: ReceivedFile[] = [];
  const budget = { files: maxFiles, closed: 0 };
  const head = await readInto(files, input, limits, 0, budget);

  const { messageId, inReplyTo, from, subject, text, mssMes } = head;
  return {
    messageId,
    inReplyTo: inReplyTo[0] ?? null,
    from,
    origin: from ? mailOrigin(from.address) : 'outside',
    subject: readSubject(subject).label,
    text,
    endsExchange: mssMes === 'FIN' || endsAllExchanges(subject),
    files,
    closed: budget.closed,
  };
}

interface Budget {
  files: number;
  closed: number;
}

async function readInto(
  files: ReceivedFile[],
  input: Uint8Array,
  limits: MailLimits,
  depth: number,
  budget: Budget,
): Promise<MailHead> {
  const nested: Uint8Array[] = [];
  const head = await readMail(input, limits, async (part) => {
    if (isPassedOver(part)) return;

    const bytes = await collect(part.content);
    if (isEmbeddedMessage(part.contentType) || /\.eml$/i.test(part.fileName ?? '')) nested.push(bytes);
    else keep(files, part, bytes, depth, budget);
  });

  // After the mail itself: a mail that is closed hides nothing of what stands beside it.
  for (const message of nested) {
    if (depth >= maxNested) budget.closed += 1;
    else await readInto(files, message, limits, depth + 1, budget).catch((error: unknown) => tolerate(error, budget));
  }
  return head;
}

/** A forwarded mail that cannot be read is told; its neighbours are read all the same. */
function tolerate(error: unknown, budget: Budget): void {
  if (!isTerrESanteError(error) || error.code !== 'TE_VALIDATION') throw error;
  budget.closed += 1;
}

function keep(
  files: ReceivedFile[],
  { contentType, fileName }: MailPart,
  bytes: Uint8Array,
  depth: number,
  budget: Budget,
): void {
  if (budget.files === 0) {
    budget.closed += 1;
    return;
  }
  budget.files -= 1;
  files.push({ kind: kindOf(contentType, bytes), fileName, bytes, isForwarded: depth > 0 });
}

/** A detached signature, a report about another mail, a picture of a signature block. */
function isPassedOver({ contentType }: MailPart): boolean {
  return /^(?:application\/(?:x-)?pkcs7-signature|application\/pgp-signature|message\/(?:delivery-status|disposition-notification)|image\/.*|text\/(?:calendar|vcard|x-vcard))$/.test(
    contentType,
  );
}

/**
 * The declared type decides only what no bytes tell: an encrypted mail, and the container of one
 * vendor.
 */
function kindOf(contentType: string, bytes: Uint8Array): ReceivedKind {
  if (bytes.length === 0) return 'empty';

  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1_024));
  if (start.readUIntLE(0, Math.min(4, start.length)) === 0x223e9f78) return 'tnef';
  if (/^application\/(?:x-)?pkcs7-mime$/.test(contentType)) return 'encrypted';
  if (start.toString('latin1', 0, 2) === 'PK' && start.length > 3 && (start[2] === 3 || start[2] === 5)) return 'zip';
  if (start.includes('%PDF-')) return 'pdf';
  return looksLikeXml(start) ? 'xml' : 'other';
}

/** UTF-8 or Latin letters, or UTF-16 with its mark. */
function looksLikeXml(start: Buffer): boolean {
  const isWide = start.length > 3 && (start.readUInt16BE(0) === 0xfffe || start.readUInt16BE(0) === 0xfeff);
  const text = isWide ? start.toString('latin1').replaceAll('\0', '') : start.toString('utf8');
  return /^[\s\ufeff\u00ff\u00fe]*<[?!A-Za-z_]/.test(text);
}
