import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { cancelled, throwIfAborted, withDeadline, type CallOptions } from '../../internal/abort.ts';
import {
  type Checks,
  longestTimerMs,
  needed,
  optionalNumber,
  optionsOf,
  refuseArgument,
} from '../../internal/border.ts';
import {
  anyText,
  callback,
  callChecks,
  number,
  options as optionsCheck,
  record,
  signal as signalCheck,
  text,
  wait,
} from '../../internal/option-checks.ts';
import { quietly } from '../../internal/progress.ts';
import { pause } from '../../internal/wait.ts';
import { openSession, type ExchangeLimit, type ImapSession, type Place } from './imap-session.ts';
import { limitChecks, type MailLimits } from './mail-reader.ts';
import { ItemReader } from './mailbox-item.ts';
import type { Mailbox, MailboxItem, MailboxOptions, MailboxReadOptions, MailboxWatchOptions } from './mailbox-model.ts';
import { SharedOpening } from './shared-opening.ts';

/**
 * Opens nothing yet: each call connects when it must, over STARTTLS and with the given authorities
 * only. Reports are read part by part: of an embedded original, the headers alone are fetched.
 *
 * Whatever the server does, each call ends by its signal or its deadline. A message that the server
 * refuses, or at which the connection ends three times, is `unreadable`: it does not hide those
 * behind it.
 *
 * @throws TerrESanteError from the calls: `TE_TLS`, `TE_CLIENT_CERT`, `TE_AUTHN_REQUIRED` (the
 *   provider gave nothing), `TE_AUTHN_REJECTED`, `TE_NOT_FOUND` (no such folder), `TE_FORBIDDEN`,
 *   `TE_UNAVAILABLE`, `TE_RATE_LIMITED`, `TE_TIMEOUT`, `TE_PROTOCOL`, `TE_CANCELLED`, `TE_CLOSED`,
 *   and `TE_UNSUPPORTED` when the mailbox has neither token nor password, or the server takes
 *   neither.
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
 * @see RFC 9051, RFC 2177, RFC 5530
 * @group Mail reading
 */
export function createMailbox(options: MailboxOptions): Mailbox {
  return new ImapMailbox(optionsOf('options', options, mailboxChecks));
}

const mailboxChecks: Checks<MailboxOptions> = {
  server: needed(record),
  credentials: needed(record),
  folder: text,
  connectTimeoutMs: wait,
  timeoutMs: number({ min: 1, max: longestTimerMs }),
  limits: optionsCheck<MailLimits>(limitChecks),
};

const readChecks: Checks<MailboxReadOptions> = { ...callChecks, after: anyText };

const watchChecks: Checks<MailboxWatchOptions> = { ...readChecks, signal: needed(signalCheck), onError: callback };

class ImapMailbox implements Mailbox {
  readonly #timeoutMs: number;
  readonly #closing = new AbortController();
  readonly #opening: SharedOpening<ImapSession>;
  readonly #reader: ItemReader;

  constructor(options: MailboxOptions) {
    const timeoutMs = optionalNumber('timeoutMs', options.timeoutMs, 120_000, { min: 1, max: longestTimerMs });
    this.#timeoutMs = timeoutMs;
    this.#reader = new ItemReader(options.limits ?? {});
    this.#opening = new SharedOpening(
      {
        open: (signal) => openSession(options, { signal, timeoutMs }),
        isUsable: (session) => session.isUsable,
        discard: (session) => session.cut(),
      },
      this.#closing.signal,
    );
  }

  async *read(given?: MailboxReadOptions): AsyncGenerator<MailboxItem, void, undefined> {
    const { after, ...options } = optionsOf('options', given, readChecks);
    const place = placeOf('after', after);
    const call = this.#callOf(options);
    const session = await this.#session(call);

    for (const uid of await this.#told(session.uidsAfter(place, call), call)) {
      throwIfAborted(call.signal);
      const item = await this.#told(this.#reader.read(session, uid, call), call);
      if (item) yield item;
    }
  }

  async *watch(given: MailboxWatchOptions): AsyncGenerator<MailboxItem, void, undefined> {
    const { after, onError, ...options } = optionsOf('options', given, watchChecks);
    const { signal } = options;
    let cursor = after;

    for (let failures = 0; ;) {
      try {
        for await (const item of this.read({ ...options, after: cursor })) {
          yield item;
          cursor = item.cursor;
        }
        failures = 0;
        await this.#news(options);
      } catch (error) {
        if (signal.aborted) throw cancelled(signal);
        if (!isTerrESanteError(error) || !error.retryable) throw error;

        // Reconnects, less and less often.
        quietly(() => onError?.(error));
        failures += 1;
        await pause(Math.min(60_000, 500 * 2 ** failures), { signal: AbortSignal.any([signal, this.#closing.signal]) });
      }
      if (signal.aborted) throw cancelled(signal);
    }
  }

  async remove(cursor: string, given?: CallOptions): Promise<void> {
    const options = optionsOf('options', given, callChecks);
    const place = placeOf('cursor', cursor);
    const call = this.#callOf(options);
    const session = await this.#session(call);

    if (place?.validity !== session.validity) {
      throw new TerrESanteError('TE_NOT_FOUND', 'Ce message ne peut plus être désigné ainsi.');
    }
    await this.#told(session.remove(place.uid, call), call);
  }

  async verify(options?: CallOptions): Promise<void> {
    const call = this.#callOf(optionsOf('options', options, callChecks));
    const session = await this.#session(call);
    await this.#told(session.check(call), call);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const session = await this.#opening.settled();
    await session?.leave();
  }

  /** Everything ends with the mailbox too. */
  #callOf({ signal, timeoutMs = this.#timeoutMs }: CallOptions): ExchangeLimit {
    throwIfAborted(signal);
    return { signal: signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal, timeoutMs };
  }

  async #session(call: ExchangeLimit): Promise<ImapSession> {
    this.#requireOpen();
    return this.#told(
      withDeadline(call, async (signal) => this.#opening.get(signal), silent),
      call,
    );
  }

  /** A wait that the closing of the mailbox ended says so. */
  async #told<T>(work: Promise<T>, { signal }: ExchangeLimit): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (signal.aborted) this.#requireOpen();
      throw error;
    }
  }

  async #news(options: CallOptions): Promise<void> {
    const call = this.#callOf(options);
    const session = await this.#session(call);
    await this.#told(session.news(call.signal), call);
    this.#requireOpen();
  }

  #requireOpen(): void {
    if (this.#closing.signal.aborted) throw new TerrESanteError('TE_CLOSED', 'La boîte aux lettres est fermée.');
  }
}

const silent = 'La boîte aux lettres ne répond pas.';

/** A cursor: the numbering of the mailbox (UIDVALIDITY) and a number in it, both of 32 bits. */
const cursorShape = /^(?<validity>\d{1,20}):(?<uid>\d{1,10})$/;

function placeOf(name: string, cursor: string | undefined): Place | null {
  if (cursor === undefined) return null;

  const { validity, uid } = (typeof cursor === 'string' && cursorShape.exec(cursor)?.groups) || {};
  if (validity === undefined || Number(uid) >= 2 ** 32) refuseArgument(name, 'curseur de message attendu');
  return { validity, uid: Number(uid) };
}
