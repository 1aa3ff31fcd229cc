import type { Runtime } from '../../internal/runtime.ts';

/** How a deposit is written as a mail. @group MSSanté message */
export interface ComposeDepositOptions {
  /** The mailbox that sends; `label` holds the name of the sender, or that of the structure. */
  readonly from: { readonly address: string; readonly label: string };
  /** The deposit mailbox, one address. */
  readonly to: string;
  /**
   * A human mailbox, when the sender is an applicative one that no person reads (content of the
   * rule inferred).
   */
  readonly replyTo?: string | undefined;
  /** Product reference number (`X-MSS-NIL`), sent on every message of a declared product. */
  readonly nil?: string | undefined;
  /** @defaultValue `'extended'` */
  readonly subject?: 'extended' | 'short' | undefined;
  /** Readable label of the subject. @defaultValue the type of the first document */
  readonly label?: string | undefined;
  /** A PDF copy of each document beside the archive. @defaultValue `true` */
  readonly pdfCopy?: boolean | undefined;
  /** Asks for a disposition report to the sender. @defaultValue `true` */
  readonly requestReport?: boolean | undefined;
  /**
   * Given by a queue that resends: the same message has the same identifiers. With angle brackets.
   */
  readonly messageId?: string | undefined;
  readonly envelopeId?: string | undefined;
  /** Largest message the mail operator takes, in bytes, encoded. */
  readonly maxMessageBytes?: number | undefined;
  readonly runtime?: Runtime | undefined;
}
