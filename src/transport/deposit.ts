import type { Submission } from '../documents/index.ts';
import type { CallOptions } from '../internal/abort.ts';
import type { DepositEvidence } from './receipt/track.ts';

/**
 * Where a deposit stands, for one recipient.
 *
 * `accepted`: the sender's operator has taken charge, nothing more. `delivered`: the recipient's
 * server has it. `processed`: a person opened it or a program integrated it. `visible`: found in
 * the dossier, never concluded from a mail alone. `rejected`: refused by the receiving program.
 * `undeliverable`: refused by a mail server.
 *
 * @see RFC 3464 (delivery reports), RFC 8098 (disposition reports)
 * @group Receipt
 */
export type DepositState =
  | 'queued'
  | 'sending'
  | 'accepted'
  | 'delayed'
  | 'delivered'
  | 'processed'
  | 'visible'
  | 'rejected'
  | 'undeliverable'
  | 'expired';

/** Which wire a deposit took. @group Deposit */
export type DepositChannelName = 'mssante' | 'xds' | 'fhir';

/** What is known for one recipient. @group Receipt */
export interface RecipientReceipt {
  readonly address: string;
  readonly state: DepositState;
  /** Reply code of the submission server, for example `250`. */
  readonly smtpCode?: number | undefined;
  /** RFC 3463 status, for example `5.1.1`. */
  readonly enhancedStatus?: string | undefined;
  /** Integration error code of the receiver, for example `902`. */
  readonly code?: string | undefined;
  /** French sentence, without any trait. */
  readonly detail?: string | undefined;
  /** ISO 8601 instant of the last change. */
  readonly at: string;
}

/** Why a deposit was refused. @group Receipt */
export interface DepositRejection {
  readonly code?: string | undefined;
  /** French sentence, without any trait. */
  readonly text: string;
}

/** What a deposit gave so far. @group Receipt */
export interface DepositReceipt {
  /** uniqueId of the (first) document version: the idempotency key. */
  readonly uniqueId: string;
  /** uniqueId of every document of the submission. */
  readonly uniqueIds: readonly string[];
  /**
   * SHA-1 of each document, hexadecimal: what tells it from another of the same uniqueId; absent
   * without an outbox.
   */
  readonly documents?: readonly { readonly uniqueId: string; readonly sha1: string }[] | undefined;
  readonly channel: DepositChannelName;
  /** ISO 8601 instant. */
  readonly submittedAt: string;
  /** Message-ID with its angle brackets, for the mail channel. */
  readonly messageId?: string | undefined;
  /** RFC 3461 envelope identifier, for the mail channel. */
  readonly envelopeId?: string | undefined;
  readonly state: DepositState;
  readonly recipients: readonly RecipientReceipt[];
  readonly rejection?: DepositRejection | undefined;
  /**
   * Every fact behind the state, in the order in which it became known; absent without an outbox.
   */
  readonly evidence?: readonly DepositEvidence[] | undefined;
}

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
