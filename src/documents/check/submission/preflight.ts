import { X509Certificate } from 'node:crypto';
import type { CheckReport, Finding } from '../../../errors.ts';
import type { InsEnvironment } from '../../../identity/index.ts';
import { checkReport, finding } from '../../../internal/finding.ts';
import { hl7ToUtc, hl7Utc } from '../../../internal/hl7-time.ts';
import { clockSkewMs } from '../../../internal/clock-skew.ts';
import { systemRuntime, type Runtime } from '../../../internal/runtime.ts';
import { findType } from '../../../nomenclature/index.ts';
import { preflightRules } from '../../rules/preflight.ts';
import type { Submission, XdmArchive } from '../../model/submission.ts';
import { judgeSubmission } from './judge.ts';
import { type Checks, lastMoment, optionsOf, readingLater } from '../../../internal/border.ts';
import { bytes, choice, flag, number, record, runtime } from '../../../internal/option-checks.ts';

/** What a platform takes, as far as it is known; a value left out is not checked. @group Checks */
export interface DepositRequirements {
  readonly environment?: InsEnvironment | undefined;
  /** Largest document. */
  readonly maxDocumentBytes?: number | undefined;
  /** Largest mail, encoded, with its PDF copies. */
  readonly maxMessageBytes?: number | undefined;
  /** `current`: a type retired from the national table is refused. `eo-9.05`: it is a warning. */
  readonly typeCodeSet?: 'eo-9.05' | 'current' | undefined;
  /** The document must carry a qualified INS. */
  readonly insRequired?: boolean | undefined;
}

/** What the host knows at the time of sending. @group Checks */
export interface PreflightOptions {
  readonly archive?: XdmArchive | undefined;
  /** DER certificate of the signer or of the TLS client. */
  readonly certificate?: Uint8Array | undefined;
  /** Clock of the machine minus the clock of a server, in milliseconds, when measured. */
  readonly clockSkewMs?: number | undefined;
  readonly runtime?: Runtime | undefined;
}

const requirementChecks: Checks<DepositRequirements> = {
  environment: choice('production', 'test', 'simulator'),
  maxDocumentBytes: number(),
  maxMessageBytes: number(),
  typeCodeSet: choice('eo-9.05', 'current'),
  insRequired: flag,
};

const optionChecks: Checks<PreflightOptions> = {
  archive: record,
  certificate: bytes,
  clockSkewMs: number({ min: -lastMoment, max: lastMoment }),
  runtime,
};

/** Base64 in lines of 76 with CRLF, and room for headers and the text. */
const encodedSize = (bytes: number): number => Math.ceil(bytes * 1.3685);
const headerBytes = 16 * 1024;

/**
 * Checks before any byte leaves what a platform would refuse: {@link checkSubmission}, then size,
 * codes, identity, certificate and clock.
 *
 * @group Checks
 */
export async function preflight(
  submission: Submission,
  requirements: DepositRequirements,
  options?: PreflightOptions,
): Promise<CheckReport> {
  const required = optionsOf('requirements', requirements, requirementChecks);
  const given = optionsOf('options', options, optionChecks);
  return readingLater('submission', () => problems(submission, required, given));
}

async function problems(
  submission: Submission,
  requirements: DepositRequirements,
  options: PreflightOptions,
): Promise<CheckReport> {
  const now = (options.runtime ?? systemRuntime).clock.now();
  const { environment } = requirements;

  return checkReport([
    ...(await judgeSubmission(submission, { environment })).findings,
    ...documentSizeFindings(submission, requirements),
    ...messageSizeFindings(submission, requirements, options.archive),
    ...(await typeFindings(submission, requirements)),
    ...insFindings(submission, requirements),
    ...certificateFindings(options.certificate, now),
    ...clockFindings(submission, now, options.clockSkewMs),
  ]);
}

function documentSizeFindings(
  { documents }: Submission,
  { maxDocumentBytes = Number.POSITIVE_INFINITY }: DepositRequirements,
): Finding[] {
  return documents.flatMap(({ entry, document }) => {
    const { byteLength } = document.content;
    if (byteLength <= maxDocumentBytes) return [];

    const place = { path: `/${entry.entryUuid}`, found: String(byteLength), expected: String(maxDocumentBytes) };
    return [finding(preflightRules, 'PRE-DOCUMENT-SIZE', place)];
  });
}

/** The mail holds the archive and a copy of each PDF, encoded. */
function messageSizeFindings(
  { documents }: Submission,
  { maxMessageBytes = Number.POSITIVE_INFINITY }: DepositRequirements,
  archive: XdmArchive | undefined,
): Finding[] {
  if (!archive) return [];

  const copies = documents.reduce((sum, { document }) => sum + (document.pdf?.byteLength ?? 0), 0);
  const size = encodedSize(archive.content.byteLength + copies) + headerBytes;
  if (size <= maxMessageBytes) return [];

  const place = { path: '/archive', found: String(size), expected: String(maxMessageBytes) };
  return [finding(preflightRules, 'PRE-MESSAGE-SIZE', place)];
}

async function typeFindings({ documents }: Submission, { typeCodeSet }: DepositRequirements): Promise<Finding[]> {
  const out: Finding[] = [];
  if (typeCodeSet !== 'current') return out;

  for (const { entry } of documents) {
    const type = await findType(entry.typeCode.code, entry.typeCode.codeSystem);
    if (!type || type.active) continue;

    out.push(
      finding(preflightRules, 'PRE-TYPE-RETIRED', {
        path: `/${entry.entryUuid}/typeCode`,
        found: entry.typeCode.code,
        expected: type.successor?.code,
      }),
    );
  }
  return out;
}

function insFindings({ documents }: Submission, { insRequired = false }: DepositRequirements): Finding[] {
  return documents
    .filter(({ document }) => insRequired && !(document.qualifiedIns && document.header.patient.ins))
    .map(({ entry }) => finding(preflightRules, 'PRE-INS', { path: `/${entry.entryUuid}` }));
}

function certificateFindings(der: Uint8Array | undefined, now: number): Finding[] {
  if (!der) return [];

  try {
    const { validFrom, validTo } = new X509Certificate(der);
    const valid = Date.parse(validFrom) <= now && now <= Date.parse(validTo);
    return valid ? [] : [finding(preflightRules, 'PRE-CERTIFICATE', { path: '/certificate', found: validTo })];
  } catch {
    return [finding(preflightRules, 'PRE-CERTIFICATE', { path: '/certificate' })];
  }
}

function clockFindings({ submissionSet, documents }: Submission, now: number, skewMs: number | undefined): Finding[] {
  const out: Finding[] = [];
  if (skewMs !== undefined && Math.abs(skewMs) > clockSkewMs) {
    out.push(finding(preflightRules, 'PRE-CLOCK', { path: '/clock', found: `${String(Math.round(skewMs / 1000))} s` }));
  }

  const limit = hl7Utc(now + clockSkewMs);
  const written = documents.map(({ document }) => hl7ToUtc(document.header.effectiveTime));
  const isFuture = (time: string | null): boolean => time !== null && time.length === 14 && time > limit;
  if ([submissionSet.submissionTime, ...written].some(isFuture)) {
    out.push(finding(preflightRules, 'PRE-FUTURE', { path: '/' }));
  }
  return out;
}
