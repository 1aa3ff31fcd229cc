import { setTimeout as delay } from 'node:timers/promises';

import type { ImapFlow } from 'imapflow';

import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { cancelled, throwIfAborted } from '../../internal/abort.ts';
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
 * @see RFC 9051, RFC 2177
 * @group Mail reading
 */
export function createMailbox(options: MailboxOptions): Mailbox {
  const { folder = 'INBOX', limits = {} } = options;
  let client: ImapFlow | null = null;
  let closed = false;

  const connected = async (): Promise<ImapFlow> => {
    if (closed) throw new TerrESanteError('TE_CLOSED', 'La boîte aux lettres est fermée.');
    if (client?.usable) return client;
    client = await connectImap(options);
    return client;
  };

  async function* read({ after, signal }: MailboxReadOptions = {}): AsyncGenerator<MailboxItem, void, undefined> {
    throwIfAborted(signal);
    const imap = await connected();
    const lock = await imap.getMailboxLock(folder).catch((error: unknown) => {
      throw imapError(error);
    });
    try {
      const validity = String(imap.mailbox ? imap.mailbox.uidValidity : '0');
      const [knownValidity, lastUid] = (after ?? '').split(':');
      // Another validity means other numbers: everything is read again, and known reports change
      // nothing.
      const last = knownValidity === validity ? Number(lastUid) : 0;
      const found = await imap.search({ uid: `${String(last + 1)}:*` }, { uid: true });
      // `n:*` also gives the last message when it is older.
      const uids = (found || []).filter((uid) => uid > last).sort((a, b) => a - b);
      for (const uid of uids) {
        throwIfAborted(signal);
        yield await readItem(imap, uid, `${validity}:${String(uid)}`, limits);
      }
    } catch (error) {
      throw imapError(error);
    } finally {
      lock.release();
    }
  }

  async function* watch({
    after,
    signal,
  }: MailboxReadOptions & { readonly signal: AbortSignal }): AsyncGenerator<MailboxItem, void, undefined> {
    let cursor = after;
    for (let failures = 0; ;) {
      try {
        for await (const item of read({ after: cursor, signal })) {
          yield item;
          cursor = item.cursor;
        }
        failures = 0;
        await newMail(await connected(), folder, signal);
      } catch (error) {
        if (signal.aborted) throw cancelled(signal);
        if (!isTerrESanteError(error) || !error.retryable) throw error;
        failures += 1;
        await pause(Math.min(60_000, 500 * 2 ** failures), signal);
      }
      if (signal.aborted) throw cancelled(signal);
    }
  }

  return {
    read,
    watch,
    async remove(cursor) {
      const [validity, uid] = cursor.split(':');
      const imap = await connected();
      const lock = await imap.getMailboxLock(folder);
      try {
        if (!imap.mailbox || String(imap.mailbox.uidValidity) !== validity || uid === undefined) {
          throw new TerrESanteError('TE_NOT_FOUND', 'Ce message ne peut plus être désigné ainsi.');
        }
        await imap.messageDelete(uid, { uid: true });
      } catch (error) {
        throw imapError(error);
      } finally {
        lock.release();
      }
    },
    async verify({ signal } = {}) {
      throwIfAborted(signal);
      const imap = await connected();
      const lock = await imap.getMailboxLock(folder).catch((error: unknown) => {
        throw imapError(error);
      });
      lock.release();
    },
    async close() {
      closed = true;
      const opened = client;
      client = null;
      await opened?.logout().catch(() => opened.close());
    },
  };
}

/** Resolves when a message came, when the wait must be renewed, or when the signal fires. */
async function newMail(imap: ImapFlow, folder: string, signal: AbortSignal): Promise<void> {
  const lock = await imap.getMailboxLock(folder);
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, idleMs);
      const broken = (): void => reject(unavailable());
      const stop = (): void => resolve();
      const done = (): void => {
        clearTimeout(timer);
        imap.off('exists', stop);
        imap.off('close', broken);
        signal.removeEventListener('abort', stop);
      };
      imap.once('exists', stop);
      imap.once('close', broken);
      signal.addEventListener('abort', stop, { once: true });
      const settle = resolve;
      resolve = () => {
        done();
        settle();
      };
      // The next command ends the idling by itself.
      void imap.idle().catch(() => undefined);
    });
  } finally {
    lock.release();
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);
