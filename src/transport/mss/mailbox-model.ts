import type { CallOptions } from '../../internal/abort.ts';
import type { MailReport } from '../receipt/report.ts';
import type { MailServerAddress, MssCredentials } from './credentials.ts';
import type { MailLimits } from './mail-reader.ts';

/** How a mailbox is read. @group Mail reading */
export interface MailboxOptions {
  readonly server: MailServerAddress;
  readonly credentials: MssCredentials;
  /** @defaultValue `'INBOX'` */
  readonly folder?: string | undefined;
  readonly limits?: MailLimits | undefined;
  /** @defaultValue `20_000` */
  readonly connectTimeoutMs?: number | undefined;
}

/** One message of a mailbox. Its parts are downloaded when asked for. @group Mail reading */
export interface MailboxItem {
  /** Where to resume: store it once the item is dealt with. */
  readonly cursor: string;
  /** `unreadable`: above a limit, or malformed; it is left where it is. */
  readonly kind: 'report' | 'deposit' | 'other' | 'unreadable';
  readonly report: MailReport | null;
  readonly messageId: string | null;
  readonly from: { readonly name: string; readonly address: string } | null;
  readonly byteLength: number;
  /**
   * The `IHE_XDM.zip`, for `readXdm`; `null` without one. Only inside the loop that gave the item.
   */
  archive(options?: { readonly maxBytes?: number | undefined }): Promise<Uint8Array | null>;
}

/** A mailbox read over IMAP. No message is removed unless asked. @group Mail reading */
export interface Mailbox {
  /** What is there now, oldest first; `after`: the cursor of the last item dealt with. */
  read(options?: CallOptions & { readonly after?: string | undefined }): AsyncGenerator<MailboxItem, void, undefined>;
  /** The same, then waits for what comes (IDLE) until the signal fires. Reconnects by itself. */
  watch(
    options: CallOptions & { readonly after?: string | undefined; readonly signal: AbortSignal },
  ): AsyncGenerator<MailboxItem, void, undefined>;
  /** Removes one message for good. */
  remove(cursor: string): Promise<void>;
  /** Connects, encrypts, authenticates and opens the folder. */
  verify(options?: CallOptions): Promise<void>;
  close(): Promise<void>;
}

/** Options of {@link Mailbox.read}. */
export type MailboxReadOptions = NonNullable<Parameters<Mailbox['read']>[0]>;
