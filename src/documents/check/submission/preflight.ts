import { X509Certificate } from 'node:crypto';
import type { Finding } from '../../../errors.ts';
import type { InsEnvironment } from '../../../identity/index.ts';
import { hl7ToUtc, hl7Utc } from '../../../internal/hl7-time.ts';
import { systemRuntime, type Runtime } from '../../../internal/runtime.ts';
import { findType } from '../../../nomenclature/index.ts';
import type { Submission, XdmArchive } from '../../model/submission.ts';
import { findingOf } from '../rule.ts';
import { checkSubmission } from './check.ts';
import { preflightRules as rules } from './preflight-rules.ts';
import { clockSkewMs } from '../../../internal/clock-skew.ts';

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
export interface PreflightContext {
  readonly archive?: XdmArchive | undefined;
  /** DER certificate of the signer or of the TLS client. */
  readonly certificate?: Uint8Array | undefined;
  /** Clock of the machine minus the clock of a server, in milliseconds, when measured. */
  readonly clockSkewMs?: number | undefined;
}

/** Base64 in lines of 76 with CRLF, and room for headers and the text. */
const encodedSize = (bytes: number): number => Math.ceil(bytes * 1.3685);
const headerBytes = 16 * 1024;

function sizeFindings(
  { documents }: Submission,
  { maxDocumentBytes, maxMessageBytes }: DepositRequirements,
  archive: XdmArchive | undefined,
): Finding[] {
  const out: Finding[] = [];
  for (const { entry, document } of documents) {
    const { byteLength } = document.content;
    if (maxDocumentBytes !== undefined && byteLength > maxDocumentBytes) {
      out.push(
        findingOf(
          rules.documentSize,
          `/${entry.entryUuid}`,
          `${String(byteLength)} octets`,
          `${String(maxDocumentBytes)} octets`,
        ),
      );
    }
  }
  if (maxMessageBytes !== undefined && archive) {
    const copies = documents.reduce((sum, { document }) => sum + (document.pdf?.byteLength ?? 0), 0);
    const size = encodedSize(archive.content.byteLength + copies) + headerBytes;
    if (size > maxMessageBytes) {
      out.push(findingOf(rules.messageSize, '/archive', `${String(size)} octets`, `${String(maxMessageBytes)} octets`));
    }
  }
  return out;
}

function certificateFindings(der: Uint8Array | undefined, now: number): Finding[] {
  if (!der) return [];
  try {
    const { validFrom, validTo } = new X509Certificate(der);
    const valid = Date.parse(validFrom) <= now && now <= Date.parse(validTo);
    return valid ? [] : [findingOf(rules.certificate, '/certificate', validTo)];
  } catch {
    return [findingOf(rules.certificate, '/certificate')];
  }
}

function clockFindings({ submissionSet, documents }: Submission, now: number, skewMs: number | undefined): Finding[] {
  const out: Finding[] = [];
  if (skewMs !== undefined && Math.abs(skewMs) > clockSkewMs) {
    out.push(findingOf(rules.clock, '/clock', `${String(Math.round(skewMs / 1000))} s`));
  }
  const limit = hl7Utc(now + clockSkewMs);
  const future = [
    submissionSet.submissionTime,
    ...documents.map(({ document }) => hl7ToUtc(document.header.effectiveTime) ?? ''),
  ].some((time) => time.length === 14 && time > limit);
  if (future) out.push(findingOf(rules.future, '/'));
  return out;
}

/**
 * Says before any byte leaves what a platform would refuse: {@link checkSubmission}, then size,
 * codes, identity, certificate and clock.
 *
 * @group Checks
 */
export async function preflight(
  submission: Submission,
  requirements: DepositRequirements,
  context: PreflightContext = {},
  runtime: Runtime = systemRuntime,
): Promise<readonly Finding[]> {
  const now = runtime.clock.now();
  const { environment, typeCodeSet, insRequired = false } = requirements;
  const out: Finding[] = [...(await checkSubmission(submission, { environment }))];
  out.push(...sizeFindings(submission, requirements, context.archive));
  for (const { entry, document } of submission.documents) {
    const path = `/${entry.entryUuid}`;
    const type = typeCodeSet === 'current' ? await findType(entry.typeCode.code, entry.typeCode.codeSystem) : null;
    if (type && !type.active) {
      out.push(findingOf(rules.retiredType, `${path}/typeCode`, entry.typeCode.code, type.successor?.code));
    }
    if (insRequired && !(document.qualifiedIns && document.header.patient.ins)) out.push(findingOf(rules.ins, path));
  }
  out.push(...certificateFindings(context.certificate, now), ...clockFindings(submission, now, context.clockSkewMs));
  return out;
}
