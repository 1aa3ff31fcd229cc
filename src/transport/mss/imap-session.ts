import type { ImapFlow } from 'imapflow';

import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { withDeadline, type CallOptions } from '../../internal/abort.ts';
import { eventOf, firstOf, pause, within } from '../../internal/wait.ts';
import { connectImap, idleMs } from './imap-connection.ts';
import { imapError, unavailable } from './imap-error.ts';
import type { MailboxOptions } from './mailbox-model.ts';

/** A place in a mailbox: its numbering (UIDVALIDITY) and a number in it. */
export interface Place {
  readonly validity: string;
  readonly uid: number;
}

/** When one exchange ends at the latest. */
export interface ExchangeLimit {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** Time that a server has to answer a LOGOUT. */
const logoutMs = 1_000;

/** Shortest time between two looks at a server that does not wait with us. */
const pollMs = 30_000;

const silent = 'La boîte aux lettres ne répond pas.';

/**
 * Connects and opens the folder.
 *
 * @param limit - its deadline is that of the folder: the connection has its own
 */
export async function openSession(options: MailboxOptions, limit: ExchangeLimit): Promise<ImapSession> {
  const imap = await connectImap(options, limit.signal);

  try {
    await withDeadline(limit, async () => imap.mailboxOpen(options.folder ?? 'INBOX'), silent);
  } catch (error) {
    imap.close();
    throw imapError(error);
  }
  return new ImapSession(imap);
}

/**
 * One connection, authenticated, with its folder open. Every exchange ends by its signal or its
 * deadline; a server that has left one unanswered is not asked again.
 */
export class ImapSession {
  readonly #imap: ImapFlow;
  /** Numbering of the folder; other numbers mean another one. `0`: the server gives none. */
  readonly validity: string;
  #running = 0;

  constructor(imap: ImapFlow) {
    this.#imap = imap;
    this.validity = String((imap.mailbox && imap.mailbox.uidValidity) || 0);
  }

  get isUsable(): boolean {
    return this.#imap.usable && this.#imap.mailbox !== false;
  }

  /** Does one exchange. What stays unanswered ends the connection, unless others use it. */
  async run<T>(work: (imap: ImapFlow) => Promise<T>, call: CallOptions): Promise<T> {
    this.#running += 1;
    try {
      const result = await withDeadline(call, async () => work(this.#imap), silent);
      // For the library, what is asked of a connection that has ended has no answer: an empty one.
      if (!this.isUsable) throw unavailable();
      return result;
    } catch (error) {
      const isLeft = isTerrESanteError(error) && (error.code === 'TE_TIMEOUT' || error.code === 'TE_CANCELLED');
      if (isLeft && this.#running === 1) this.#imap.close();
      throw imapError(error);
    } finally {
      this.#running -= 1;
    }
  }

  /** Numbers of the messages behind a place, oldest first. */
  async uidsAfter(place: Place | null, call: CallOptions): Promise<readonly number[]> {
    // Another validity means other numbers: everything is read again, and known reports change
    // nothing.
    const last = place?.validity === this.validity ? place.uid : 0;

    const found = await this.run(async (imap) => {
      // A server may tell of new messages only when it is asked (RFC 9051, section 6.1.2).
      await imap.noop();
      return imap.search({ uid: `${String(last + 1)}:*` }, { uid: true });
    }, call);

    // A refusal is no empty mailbox.
    if (!found) throw imapError({ responseStatus: 'NO' });
    // `n:*` also gives the last message when it is older.
    return found.filter((uid) => uid > last).sort((a, b) => a - b);
  }

  /** Removes one message; one that is not there any more is removed. */
  async remove(uid: number, call: CallOptions): Promise<void> {
    await this.run(async (imap) => removeOne(imap, uid), call);
  }

  /** @throws TerrESanteError `TE_UNAVAILABLE`, `TE_TIMEOUT`, `TE_CANCELLED` */
  async check(call: CallOptions): Promise<void> {
    await this.run(async (imap) => imap.noop(), call);
    if (!this.isUsable) throw unavailable();
  }

  /** Ends when a message came, when it is time to look, or when the signal fires. */
  async news(signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);

    const idle = async (): Promise<void> => {
      // Refused, or ended by the server: looked at from time to time. The next command ends an IDLE
      // by itself.
      await this.#imap.idle().catch(() => undefined);
      await pause(pollMs, { signal: either });
    };
    const event = eventOf(this.#imap, ['exists'], {
      failures: ['close', 'mailboxClose'],
      failed: () => unavailable(),
      signal: either,
      timeoutMs: idleMs,
    });

    try {
      await firstOf<unknown>([event, idle()]);
    } catch (error) {
      const isOver = isTerrESanteError(error) && (error.code === 'TE_TIMEOUT' || error.code === 'TE_CANCELLED');
      if (!isOver) throw error;
    } finally {
      event.catch(() => undefined);
      over.abort();
    }
  }

  cut(): void {
    this.#imap.close();
  }

  /** Takes leave, and does not wait long for the answer. */
  async leave(): Promise<void> {
    await within(this.#imap.logout(), logoutMs, unavailable).catch(() => undefined);
    this.#imap.close();
  }
}

/**
 * Marks the message and removes it. Without UIDPLUS (RFC 4315) a server can only remove everything
 * that is marked: what another program marked would go with it.
 */
async function removeOne(imap: ImapFlow, uid: number): Promise<void> {
  if (!imap.capabilities.has('UIDPLUS') && !imap.capabilities.has('IMAP4REV2')) {
    const marked = await imap.search({ deleted: true }, { uid: true });
    if (!marked || marked.some((other) => other !== uid)) {
      throw new TerrESanteError(
        'TE_UNSUPPORTED',
        "Le serveur de messagerie ne sait pas retirer ce message sans d'autres : rien n'est retiré.",
      );
    }
  }

  if (!(await imap.messageDelete(String(uid), { uid: true }))) {
    throw new TerrESanteError('TE_UNAVAILABLE', "Le serveur de messagerie n'a pas retiré le message.");
  }
}
