import type { Sentence } from '../../internal/finding.ts';

/** What is known of one error code. */
export interface ErrorCodeRow {
  /**
   * Whether the same call may succeed later, unchanged; an error of its own case may say otherwise.
   */
  readonly retryable: boolean;
  readonly cause: Sentence;
  /** French sentence: what the doctor reads when no better one is at hand. */
  readonly doctor: string;
  /** What the software, or the one who writes it, does. */
  readonly developer: Sentence;
}
