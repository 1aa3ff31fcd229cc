import type { ImapFlow } from 'imapflow';

import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { cancelled, throwIfAborted, type CallOptions } from '../../internal/abort.ts';
import { eventOf, pause } from '../../internal/wait.ts';
import { connectImap, idleMs, imapError, unavailable } from './imap-connection.ts';
import { readItem } from './mailbox-item.ts';
import type { Mailbox, MailboxItem, MailboxOptions, MailboxReadOptions } from './mailbox-model.ts';

/**
 * Opens nothing yet: each call connects when it must, over STARTTLS and with the given authorities
 * only. Reports are read part by part: of an embedded original, the headers alone are fetched.
 *
 * @throws TerrESanteError from the calls: `TE_TLS`, `TE_CLIENT_CERT`, `TE_AUTHN_REJECTED`,
 *   `TE_UNAVAILABLE`, and `TE_UNSUPPORTED` when the mailbox has neither token nor password.
 *
 * @example
 * ```ts
 * // not run: needs a mailbox
 * import { createMailbox } from 'terr-esante-sdk/transport';
 *
 * const mailbox = createMailbox({
 *   server: { host: 'imap.operateur.example', caPem: '…' },
 *   credentials: { password: { user: 'cabinet', provider: async () => '…' } },
 * });
 * for await (const item of mailbox.read()) console.log(item.kind, item.cursor);
 * await mailbox.close();
 * ```
 *
 * @see RFC 9051, RFC 2177
 * @group Mail reading
 */
export function createMailbox(options: MailboxOptions): Mailbox {
  return new ImapMailbox(options);
}

/** A cursor: the numbering of the mailbox (UIDVALIDITY) and a number in it. */
const cursorShape = /^(?<validity>\d+):(?<uid>\d+)$/;

class ImapMailbox implements Mailbox {
  readonly #options: MailboxOptions;
  readonly #folder: string;
  #client: ImapFlow | null = null;
  #closed = false;

  constructor(options: MailboxOptions) {
    this.#options = options;
    this.#folder = options.folder ?? 'INBOX';
  }

  async *read({ after, signal }: MailboxReadOptions = {}): AsyncGenerator<MailboxItem, void, undefined> {
    throwIfAborted(signal);
    const imap = await this.#connected();
    const lock = await this.#lock(imap);

    try {
      const validity = validityOf(imap);
      for (const uid of await this.#uidsAfter(imap, validity, after)) {
        throwIfAborted(signal);
        yield await readItem(imap, uid, `${validity}:${String(uid)}`, this.#options.limits ?? {});
      }
    } catch (error) {
      throw imapError(error);
    } finally {
      lock.release();
    }
  }

  /** Numbers of the messages behind a cursor, oldest first. */
  async #uidsAfter(imap: ImapFlow, validity: string, after: string | undefined): Promise<number[]> {
    // Another validity means other numbers: everything is read again, and known reports change
    // nothing.
    const known = after === undefined ? undefined : cursorShape.exec(after)?.groups;
    const last = known?.['validity'] === validity ? Number(known['uid']) : 0;

    const found = await imap.search({ uid: `${String(last + 1)}:*` }, { uid: true });
    // `n:*` also gives the last message when it is older.
    return (found || []).filter((uid) => uid > last).sort((a, b) => a - b);
  }

  async *watch({
    after,
    signal,
  }: MailboxReadOptions & { readonly signal: AbortSignal }): AsyncGenerator<MailboxItem, void, undefined> {
    let cursor = after;

    for (let failures = 0; ;) {
      try {
        for await (const item of this.read({ after: cursor, signal })) {
          yield item;
          cursor = item.cursor;
        }
        failures = 0;
        await this.#newMail(signal);
      } catch (error) {
        if (signal.aborted) throw cancelled(signal);
        if (!isTerrESanteError(error) || !error.retryable) throw error;

        // Reconnects, less and less often.
        failures += 1;
        await pause(Math.min(60_000, 500 * 2 ** failures), { signal });
      }
      if (signal.aborted) throw cancelled(signal);
    }
  }

  async remove(cursor: string): Promise<void> {
    const target = cursorShape.exec(cursor)?.groups;
    const imap = await this.#connected();
    const lock = await imap.getMailboxLock(this.#folder);

    try {
      if (!imap.mailbox || target?.['uid'] === undefined || validityOf(imap) !== target['validity']) {
        throw new TerrESanteError('TE_NOT_FOUND', 'Ce message ne peut plus être désigné ainsi.');
      }
      await imap.messageDelete(target['uid'], { uid: true });
    } catch (error) {
      throw imapError(error);
    } finally {
      lock.release();
    }
  }

  async verify({ signal }: CallOptions = {}): Promise<void> {
    throwIfAborted(signal);
    const lock = await this.#lock(await this.#connected());
    lock.release();
  }

  async close(): Promise<void> {
    this.#closed = true;
    const opened = this.#client;
    this.#client = null;
    await opened?.logout().catch(() => opened.close());
  }

  async #connected(): Promise<ImapFlow> {
    if (this.#closed) throw new TerrESanteError('TE_CLOSED', 'La boîte aux lettres est fermée.');
    if (this.#client?.usable) return this.#client;

    this.#client = await connectImap(this.#options);
    return this.#client;
  }

  #lock(imap: ImapFlow): ReturnType<ImapFlow['getMailboxLock']> {
    return imap.getMailboxLock(this.#folder).catch((error: unknown) => {
      throw imapError(error);
    });
  }

  async #newMail(signal: AbortSignal): Promise<void> {
    const imap = await this.#connected();
    const lock = await imap.getMailboxLock(this.#folder);
    try {
      await nextEvent(imap, signal);
    } finally {
      lock.release();
    }
  }
}

const validityOf = (imap: ImapFlow): string => String(imap.mailbox ? imap.mailbox.uidValidity : '0');

/** Resolves when a message came, when the wait must be renewed, or when the signal fires. */
async function nextEvent(imap: ImapFlow, signal: AbortSignal): Promise<void> {
  const failed = (): TerrESanteError => unavailable();

  try {
    // The next command ends the idling by itself.
    const idle = (): void => void imap.idle().catch(() => undefined);
    await eventOf(imap, ['exists'], { failures: ['close'], failed, signal, timeoutMs: idleMs }, idle);
  } catch (error) {
    const isOver = isTerrESanteError(error) && (error.code === 'TE_TIMEOUT' || error.code === 'TE_CANCELLED');
    if (!isOver) throw error;
  }
}
