import { isTerrESanteError } from '../../../errors.ts';
import { collect, sha1Hex, type ByteSource } from '../../../internal/bytes.ts';
import type { ReadCda, ReceivedDocument, ReceivedXdm } from '../../../documents/index.ts';
import type { ReceivedCareMail, ReceivedFile } from '../../../transport/mss/care-reader.ts';
import type { AsideReason, InboxDocument } from './model.ts';
import { identifierOf, namedByCda, namedByEntry, type Named } from './named.ts';

/** A document of a mail before its patient is looked for. */
export interface Unmatched extends Omit<InboxDocument, 'match' | 'copyOf'> {
  /** Whom it names; `null` when it names nobody, and `aside` says why. */
  readonly named: Named | null;
  readonly aside: AsideReason | null;
  /** SHA-1 of the PDF that is its body, and of its own bytes. */
  readonly bodies: readonly string[];
}

/** Most files of an archive that comes by mail, and longest one. */
const archiveLimits = { maxEntries: 500, maxEntryBytes: 128 * 1_024 * 1_024 };

/** What all archives of a mail may hold, once inflated: a mail may carry many. */
const inflatedBytes = 256 * 1_024 * 1_024;

/**
 * Every document of a mail, in order; a file that is none is one left aside.
 *
 * @param maxBytes - of all archives together, once inflated
 */
export async function documentsOf(
  { files }: Pick<ReceivedCareMail, 'files'>,
  maxBytes: number = inflatedBytes,
): Promise<readonly Unmatched[]> {
  const found: Unmatched[] = [];
  const budget = { bytes: maxBytes };
  for (const file of files) found.push(...(await documentsIn(file, budget)));
  return found;
}

interface Budget {
  bytes: number;
}

const asideOfKind = { tnef: 'winmail', encrypted: 'encrypted', empty: 'empty', other: 'unknown-format' } as const;

async function documentsIn(file: ReceivedFile, budget: Budget): Promise<readonly Unmatched[]> {
  switch (file.kind) {
    case 'zip':
      return archiveDocuments(file, budget);
    case 'xml':
      return [await cdaDocument(file, file.bytes, { from: 'attachment' })];
    case 'pdf':
      return [await pdfDocument(file, file.bytes, { from: 'attachment' })];
    case 'tnef':
    case 'encrypted':
    case 'empty':
    case 'other':
      return [leftAside(file, asideOfKind[file.kind])];
  }
}

type Place = Pick<Unmatched, 'from'> & { readonly entry?: ReceivedDocument['entry'] };

function bare(
  file: ReceivedFile,
  bytes: Uint8Array,
  { from, entry }: Place,
): Omit<Unmatched, 'kind' | 'named' | 'aside'> {
  return {
    bytes,
    fileName: file.fileName,
    from,
    isForwarded: file.isForwarded,
    uniqueId: entry?.uniqueId ?? null,
    title: entry?.title ?? null,
    bodies: [sha1Hex(bytes)],
  };
}

const leftAside = (
  file: ReceivedFile,
  aside: AsideReason,
  bytes: Uint8Array = file.bytes,
  place: Place = { from: 'attachment' },
): Unmatched => ({ ...bare(file, bytes, place), kind: 'other', named: null, aside });

async function archiveDocuments(file: ReceivedFile, budget: Budget): Promise<readonly Unmatched[]> {
  const { readXdm } = await import('../../../documents/index.ts');
  let archive: ReceivedXdm;
  try {
    archive = await readXdm(file.bytes, { ...archiveLimits, maxTotalBytes: budget.bytes });
  } catch (error) {
    return [leftAside(file, archiveReason(error))];
  }
  budget.bytes -= archive.files.reduce((sum, { content }) => sum + content.byteLength, 0);

  const received = archive.subsets.flatMap(({ documents }) => documents);
  const found: Unmatched[] = [];
  for (const document of received) found.push(await archiveDocument(file, document));
  return found.length > 0 ? found : [leftAside(file, 'empty')];
}

