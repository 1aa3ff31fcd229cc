import type { Submission } from '../documents/index.ts';
import type { CallOptions } from '../internal/abort.ts';
import type { DepositReceipt } from './receipt/model.ts';

/**
 * How far a deposit is. Holds nothing of the document.
 *
 * `building` and `checking`: the document, in the client. `storing`: the message into the outbox.
 * `sending`: the message towards the mail operator; with an outbox that comes after `deposit` has
 * answered, and begins again at 0 with each attempt.
 *
 * @group Deposit
 */
export interface DepositProgress {
  readonly stage: 'building' | 'checking' | 'storing' | 'sending';
  /** Bytes done in this stage: of the document first, then of the message that holds it. */
  readonly bytes: number;
  readonly totalBytes: number;
}

/** Options of a deposit on a channel. @group Deposit */
export interface DepositCallOptions extends CallOptions {
  /** Told of each step of the transfer; what it throws changes nothing. */
  readonly onProgress?: ((progress: DepositProgress) => void) | undefined;
}

/**
 * A way to hand one submission over. `deposit` resolves once the far side (or a durable queue) has
 * taken charge.
 *
 * @group Deposit
 */
export interface DepositChannel {
  deposit(submission: Submission, options?: DepositCallOptions): Promise<DepositReceipt>;
  /**
   * Connects and authenticates without sending, for `te.diagnose()`; absent when that cannot be
   * tried.
   */
  verify?(options?: CallOptions): Promise<void>;
  /** Safe to call twice. */
  close(): Promise<void>;
}
