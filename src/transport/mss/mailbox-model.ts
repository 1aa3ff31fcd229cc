import type { TerrESanteError } from '../../errors.ts';
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
  /** To connect, then to be greeted. @defaultValue `20_000` */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * Longest wait for one exchange with the server, when the call does not say: the opening of the
   * mailbox, a look at one message. @defaultValue `120_000`
   */
  readonly timeoutMs?: number | undefined;
}

/** One message of a mailbox. Its parts are downloaded when asked for. @group Mail reading */
export interface MailboxItem {
  /** Where to resume: store it once the item is dealt with. */
  readonly cursor: string;
  /**
   * `unreadable`: above a limit, malformed, refused by the server, or three times the end of the
   * connection; it is left where it is.
   */
  readonly kind: 'report' | 'deposit' | 'other' | 'unreadable';
  readonly report: MailReport | null;
  readonly messageId: string | null;
  readonly from: { readonly name: string; readonly address: string } | null;
  readonly byteLength: number;
  /**
   * The `IHE_XDM.zip`, for `readXdm`; `null` without one. Only inside the loop that gave the item.
   *
   * @param options - `timeoutMs` is ten minutes unless it is given
   */
  archive(options?: CallOptions & { readonly maxBytes?: number | undefined }): Promise<Uint8Array | null>;
  /**
   * The whole message, for `te.mail.read`; `null` when it is not there any more, or above the limit
   * of the mailbox. Only inside the loop that gave the item.
   *
   * @param options - `timeoutMs` is ten minutes unless it is given
   */
  message(options?: CallOptions & { readonly maxBytes?: number | undefined }): Promise<Uint8Array | null>;
}

/**
 * A mailbox read over IMAP. No message is removed unless asked. `timeoutMs` of a call is the
 * longest it waits for the server: `read` and `watch` wait once for each message.
 *
 * @group Mail reading
 */
export interface Mailbox {
  /**
   * What is there now, oldest first; `after`: the cursor of the last item dealt with. A message
   * that somebody else removed meanwhile is passed over.
   */
  read(options?: CallOptions & { readonly after?: string | undefined }): AsyncGenerator<MailboxItem, void, undefined>;
  /** The same, then waits for what comes (IDLE) until the signal fires. Reconnects by itself. */
  watch(options: MailboxWatchOptions): AsyncGenerator<MailboxItem, void, undefined>;
  /** Removes one message for good. May be called while the mailbox is being read. */
  remove(cursor: string, options?: CallOptions): Promise<void>;
  /** Connects, encrypts, authenticates and opens the folder. */
  verify(options?: CallOptions): Promise<void>;
  /** Ends the calls in progress (`TE_CLOSED`); a server that is silent is not waited for. */
  close(): Promise<void>;
}

/** Options of {@link Mailbox.watch}. @group Mail reading */
export interface MailboxWatchOptions extends CallOptions {
  readonly after?: string | undefined;
  readonly signal: AbortSignal;
  /** Told of each failure after which the watch connects again. */
  readonly onError?: ((error: TerrESanteError) => void) | undefined;
}

/** Options of {@link Mailbox.read}. */
export type MailboxReadOptions = NonNullable<Parameters<Mailbox['read']>[0]>;
