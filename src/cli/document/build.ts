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
import { composeDeposit, senderLabel, type ComposedMail } from '../../transport/index.ts';
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

/** The same problem, said by two checks, is said once. */
function once(findings: readonly Finding[]): Finding[] {
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
  given: DocumentSpec,
  pdf: ByteSource | undefined,
  { out, codeSet = given.codeSet ?? 'current', replace }: BuildOptions,
): Promise<BuildOutcome> {
  const spec = { ...given, codeSet };
  const folder = await StagedFolder.create(out, spec.kind, replace);
  try {
    const document = await buildSpec(spec, pdf);
    const submission = submissionOf(document, spec);
    const archive = await packageXdm(submission);
    const contents: Record<string, Uint8Array | ByteSource> = {
      'document.xml': document.content,
      'METADATA.XML': writeMetadata(submission),
      'IHE_XDM.zip': archive.content,
    };
    let mail: ComposedMail | null = null;
    if (spec.mail) {
      const { from, ...rest } = spec.mail;
      mail = await composeDeposit(submission, archive, {
        ...rest,
        from: { address: from.address, label: labelOf(from, spec) },
      });
      contents['message.eml'] = mail.content;
    }
    const files: BuiltFile[] = [];
    for (const [name, content] of Object.entries(contents)) {
      await folder.write(name, content);
      files.push(await hashed(name, await fileSource(folder.path(name))));
    }
    // What is checked is what was written.
    const cdaReport = await checkCdaSource(await fileSource(folder.path('document.xml')), { codeSet });
    const submissionReport = await checkSubmission(submission, {
      archive: await fileSource(folder.path('IHE_XDM.zip')),
      environment: spec.environment,
    });

    const findings = once([...document.findings, ...cdaReport.findings, ...submissionReport.findings]);
    if (findings.some(({ severity }) => severity === 'error')) return { summary: null, findings };
    const { header } = document;
    const summary: BuildSummary = {
      kind: spec.kind,
      uniqueId: header.uniqueId,
      setId: header.setId,
      versionNumber: header.versionNumber,
      submissionUniqueId: submission.submissionSet.uniqueId,
      type: header.type,
      classCode: document.classCode,
      formatCode: document.formatCode,
      confidentiality: header.confidentiality,
      qualifiedIns: document.qualifiedIns,
      messageId: mail?.messageId ?? null,
      files,
      findings,
    };
    await folder.write('summary.json', Buffer.from(`${JSON.stringify(summary, null, 2)}\n`));
    await folder.commit();
    return { summary, findings };
  } finally {
    await folder.discard();
  }
}
