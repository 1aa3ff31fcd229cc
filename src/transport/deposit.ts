import type { Submission } from '../documents/index.ts';
import type { CallOptions } from '../internal/abort.ts';
import type { ByteSource } from '../internal/bytes.ts';
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

/**
 * A deposit as bytes that leave once or several times, whatever the wire: what an outbox keeps.
 *
 * @group Deposit
 */
export interface DepositMessage {
  /** Who sends it, and to which mailbox or address. Nothing of a patient. */
  readonly envelope: { readonly from: string; readonly to: string };
  /** Names the message; of a mail, its Message-ID with the angle brackets. */
  readonly messageId: string;
  /** Names its envelope; of a mail, that of RFC 3461, asked back in delivery reports. */
  readonly envelopeId: string;
  /** Exact length of `content`, known before anything is sent. */
  readonly byteLength: number;
  /** Can be read again for a retry. */
  readonly content: ByteSource;
}

/** Options of the sending of one message. @group Deposit */
export interface SendOptions extends CallOptions {
  /** Who deposited it, where several share an outbox. */
  readonly depositor?: string | null | undefined;
}

/** What the far side said when it took a message. @group Deposit */
export interface DepositAcceptance {
  /**
   * `accepted`: an operator has taken charge of it. `processed`: the receiving program itself took
   * it in.
   *
   * @defaultValue `accepted`
   */
  readonly state?: 'accepted' | 'processed' | undefined;
  /** Reply of a submission server, `null` on another wire. */
  readonly smtpCode: number | null;
  /** RFC 3463 status of that reply. */
  readonly enhancedStatus: string | null;
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
