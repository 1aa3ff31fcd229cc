import type { Submission } from '../documents/index.ts';
import type { CallOptions } from '../internal/abort.ts';
import type { DepositReceipt } from './receipt/model.ts';

/**
 * A way to hand one submission over. `deposit` resolves once the far side (or a durable queue) has
 * taken charge.
 *
 * @group Deposit
 */
export interface DepositChannel {
  deposit(submission: Submission, options?: CallOptions): Promise<DepositReceipt>;
  /**
   * Connects and authenticates without sending, for `te.diagnose()`; absent when that cannot be
   * tried.
   */
  verify?(options?: CallOptions): Promise<void>;
  /** Safe to call twice. */
  close(): Promise<void>;
}
