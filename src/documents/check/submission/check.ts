import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { CheckReport, Finding } from '../../../errors.ts';
import { boundSource, isChangedContent } from '../../../internal/bound-source.ts';
import { collect, scan, type ByteSource } from '../../../internal/bytes.ts';
import { checkReport, finding } from '../../../internal/finding.ts';
import type { RandomAccessSource } from '../../../internal/zip/index.ts';
import { isFixed } from '../../model/content.ts';
import type { DocumentEntry, RegistryObjects } from '../../model/metadata.ts';
import type { CdaHeader } from '../../model/document.ts';
import { submissionRules } from '../../rules/submission.ts';
import type { Submission, SubmissionSubject } from '../../model/submission.ts';
import { readXdm, type ReceivedXdm } from '../../xdm/read.ts';
import { checkMetadata, type MetadataCheckOptions, metadataChecks } from '../metadata/check.ts';
import { documentFindings } from './document.ts';
import { type Checks, optionsOf, readingLater } from '../../../internal/border.ts';
import { record } from '../../../internal/option-checks.ts';

/** Options of {@link checkSubmission}. @group Checks */
export interface SubmissionCheckOptions extends MetadataCheckOptions {
  /** The archive as it is attached to the mail: it must hold the same documents and metadata. */
  readonly archive?: Uint8Array | RandomAccessSource | undefined;
}

const submissionChecks: Checks<SubmissionCheckOptions> = { ...metadataChecks, archive: record };

/** The metadata of a submission as the registry would hold them. */
export function registryOf({
  submissionSet,
  documents,
  folders = [],
  associations = [],
  signature,
}: Submission): RegistryObjects {
  const entries = [...documents.map(({ entry }) => entry), ...(signature ? [signature.entry] : [])];

  const members = entries.map(({ entryUuid }) => ({
    id: `member-${entryUuid}`,
    type: 'urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember',
    source: submissionSet.id,
    target: entryUuid,
    slots: { SubmissionSetStatus: ['Original'] },
  }));

  return {
    submissionSets: [submissionSet],
    documents: entries,
    folders,
    associations: [...members, ...associations],
  };
}

/** Every content of a submission with its entry: the documents, then the signature. */
export function contentsOf({
  documents,
  signature,
}: Submission): readonly { readonly entry: DocumentEntry; readonly content: ByteSource }[] {
  const contents = documents.map(({ entry, document }) => ({ entry, content: document.content }));
  return signature ? [...contents, signature] : contents;
}

/** Checks that the bytes are those whose hash and size the entry holds. */
export async function bytesFindings(entry: DocumentEntry, content: ByteSource, path: string): Promise<Finding[]> {
  const hash = createHash('sha1');
  let size = 0;
  try {
    for await (const chunk of scan(content)) {
      hash.update(chunk);
      size += chunk.length;
    }
  } catch (error) {
    if (isChangedContent(error)) return [finding(submissionRules, 'SUB-BYTES', { path })];
    throw error;
  }

  const same = hash.digest('hex') === entry.hash && size === entry.size;
  return same ? [] : [finding(submissionRules, 'SUB-BYTES', { path })];
}

/** Checks that the mail names the patient of the header. */
function mailFindings(patient: SubmissionSubject, header: CdaHeader, path: string): Finding[] {
  const { birthName, firstName, birthTime, ins } = header.patient;
  const day = patient.birthDate?.replaceAll('-', '') ?? null;
  const same =
    patient.birthName === birthName &&
    patient.firstName === firstName &&
    (day === null || birthTime?.slice(0, 8) === day) &&
    (!patient.qualifiedIns || ins !== null);

  return same ? [] : [finding(submissionRules, 'SUB-MAIL-PATIENT', { path })];
}

/** Checks that the archive holds the documents of the submission, all of them and nothing else. */
async function archiveFindings(submission: Submission, archive: Uint8Array | RandomAccessSource): Promise<Finding[]> {
  const received = await readXdm(archive);
  const [subset] = received.subsets;
  const entries = contentsOf(submission).map(({ entry }) => entry);

  const same =
    subset !== undefined &&
    received.subsets.length === 1 &&
    isDeepStrictEqual(subset.metadata.documents, entries) &&
    isDeepStrictEqual(subset.metadata.submissionSets, [submission.submissionSet]) &&
    subset.documents.length === entries.length &&
    subset.documents.every(({ intact }) => intact);

  return [...received.findings, ...(same ? [] : [finding(submissionRules, 'SUB-ARCHIVE', { path: '/archive' })])];
}

/**
 * Checks a submission before it leaves: its metadata, and that document, metadata, mail and archive
 * speak of the same patient and of the same bytes. The documents are read again from their bytes.
 *
 * @returns The findings; none when nothing is wrong.
 * @throws TerrESanteError when the archive given cannot be read at all
 * @group Checks
 */
export async function checkSubmission(submission: Submission, options?: SubmissionCheckOptions): Promise<CheckReport> {
  const given = optionsOf('options', options, submissionChecks);
  return readingLater('submission', () => judged(submission, given));
}

async function judged(submission: Submission, options: SubmissionCheckOptions): Promise<CheckReport> {
  const out: Finding[] = [
    ...(await checkMetadata(registryOf(submission), { scope: options.scope, environment: options.environment }))
      .findings,
  ];

  for (const { entry, content } of contentsOf(submission)) {
    const path = `/${entry.entryUuid}`;
    // The bytes that are read as a document are those whose hash was compared.
    const bytes = isFixed(content) ? content : boundSource(content);
    out.push(...(await bytesFindings(entry, bytes, path)));

    const { findings, header } = await documentFindings(entry, bytes, path);
    out.push(...findings, ...(header ? mailFindings(submission.patient, header, path) : []));
  }

  if (options.archive !== undefined) out.push(...(await archiveFindings(submission, options.archive)));
  return checkReport(out);
}

/**
 * Checks an archive that was read: its layout, hashes and sizes, its metadata, and each document
 * against its entry.
 *
 * @group Checks
 */
export async function checkReceivedXdm(received: ReceivedXdm, options?: MetadataCheckOptions): Promise<CheckReport> {
  const given = optionsOf('options', options, metadataChecks);
  return readingLater('received', () => judgedArchive(received, given));
}

async function judgedArchive(received: ReceivedXdm, options: MetadataCheckOptions): Promise<CheckReport> {
  const out: Finding[] = [...received.findings];
  for (const { path, metadata, documents } of received.subsets) {
    const at = (below: Finding): Finding => ({ ...below, path: `${path}METADATA.XML${below.path}` });
    // The text shows what its typed form no longer does.
    const text = await metadataText(received, path);
    out.push(...(await checkMetadata(text ?? metadata, options)).findings.map(at));

    for (const { entry, content, path: file } of documents) {
      out.push(...(await documentFindings(entry, content, file)).findings);
    }
  }
  return checkReport(out);
}

/** The bytes of the metadata of one subset. */
async function metadataText({ files }: ReceivedXdm, folder: string): Promise<Uint8Array | null> {
  const wanted = `${folder}METADATA.XML`.toUpperCase();
  const file = files.find(({ path }) => path.toUpperCase() === wanted);
  return file ? collect(file.content.open()) : null;
}
