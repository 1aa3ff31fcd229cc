import { createHash } from 'node:crypto';
import { TerrESanteError, type Finding } from '../../errors.ts';
import { boundSource } from '../../internal/bound-source.ts';
import { collect, scan, type ByteSource } from '../../internal/bytes.ts';
import {
  archiveError,
  memorySource,
  readZipContent,
  type RandomAccessSource,
  type ZipEntry,
  type ZipLimits,
} from '../../internal/zip/index.ts';
import { finding } from '../../internal/finding.ts';
import { xdmRules } from '../rules/xdm.ts';
import type { DocumentEntry, RegistryObjects } from '../model/metadata.ts';
import { cxKey } from '../metadata/datatypes.ts';
import { readMetadata } from '../metadata/read.ts';
import { resolveUri } from './uri.ts';
import { type Checks, optionsOf, readingLater } from '../../internal/border.ts';
import { number } from '../../internal/option-checks.ts';

/** One document of a received archive. @group XDM */
export interface ReceivedDocument {
  readonly entry: DocumentEntry;
  /** Where it stands in the archive. */
  readonly path: string;
  /** Inflated at each reading; its length and CRC are checked on the way. */
  readonly content: ByteSource;
  /** SHA-1 of the bytes received. */
  readonly sha1: string;
  /** False when hash or size are not those of the metadata. */
  readonly intact: boolean;
}

/** One submission set of a received archive. @group XDM */
export interface ReceivedSubset {
  /** Folder of its METADATA.XML, with a final `/`. */
  readonly path: string;
  readonly metadata: RegistryObjects;
  readonly documents: readonly ReceivedDocument[];
}

/** What {@link readXdm} found. @group XDM */
export interface ReceivedXdm {
  readonly subsets: readonly ReceivedSubset[];
  /** Every file of the archive. */
  readonly files: readonly { readonly path: string; readonly content: ByteSource }[];
  /** What is wrong, and what was tolerated. */
  readonly findings: readonly Finding[];
}

const maxMetadataBytes = 16 * 1024 * 1024;

async function sha1Of(content: ByteSource): Promise<string> {
  const hash = createHash('sha1');
  for await (const chunk of scan(content)) hash.update(chunk);
  return hash.digest('hex');
}

async function readSubset(
  file: ZipEntry,
  files: ReadonlyMap<string, ZipEntry>,
  findings: Finding[],
): Promise<ReceivedSubset> {
  const folder = file.name.slice(0, file.name.lastIndexOf('/') + 1);
  if (!/^IHE_XDM\/[A-Z0-9_]{1,8}\/$/.test(folder)) findings.push(finding(xdmRules, 'XDM-LAYOUT', { path: file.name }));
  if (file.content.byteLength > maxMetadataBytes) throw archiveError('metadata-too-large');

  const metadata = readMetadata(await collect(file.content.open()));
  const documents: ReceivedDocument[] = [];

  for (const entry of metadata.documents) {
    const where = `${file.name}#${entry.entryUuid}`;
    const found = entry.uri === null ? await fileOfHash(entry, files, folder) : resolveUri(files, folder, entry.uri);
    if (!found) {
      findings.push(finding(xdmRules, 'XDM-FILE', { path: where, case: entry.uri === null ? 'no-uri' : 'no-file' }));
      continue;
    }

    if (entry.uri === null) findings.push(finding(xdmRules, 'XDM-FOUND-BY-HASH', { path: where }));
    documents.push(await receivedDocument(entry, found, where, findings));
  }

  return { path: folder, metadata, documents };
}

/**
 * The one file of the folder that has the size and the hash of an entry: archives of Direct mail
 * hold no URI. Two files with the same bytes are no answer.
 */
async function fileOfHash(
  { hash, size }: DocumentEntry,
  files: ReadonlyMap<string, ZipEntry>,
  folder: string,
): Promise<ZipEntry | undefined> {
  if (hash === null || size === null) return undefined;

  const found: ZipEntry[] = [];
  for (const file of files.values()) {
    const isCandidate = file.name.startsWith(folder) && file.content.byteLength === size;
    if (isCandidate && (await sha1Of(file.content)) === hash) found.push(file);
  }
  return found.length === 1 ? found[0] : undefined;
}

/** The bytes of one document against the hash and the size of its metadata. */
async function receivedDocument(
  entry: DocumentEntry,
  { name, content }: ZipEntry,
  where: string,
  findings: Finding[],
): Promise<ReceivedDocument> {
  const sha1 = await sha1Of(content);
  const sameSize = entry.size === null || entry.size === content.byteLength;
  const sameHash = entry.hash === null || entry.hash === sha1;

  if (!sameSize) {
    const [found, expected] = [String(content.byteLength), String(entry.size)];
    findings.push(finding(xdmRules, 'XDM-SIZE', { path: where, found, expected }));
  }
  if (!sameHash) findings.push(finding(xdmRules, 'XDM-HASH', { path: where, found: sha1, expected: entry.hash }));

  return { entry, path: name, content, sha1, intact: sameSize && sameHash };
}

