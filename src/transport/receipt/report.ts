/**
 * The verdict of a report on one recipient. `failed`: a mail server refused. `error`: the receiving
 * program refused.
 *
 * @see RFC 3464, section 2.3.3; RFC 8098, section 3.2.6
 * @group Receipt
 */
export type ReportVerdict =
  | 'relayed'
  | 'delayed'
  | 'delivered'
  | 'failed'
  | 'processed'
  | 'displayed'
  | 'dispatched'
  | 'deleted'
  | 'error'
  | 'unknown';

/** A report on a deposit, read from a mail. Holds no subject and no text. @group Receipt */
export interface MailReport {
  readonly kind: 'dsn' | 'mdn' | 'ko-mail' | 'bounce';
  /** Message-ID of the report itself: the same report read twice counts once. */
  readonly reportId: string | null;
  /** RFC 3461 envelope identifier of the original. */
  readonly envelopeId: string | null;
  /** Message-ID of the original, the most reliable first. */
  readonly messageIds: readonly string[];
  /** What the mail shows of who wrote it. An outbox applies a report only from who may say it. */
  readonly source: {
    /** Address of the `From` field: a claim. `null` when absent, malformed or not one address. */
    readonly from: string | null;
    /**
     * Envelope sender, as the server that delivered the mail wrote it on top; empty for the empty
     * path, `null` when the mail does not show it.
     */
    readonly returnPath: string | null;
    /** `Authentication-Results`, the topmost of each server: a claim of who is named. */
    readonly authentication: readonly {
      readonly server: string;
      /** Domains that passed DKIM, SPF or DMARC. */
      readonly passed: readonly string[];
      /** DMARC failed. */
      readonly isRefused: boolean;
    }[];
  };
  readonly recipients: readonly {
    /** As the sender wrote it, when the report gives it. */
    readonly original: string | null;
    /** Where the message finally went. */
    readonly final: string | null;
    readonly verdict: ReportVerdict;
    /** RFC 3463 status. */
    readonly status: string | null;
    /** Integration error code, three digits. */
    readonly code: string | null;
  }[];
}

/** One recipient of a report. */
export type ReportedRecipient = MailReport['recipients'][number];
