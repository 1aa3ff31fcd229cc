import type { CheckReport } from '../../../errors.ts';
import { checkReport } from '../../../internal/finding.ts';
import { isFixed } from '../../model/content.ts';
import type { Submission } from '../../model/submission.ts';
import { isSoundByConstruction } from '../../submission/made.ts';
import { checkMetadata, type MetadataCheckOptions } from '../metadata/check.ts';
import { bytesFindings, checkSubmission, contentsOf, registryOf } from './check.ts';

/**
 * Judges a submission at the door of a deposit. What this copy of the SDK made, unchanged, agrees
 * by construction: its metadata are checked, since the caller chose some of them, and only a
 * content that the caller still holds is hashed again. Any other one is read and checked in full.
 */
export async function judgeSubmission(submission: Submission, options: MetadataCheckOptions): Promise<CheckReport> {
  if (!isSoundByConstruction(submission)) return checkSubmission(submission, options);

  const findings = [...(await checkMetadata(registryOf(submission), options)).findings];
  for (const { entry, content } of contentsOf(submission)) {
    if (!isFixed(content)) findings.push(...(await bytesFindings(entry, content, `/${entry.entryUuid}`)));
  }
  return checkReport(findings);
}