/**
 * An archive without metadata. The name may be that of a folder; an archive inside it may hold
 * some, and is not opened.
 */
function noMetadata(entries: readonly ZipEntry[], folders: readonly string[]): TerrESanteError {
  const isFolder = [...folders, ...entries.map(({ name }) => name)].some((name) =>
    /(?:^|\/)METADATA\.XML\//i.test(name),
  );
  const isNested = entries.some(({ name }) => /\.(?:zip|xdm)$/i.test(name));
  return new TerrESanteError('TE_DOCUMENT_INVALID', noMetadataSentence(isFolder, isNested), {
    details: { nestedArchive: isNested, metadataIsFolder: isFolder },
  });
}

function noMetadataSentence(isFolder: boolean, isNested: boolean): string {
  if (isFolder) return "Dans l'archive, METADATA.XML est un dossier : un fichier de ce nom est attendu.";
  return isNested
    ? "L'archive ne contient pas de METADATA.XML elle-même, mais une autre archive."
    : "L'archive ne contient pas de METADATA.XML.";
}

/** One mail is about one patient: an archive that names two is refused whole. */
function refuseSeveralPatients(subsets: readonly ReceivedSubset[]): void {
  const patients = new Set<string>();
  for (const { metadata } of subsets) {
    for (const { patientId } of [...metadata.submissionSets, ...metadata.documents, ...metadata.folders]) {
      if (patientId !== '') patients.add(cxKey(patientId));
    }
  }

  if (patients.size > 1) {
    throw new TerrESanteError('TE_IDENTITY_MISMATCH', "L'archive désigne plusieurs patients : elle est refusée.", {
      details: { patients: patients.size },
    });
  }
}

const limitChecks: Checks<Partial<ZipLimits>> = {
  maxEntries: number(),
  maxEntryBytes: number(),
  maxTotalBytes: number(),
  maxRatio: number(),
};

/**
 * Reads an IHE XDM archive: strict in its limits (size, count, ratio, names, links, overlap, CRC),
 * tolerant of known wrong layouts (METADATA.XML at any depth and in any case, a folder too many,
 * `\` as separator, a URI relative to the parent folder or to the root, percent-encoded, with
 * `file:` before it, or absent when one file has the hash). Each document is inflated once to
 * verify its hash, and again when its content is read; nothing is kept in memory.
 *
 * @throws TerrESanteError `TE_ARCHIVE_INVALID`, `TE_XML_INVALID`, `TE_DOCUMENT_INVALID` (no
 *   metadata), `TE_IDENTITY_MISMATCH` (several patients)
 * @see IHE ITI TF-2, section 3.32
 * @group XDM
 */
export async function readXdm(
  source: Uint8Array | RandomAccessSource,
  limits?: Partial<ZipLimits>,
): Promise<ReceivedXdm> {
  const given = optionsOf('limits', limits, limitChecks);
  return readingLater('source', () => received(source, given));
}

async function received(source: Uint8Array | RandomAccessSource, limits: Partial<ZipLimits>): Promise<ReceivedXdm> {
  const archive = await readZipContent(source instanceof Uint8Array ? memorySource(source) : source, limits);
  // What is read later is what is verified below, even when the file is replaced meanwhile.
  const entries = archive.files.map((entry) => ({ ...entry, content: boundSource(entry.content) }));
  const files = new Map(entries.map((entry) => [entry.name.toUpperCase(), entry]));
  const metadataFiles = entries.filter(({ name }) => /(?:^|\/)METADATA\.XML$/i.test(name));
  if (metadataFiles.length === 0) {
    throw noMetadata(entries, archive.folders);
  }

  const findings: Finding[] = [];

  for (const name of ['INDEX.HTM', 'README.TXT']) {
    if (!files.has(name)) findings.push(finding(xdmRules, 'XDM-START', { path: name }));
  }

  const subsets: ReceivedSubset[] = [];
  for (const file of metadataFiles) subsets.push(await readSubset(file, files, findings));
  // The other files too must be what the archive says of them.
  const verified = new Set(subsets.flatMap(({ documents }) => documents.map(({ path }) => path)));
  for (const { name, content } of entries) if (!verified.has(name)) await sha1Of(content);
  refuseSeveralPatients(subsets);

  return { subsets, files: entries.map(({ name, content }) => ({ path: name, content })), findings };
}
