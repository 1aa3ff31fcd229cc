import { createHash } from 'node:crypto';
import {
  checkCdaSource,
  checkSubmission,
  createSubmission,
  fileSource,
  packageXdm,
  writeMetadata,
  type BuiltDocument,
  type ByteSource,
  type CodeSet,
  type Submission,
} from '../../documents/index.ts';
import { TerrESanteError, type Finding } from '../../errors.ts';
import { hasError } from '../../internal/finding.ts';
import { composeDeposit, type ComposedMail } from '../../transport/index.ts';
import { senderLabel } from '../../transport/mss/headers.ts';
import { StagedFolder } from './output.ts';
import { buildSpec, type DocumentSpec, type SpecMail } from './spec.ts';

/** One file that was left. */
export interface BuiltFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** `summary.json`: no trait and no identifier of the patient. */
export interface BuildSummary {
  readonly kind: string;
  readonly uniqueId: string;
  readonly setId: string | null;
  readonly versionNumber: number | null;
  readonly submissionUniqueId: string;
  readonly type: BuiltDocument['header']['type'];
  readonly classCode: BuiltDocument['classCode'];
  readonly formatCode: BuiltDocument['formatCode'];
  readonly confidentiality: string;
  readonly qualifiedIns: boolean;
  readonly messageId: string | null;
  readonly files: readonly BuiltFile[];
  readonly findings: readonly Finding[];
}

/** What the checks found, and whether the folder was left. */
export type BuildOutcome =
  | { readonly summary: BuildSummary; readonly findings: readonly Finding[] }
  | { readonly summary: null; readonly findings: readonly Finding[] };

async function hashed(name: string, content: ByteSource): Promise<BuiltFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of content.open()) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { name, bytes, sha256: hash.digest('hex') };
}

function labelOf({ label }: SpecMail['from'], spec: DocumentSpec): string {
  if (label !== undefined) return label;
  if ('professional' in spec.author) return senderLabel(spec.author.professional);
  if ('structure' in spec.author) return senderLabel({ entity: spec.author.structure.name });
  throw new TerrESanteError('TE_INPUT_INVALID', 'mail.from.label : libellé obligatoire pour cet auteur.', {
    details: { field: 'mail.from.label' },
  });
}

function submissionOf(document: BuiltDocument, spec: DocumentSpec): Submission {
  const { uniqueId } = document.header;
  return createSubmission([document], {
    ...spec.submission,
    ...(spec.metadata && { details: { [uniqueId]: spec.metadata } }),
  });
}

/** A problem that two checks find is listed once. */
function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ rule, path, found }) => {
    const key = JSON.stringify([rule, path, found]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

export interface BuildOptions {
  readonly out: string;
  readonly codeSet: CodeSet | undefined;
  readonly replace: boolean;
}

/**
 * Builds, packs and checks; leaves the folder of the kind only when nothing worse than a warning
 * was found.
 *
 * @throws TerrESanteError what the builders and the mail refuse
 */
export async function buildToFolder(
  description: DocumentSpec,
  pdf: ByteSource | undefined,
  { out, codeSet = description.codeSet ?? 'current', replace }: BuildOptions,
): Promise<BuildOutcome> {
  const spec = { ...description, codeSet };
  const folder = new StagedFolder(out, spec.kind);
  await folder.open(replace);

  try {
    const document = await buildSpec(spec, pdf);
    const submission = submissionOf(document, spec);
    const { files, messageId } = await writeFiles(folder, spec, document, submission);

    // What is checked is what was written.
    const cda = await checkCdaSource(await fileSource(folder.path('document.xml')), { codeSet });
    const whole = await checkSubmission(submission, {
      archive: await fileSource(folder.path('IHE_XDM.zip')),
      environment: spec.environment,
    });
    const findings = distinct([...document.findings, ...cda.findings, ...whole.findings]);
    if (hasError(findings)) return { summary: null, findings };

    const summary = summaryOf(document, submission, { kind: spec.kind, messageId, files, findings });
    await folder.write('summary.json', Buffer.from(`${JSON.stringify(summary, null, 2)}\n`));
    await folder.commit();
    return { summary, findings };
  } finally {
    await folder.discard();
  }
}

/** Writes document, metadata, archive and mail, and reads back their sizes and digests. */
async function writeFiles(
  folder: StagedFolder,
  spec: DocumentSpec,
  document: BuiltDocument,
  submission: Submission,
): Promise<{ readonly files: readonly BuiltFile[]; readonly messageId: string | null }> {
  const archive = await packageXdm(submission);
  const mail = await mailOf(spec, submission, archive);
  const contents: Record<string, Uint8Array | ByteSource> = {
    'document.xml': document.content,
    'METADATA.XML': writeMetadata(submission),
    'IHE_XDM.zip': archive.content,
    ...(mail && { 'message.eml': mail.content }),
  };

  const files: BuiltFile[] = [];
  for (const [name, content] of Object.entries(contents)) {
    await folder.write(name, content);
    files.push(await hashed(name, await fileSource(folder.path(name))));
  }

  return { files, messageId: mail?.messageId ?? null };
}

/** The mail of the deposit, when the description names mailboxes. */
async function mailOf(
  spec: DocumentSpec,
  submission: Submission,
  archive: Awaited<ReturnType<typeof packageXdm>>,
): Promise<ComposedMail | null> {
  if (!spec.mail) return null;

  const { from, ...rest } = spec.mail;
  const sender = { address: from.address, label: labelOf(from, spec) };
  return composeDeposit(submission, archive, { ...rest, from: sender });
}

function summaryOf(
  { header, classCode, formatCode, qualifiedIns }: BuiltDocument,
  submission: Submission,
  { kind, messageId, files, findings }: Pick<BuildSummary, 'kind' | 'messageId' | 'files' | 'findings'>,
): BuildSummary {
  return {
    kind,
    uniqueId: header.uniqueId,
    setId: header.setId,
    versionNumber: header.versionNumber,
    submissionUniqueId: submission.submissionSet.uniqueId,
    type: header.type,
    classCode,
    formatCode,
    confidentiality: header.confidentiality,
    qualifiedIns,
    messageId,
    files,
    findings,
  };
}
