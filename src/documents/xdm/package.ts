import { TerrESanteError } from '../../errors.ts';
import { bytesSource, utf8Bytes } from '../../internal/bytes.ts';
import {
  createZip,
  isPortableName,
  streamZip,
  type ZipEntryInput,
  type ZipWriteOptions,
} from '../../internal/zip/index.ts';
import { writeMetadata } from '../metadata/write.ts';
import { contentToWrite } from '../model/content.ts';
import type { Submission, SubmissionSignature, XdmArchive } from '../model/submission.ts';
import { defaultSender, indexPage, readmeText, type XdmApplication, type XdmSender, type XdmTexts } from './texts.ts';
import { type Checks, needed, optionsOf, readingItems, readingLater } from '../../internal/border.ts';
import { anyText, count, flag, number, options as optionsCheck, text } from '../../internal/option-checks.ts';

/** Options of {@link packageXdm}. @group XDM */
export interface XdmOptions {
  /** zlib level, 1 (fast) to 9 (small). @defaultValue `6` */
  readonly level?: number | undefined;
  /**
   * Leaves the documents uncompressed: the archive is then about a third larger.
   *
   * @defaultValue `false`
   */
  readonly store?: boolean | undefined;
  /** @defaultValue the author of the submission set and its structure */
  readonly sender?: XdmSender | undefined;
  /** @defaultValue the SDK itself */
  readonly application?: XdmApplication | undefined;
  /**
   * A document up to this size is compressed in memory; a larger one is compressed twice, so that
   * the length of the archive is known before it is read. @defaultValue 32 MiB
   */
  readonly inMemoryBytes?: number | undefined;
}

const senderChecks: Checks<XdmSender> = {
  name: needed(anyText),
  organization: anyText,
  address: anyText,
  phone: anyText,
};

/** Whom an archive names. */
export const namesChecks: Checks<Pick<XdmOptions, 'sender' | 'application'>> = {
  sender: optionsCheck<XdmSender>(senderChecks),
  application: optionsCheck<XdmApplication>({ name: needed(text), version: needed(text), vendor: needed(text) }),
};

const xdmChecks: Checks<XdmOptions> = { ...namesChecks, level: count(1, 9), store: flag, inMemoryBytes: number() };

const folder = 'IHE_XDM/SUBSET01/';
const sdk: XdmApplication = { name: 'terr-esante-sdk', version: '0.1', vendor: 'terr-esante-sdk' };

function timeOf({ submissionSet }: Submission): number {
  const match = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(submissionSet.submissionTime);
  if (!match) throw new TerrESanteError('TE_INPUT_INVALID', "Date d'envoi attendue à la seconde, en UTC.");
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The files of the archive, and how they are written. */
export function planXdm(
  submission: Submission,
  options: XdmOptions,
): { entries: ZipEntryInput[]; zip: ZipWriteOptions } {
  const { level = 6, store = false, inMemoryBytes = 32 * 1024 * 1024 } = options;
  if (!Number.isInteger(level) || level < 1 || level > 9) {
    throw new TerrESanteError('TE_INPUT_INVALID', 'Niveau de compression attendu : 1 à 9.');
  }

  const method = store ? 'store' : 'deflate';
  const documents = contentsOf(submission).map((part) => documentFile(part, method));
  const metadata = `${folder}METADATA.XML`;
  const texts: XdmTexts = {
    sender: options.sender ?? defaultSender(submission),
    application: options.application ?? sdk,
    files: ['INDEX.HTM', 'README.TXT', metadata, ...documents.map(({ name }) => name)],
  };

  return {
    entries: [
      smallFile('INDEX.HTM', utf8Bytes(indexPage(texts))),
      smallFile('README.TXT', utf8Bytes(readmeText(texts))),
      smallFile(metadata, writeMetadata(submission)),
      ...documents,
    ],
    zip: { level, inMemoryBytes, time: timeOf(submission) },
  };
}

/** The documents of a submission, then its signature. */
function contentsOf({ documents, signature }: Submission): readonly SubmissionSignature[] {
  const contents = documents.map(({ entry, document }) => ({ entry, content: document.content }));
  return signature ? [...contents, signature] : contents;
}

function documentFile({ entry, content }: SubmissionSignature, method: ZipEntryInput['method']): ZipEntryInput {
  const uri = entry.uri ?? '';
  // `CON.XML` or `NUL.PDF` is a device where the archive is unpacked on Windows.
  if (!/^[A-Z0-9_]{1,8}\.[A-Z0-9_]{1,3}$/.test(uri) || !isPortableName(uri)) {
    throw new TerrESanteError(
      'TE_INPUT_INVALID',
      "Nom de fichier d'archive attendu : huit caractères et trois, en capitales.",
    );
  }

  return { name: `${folder}${uri}`, content: contentToWrite(content, entry.hash), method };
}

function smallFile(name: string, bytes: Uint8Array): ZipEntryInput {
  return { name, content: bytesSource(bytes), method: 'deflate' };
}

/**
 * Packs a submission as an IHE XDM archive: INDEX.HTM, README.TXT, METADATA.XML and the documents,
 * with names of eight and three characters. The same submission and options give the same bytes.
 *
 * Documents are deflated by default: a CDA holds its PDF in base64, which would make the mail a
 * third larger. An entry kept in memory has a complete local header; a stored one always has
 * (Java's `ZipInputStream` refuses it otherwise).
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` (options, or a document that changed), `TE_TOO_LARGE`
 *   (4 GiB)
 * @see IHE ITI TF-2, section 3.32 (Distribute Document Set on Media)
 * @group XDM
 */
export async function packageXdm(submission: Submission, options?: XdmOptions): Promise<XdmArchive> {
  const given = optionsOf('options', options, xdmChecks);
  return readingLater('submission', () => packed(submission, given));
}

async function packed(submission: Submission, options: XdmOptions): Promise<XdmArchive> {
  const { entries, zip } = planXdm(submission, options);
  return { fileName: 'IHE_XDM.zip', content: await createZip(entries, zip) };
}

/**
 * The bytes of {@link packageXdm} in one pass, for a very large document that goes to a file or a
 * media: its length is not known before the end, and it is compressed once only.
 *
 * @throws TerrESanteError as {@link packageXdm}, while it is read
 * @group XDM
 */
export async function* streamXdm(
  submission: Submission,
  options?: XdmOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const given = optionsOf('options', options, xdmChecks);
  yield* readingItems('submission', () => streamed(submission, given));
}

async function* streamed(submission: Submission, options: XdmOptions): AsyncGenerator<Uint8Array, void, undefined> {
  const { entries, zip } = planXdm(submission, options);
  yield* streamZip(entries, zip);
}
