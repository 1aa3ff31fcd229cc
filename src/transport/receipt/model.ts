import type { TerrESanteErrorCode } from '../../errors.ts';
import type { ReportVerdict } from './report.ts';

/**
 * Where a deposit stands, for one recipient.
 *
 * `accepted`: the sender's operator has taken charge, nothing more. `delivered`: the recipient's
 * server has it. `processed`: a person opened it or a program integrated it. `visible`: found in
 * the dossier, never concluded from a mail alone. `rejected`: refused by the receiving program.
 * `undeliverable`: refused by a mail server.
 *
 * On the channel `xds` the registry answers at once: `processed` when it registered the documents,
 * `rejected` when it refused them.
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

/** A document of a deposit. @group Receipt */
export interface DepositedDocument {
  readonly uniqueId: string;
  /** Hexadecimal. */
  readonly sha1: string;
}

/** One known fact, and since when. @group Receipt */
export interface DepositEvidence {
  readonly source: 'submission' | 'dsn' | 'mdn' | 'ko-mail' | 'bounce' | 'registry' | 'dossier';
  readonly verdict: 'queued' | 'sending' | 'accepted' | 'undeliverable' | 'expired' | 'visible' | ReportVerdict;
  /** ISO 8601 instant at which it became known here. */
  readonly at: string;
  /** Message-ID of the report. */
  readonly reportId: string | null;
  readonly status: string | null;
  readonly code: string | null;
  /**
   * The report names the recipient of the deposit. A success that does not proves nothing; `null`
   * when the fact is not a report.
   */
  readonly matched: boolean | null;
  /**
   * What shows that a report comes from who may say it: the own server checked its sender
   * (`authenticated`), its envelope (`envelope`), its `From` alone (`header`). `null` when the fact
   * is not a report; absent from what an earlier version wrote.
   */
  readonly proof?: 'authenticated' | 'envelope' | 'header' | null | undefined;
  /** The far side had the very same document already. */
  readonly note: 'already-filed' | null;
}

/** What is known for one recipient. @group Receipt */
export interface RecipientReceipt {
  /**
   * The mailbox written to; that of a patient, which is an INS, is `***@patient.mssante.fr`. On the
   * channel `xds` the address of the service.
   */
  readonly address: string;
  readonly state: DepositState;
  /** Reply code of the submission server, for example `250`. */
  readonly smtpCode: number | null;
  /** RFC 3463 status, for example `5.1.1`. */
  readonly enhancedStatus: string | null;
  /** Integration error code of the receiver, for example `902`, or the error code of a registry. */
  readonly code: string | null;
  /** French sentence, without any trait. */
  readonly detail: string;
  /** ISO 8601 instant of the last change. */
  readonly at: string;
}

/** Why the last attempt to send a deposit failed. @group Receipt */
export interface DepositProblem {
  readonly code: TerrESanteErrorCode;
  /** French sentence: what happened, without any trait. */
  readonly reason: string;
  /** Reply code of the submission server, when it gave one, for example `451`. */
  readonly smtpCode: number | null;
  /** ISO 8601 instant of the failure. */
  readonly at: string;
}

/** What a deposit gave so far. @group Receipt */
export interface DepositReceipt {
  /** uniqueId of the (first) document version: the idempotency key. */
  readonly uniqueId: string;
  /** uniqueId of every document of the submission. */
  readonly uniqueIds: readonly string[];
  /**
   * SHA-1 of each document: tells it from another of the same uniqueId. `null` without an outbox.
   */
  readonly documents: readonly DepositedDocument[] | null;
  /** Which wire the deposit took. */
  readonly channel: 'mssante' | 'xds' | 'fhir';
  /** ISO 8601 instant. */
  readonly submittedAt: string;
  /** Message-ID with its angle brackets; `null` outside the mail channel. */
  readonly messageId: string | null;
  /** RFC 3461 envelope identifier; `null` outside the mail channel. */
  readonly envelopeId: string | null;
  readonly state: DepositState;
  readonly recipients: readonly RecipientReceipt[];
  /**
   * Why the deposit was refused: the integration code or the error code of a registry, and a French
   * sentence without any trait.
   */
  readonly rejection: { readonly code: string | null; readonly text: string } | null;
  /**
   * Why the deposit still waits, or could not be sent: the last attempt that failed. `null` when
   * none failed, and once the message was taken.
   */
  readonly problem: DepositProblem | null;
  /** Attempts to send so far, since the last `retry`; `null` without an outbox. */
  readonly attempts: number | null;
  /** ISO 8601 instant of the next attempt; `null` when none is planned. */
  readonly nextAttemptAt: string | null;
  /**
   * Every fact behind the state, in the order in which it became known; `null` without an outbox.
   */
  readonly evidence: readonly DepositEvidence[] | null;
}
