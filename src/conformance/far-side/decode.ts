import { readXdm, type DocumentEntry, type ReceivedDocument } from '../../documents/index.ts';
import { collect, sha1Hex, sha256Hex } from '../../internal/bytes.ts';
import { readSimulatedCda, type SimulatedCda } from '../../simulator/intake/cda.ts';
import type { ReceivedMail } from '../../simulator/mail/model.ts';
import { readIncomingDeposit, type IncomingDeposit } from '../../transport/mss/incoming.ts';
import { checkMailFile } from '../check-mail.ts';
import { findingsOf } from '../from-error.ts';

/** A document of a message, as metadata and header tell it. */
export interface DecodedDocument {
  readonly entry: Omit<DocumentEntry, 'confidentialityCodes'> & { readonly confidentiality: readonly string[] };
  readonly cda: Omit<SimulatedCda, 'pdf'> | null;
  /** Offset from UTC of the act in the header; `null` without one. */
  readonly offset: string | null;
  readonly sha1: string;
  readonly size: number;
  readonly pdfSha256: string | null;
}

/** A message as the far side reads it: what queries look at. */
export interface DecodedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly messageId: string | null;
  readonly subject: string;
  readonly rawSubject: string;
  readonly notificationTo: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly clientCertificate: boolean;
  readonly parts: readonly string[];
  readonly files: readonly string[];
  readonly sourceId: string | null;
  readonly documents: readonly DecodedDocument[];
  /** The first document: most messages have one. */
  readonly document: DecodedDocument | null;
  readonly uniqueId: string | null;
  readonly findings: readonly { readonly rule: string; readonly severity: string; readonly path: string }[];
  readonly bytes: { readonly sha256: string; readonly size: number };
  /** The whole text of archive and header, for what may stand nowhere. */
  readonly text: string;
}

/** Header fields, unfolded, by their name in lower case. */
function headersOf(bytes: Uint8Array): Record<string, string> {
  const text = Buffer.from(bytes).toString('latin1');
  const head = text.slice(0, Math.max(0, text.search(/\r?\n\r?\n/)));
  const fields = head.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  return Object.fromEntries(
    fields.flatMap((field) => {
      const colon = field.indexOf(':');
      return colon < 1 ? [] : [[field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()]];
    }),
  );
}

interface Archive {
  readonly files: readonly string[];
  readonly sourceId: string | null;
  readonly documents: readonly DecodedDocument[];
  readonly text: string;
}

const noArchive: Archive = { files: [], sourceId: null, documents: [], text: '' };

async function archiveOf(bytes: Uint8Array | null): Promise<Archive> {
  if (!bytes) return noArchive;

  const { files, subsets } = await readXdm(bytes);
  const documents: DecodedDocument[] = [];
  for (const document of subsets.flatMap((subset) => subset.documents)) documents.push(await documentOf(document));

  const texts: string[] = [];
  for (const { path, content } of files) {
    if (/\.xml$/i.test(path)) texts.push(Buffer.from(await collect(content.open())).toString('utf8'));
  }
  const sourceId = subsets[0]?.metadata.submissionSets[0]?.sourceId ?? null;
  return { files: files.map(({ path }) => path), sourceId, documents, text: texts.join('\n') };
}

async function documentOf({ entry, content }: ReceivedDocument): Promise<DecodedDocument> {
  const bytes = await collect(content.open());
  const cda = cdaOf(bytes);
  const { confidentialityCodes, ...rest } = entry;
  const { pdf = null, ...header } = cda ?? {};

  return {
    entry: { ...rest, confidentiality: confidentialityCodes.map(({ code }) => code) },
    cda: cda && (header as Omit<SimulatedCda, 'pdf'>),
    offset: /[+-]\d{4}$/.exec(cda?.effectiveTime ?? '')?.[0] ?? null,
    sha1: sha1Hex(bytes),
    size: bytes.length,
    pdfSha256: pdf && sha256Hex(pdf),
  };
}

function cdaOf(bytes: Uint8Array): SimulatedCda | null {
  try {
    return readSimulatedCda(bytes);
  } catch {
    return null;
  }
}

async function checked(bytes: Uint8Array): Promise<DecodedMail['findings']> {
  const findings = await checkMailFile(bytes).catch((error: unknown) => findingsOf(error, '/'));
  return findings.map(({ rule, severity, path }) => ({ rule, severity, path }));
}

/** Reads a message; of one that cannot be read, the envelope and the headers are kept. */
export async function decodeMail({ bytes, from, to, clientCertificate }: ReceivedMail): Promise<DecodedMail> {
  const incoming: IncomingDeposit | null = await readIncomingDeposit(bytes).catch(() => null);
  const archive = await archiveOf(incoming?.archive ?? null).catch(() => noArchive);
  const headers = headersOf(bytes);
  const document = archive.documents[0] ?? null;

  return {
    from,
    to,
    messageId: incoming?.messageId ?? null,
    subject: incoming?.subject ?? '',
    rawSubject: headers['subject'] ?? '',
    notificationTo: incoming?.dispositionNotificationTo ?? null,
    headers,
    clientCertificate,
    parts: incoming?.otherParts ?? [],
    ...archive,
    document,
    uniqueId: document?.entry.uniqueId ?? null,
    findings: await checked(bytes),
    bytes: { sha256: sha256Hex(bytes), size: bytes.length },
  };
}