/** Why an archive is not opened. */
function archiveReason(error: unknown): AsideReason {
  if (!isTerrESanteError(error)) throw error;

  if (error.code === 'TE_IDENTITY_MISMATCH') return 'several-patients';
  if (error.code === 'TE_XML_INVALID') return 'unreadable';
  if (error.code !== 'TE_DOCUMENT_INVALID') return 'archive-refused';
  if (error.details['nestedArchive'] === true) return 'nested-archive';
  return error.details['nestedArchive'] === false ? 'not-xdm' : 'unreadable';
}

async function archiveDocument(file: ReceivedFile, document: ReceivedDocument): Promise<Unmatched> {
  const { entry, intact } = document;
  const bytes = await collect(document.content.open());
  const place = { from: 'archive', entry } as const;
  if (!intact) return leftAside(file, 'altered', bytes, place);

  const isCda = /xml/i.test(entry.mimeType) || looksLikeCda(bytes);
  if (isCda) return withEntry(await cdaDocument(file, bytes, place), entry);

  const isPdf = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1_024)).includes('%PDF-');
  const read = isPdf
    ? await pdfDocument(file, bytes, place)
    : { ...bare(file, bytes, place), kind: 'other' as const, named: null, aside: null };
  return read.aside !== null && read.aside !== 'no-identity'
    ? read
    : { ...read, named: namedByEntry(entry), aside: null };
}

const looksLikeCda = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4_096)).includes('ClinicalDocument');

/**
 * The receiver finds the patient by the identifier of the metadata; the document must name the same
 * one.
 *
 * @see ANS, Référentiel socle MSSanté n° 2, exigence ECO.2.1.2
 */
function withEntry(read: Unmatched, { patientId }: ReceivedDocument['entry']): Unmatched {
  const { named } = read;
  if (!named) return read;

  const { ins, localId, hasBadIns } = identifierOf(patientId);
  const isOther = ins !== null && named.ins !== null && (ins.value !== named.ins.value || ins.oid !== named.ins.oid);
  if (isOther) return { ...read, named: null, aside: 'contradiction' };

  return {
    ...read,
    named: {
      ...named,
      ins: named.ins ?? (named.hasBadIns ? null : ins),
      localId: named.localId ?? localId,
      hasBadIns: named.hasBadIns || (named.ins === null && hasBadIns),
    },
  };
}

async function cdaDocument(file: ReceivedFile, bytes: Uint8Array, place: Place): Promise<Unmatched> {
  const { readCda } = await import('../../../documents/index.ts');
  let read: ReadCda;
  try {
    read = readCda(bytes);
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;
    return leftAside(file, error.code === 'TE_DOCUMENT_INVALID' ? 'unknown-format' : 'unreadable', bytes, place);
  }

  const { header, attachments } = read;
  const { uniqueId, title, severalPatients = false } = header;
  return {
    ...bare(file, bytes, place),
    kind: 'cda',
    uniqueId,
    title,
    bodies: await bodiesOf(attachments.map(({ content }) => content)),
    ...(severalPatients ? { named: null, aside: 'several-patients' } : { named: namedByCda(header), aside: null }),
  };
}

async function bodiesOf(contents: readonly (ByteSource | null)[]): Promise<readonly string[]> {
  const digests: string[] = [];
  for (const content of contents) if (content) digests.push(sha1Hex(await collect(content.open())));
  return digests;
}

/** A PDF alone names nobody: its text and its name are not looked at. */
async function pdfDocument(file: ReceivedFile, bytes: Uint8Array, place: Place): Promise<Unmatched> {
  const { inspectPdf } = await import('../../../documents/index.ts');
  const { ok, byteLength } = await inspectPdf(bytes);
  const sound = ok ? 'no-identity' : 'pdf-refused';
  const aside = byteLength === 0 ? 'empty' : sound;
  return { ...bare(file, bytes, place), kind: 'pdf', named: null, aside };
}
