import { submissionMark } from '../../internal/marks.ts';
import { Seals } from '../model/seal.ts';
import type { Submission } from '../model/submission.ts';

/** Submissions of this copy of the SDK whose documents are of this copy too. */
const seals = new Seals<Submission>();

/**
 * Marks a submission, and remembers it when it is sound by construction: its documents were built
 * here and its metadata derived from their headers.
 */
export function markSubmission(parts: Omit<Submission, typeof submissionMark>, sound: boolean): Submission {
  const submission: Submission = { ...parts, [submissionMark]: true };
  return sound ? seals.put(submission) : submission;
}

/**
 * Whether this copy made the submission, and nothing of it changed since: document, metadata and
 * mail then agree and need no second reading. A submission of another copy (ES modules beside
 * CommonJS), a changed one or a forged mark is not.
 */
export function isSoundByConstruction(submission: Submission): boolean {
  return seals.holds(submission);
}
