import { TerrESanteError } from '../../errors.ts';
import { throwIfAborted } from '../../internal/abort.ts';
import type { Backend } from './backend.ts';
import { readCard, type CpsCard } from './card-content.ts';
import { chooseCard, type ChosenCard } from './choose.ts';
import { CKR } from './constants.ts';
import { mapFailure, Pkcs11Failure, toFailure } from './failure.ts';
import { lookAtReaders } from './look.ts';
import type { EngineReplies, EngineRequest } from './protocol.ts';
import { SerialQueue } from './serial-queue.ts';
import { endOf, newSession, type CardSession } from './session.ts';
import type { TokenLogin } from './shared-library.ts';
import { SharedWork } from './shared-work.ts';
import type { CardEvent, CardReader, Pkcs11ProviderOptions } from './types.ts';

export interface LinkOptions {
  readonly library: string;
  /** Path of the file whose class is used in place of ours on `koffi`. */
  readonly module: string | null;
  readonly environment: 'test' | 'production' | undefined;
  readonly callTimeoutMs: number;
  readonly choiceTimeoutMs: number;
  readonly chooseCard: Pkcs11ProviderOptions['chooseCard'];
  startBackend(onEnd: (exit: string) => void): Backend;
  emit(event: CardEvent): void;
  onSession(session: CardSession): void;
  onEnd(session: CardSession): void;
}

/** A library that does not log out in this time is ended with its process. */
const closeTimeoutMs = 2_000;

const closed = (): TerrESanteError => new TerrESanteError('TE_CLOSED', 'Le lecteur de carte est fermé.');

/** Owns the process that speaks to the library, and the one session on a card. */
export class CardLink {
  readonly #options: LinkOptions;
  readonly #queue = new SerialQueue();
  #backend: Backend | null = null;
  #session: CardSession | null = null;
  #opening: SharedWork<CardSession> | null = null;
  /** Fingerprint of the first card: another professional never inherits this provider. */
  #bound: string | null = null;
  #closed = false;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get session(): CardSession | null {
    return this.#session;
  }

  /** No call is under way or waits. */
  get idle(): boolean {
    return this.#queue.idle;
  }

  /** The open session, or a new one on the card that is there. */
  async open(signal: AbortSignal | undefined): Promise<CardSession> {
    if (this.#closed) throw closed();
    if (this.#session) return this.#session;

    if (!this.#opening || this.#opening.abandoned) {
      const opening = new SharedWork((shared) => this.#queue.run(shared, () => this.#openNow(shared)));
      this.#opening = opening;
      opening.onSettled(() => {
        if (this.#opening === opening) this.#opening = null;
      });
    }

    return this.#opening.join(signal);
  }

  /** One call on a session, after those already asked. */
  call<R extends EngineRequest>(
    session: CardSession,
    request: R,
    signal: AbortSignal | undefined,
    timeoutMs: number = this.#options.callTimeoutMs,
  ): Promise<EngineReplies[R['op']]> {
    return this.#queue.run(signal, async () => {
      const backend = this.#backend;
      if (session.over.signal.aborted || !backend) throw endOf(session) ?? closed();

      try {
        return await backend.call(request, timeoutMs);
      } catch (error) {
        throw this.#failed(session, toFailure(error, request.op));
      }
    });
  }

  /**
   * Does a login, after those that other providers of this process have under way on the token. The
   * work gets what they share, `null` when the library runs in a child.
   */
  loginTurn<T>(signal: AbortSignal, work: (token: TokenLogin | null) => Promise<T>): Promise<T> {
    const token = this.#backend?.token ?? null;
    return token ? token.inTurn(signal, () => work(token)) : work(null);
  }

  /** Every reader and what lies in it. */
  readers(signal: AbortSignal | undefined): Promise<CardReader[]> {
    return this.#queue.run(signal, async () => {
      try {
        const { present, views } = await lookAtReaders(await this.#ready(), this.#options.callTimeoutMs);

        return views.map((view) => {
          const found = present.find((entry) => entry.view === view);
          return { name: view.name, cardPresent: found !== undefined, card: found?.card.kind ?? null };
        });
      } catch (error) {
        throw this.#failed(this.#session, error);
      }
    });
  }

  /** Logs out in good order and forgets the holder. */
  async release(error: TerrESanteError): Promise<void> {
    const backend = this.#backend;
    this.#backend = null;
    if (this.#session) this.#forget(this.#session, error);
    this.#bound = null;

    await backend?.close(Math.min(this.#options.callTimeoutMs, closeTimeoutMs));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.release(closed());
  }

  /** Ends the session, with the error that its waiting calls get. */
  #forget(session: CardSession, error: TerrESanteError): void {
    if (this.#session !== session) return;
    this.#session = null;

    const wasLoggedIn = session.loggedInAt !== null;
    session.loggedInAt = null;
    session.over.abort(error);

    this.#options.onEnd(session);
    if (error.code === 'TE_CARD_REMOVED') this.#options.emit({ type: 'card-removed' });
    if (wasLoggedIn) this.#options.emit({ type: 'logged-out', reason: 'session-ended' });
  }

  /** Ends the process without a word: the library is opened anew for the next call. */
  #dropBackend(): void {
    this.#backend?.destroy();
    this.#backend = null;
  }

  /** Maps a failure, and ends the session when the failure means that. */
  #failed(session: CardSession | null, cause: unknown): TerrESanteError {
    if (cause instanceof TerrESanteError) return cause;
    if (this.#closed) return closed();

    const over = session && endOf(session);
    if (over) return over;

    const { error, ends } = mapFailure(toFailure(cause, 'call'));
    if (ends) {
      if (session) this.#forget(session, error);
      this.#dropBackend();
    }
    return error;
  }

  /** The running process, or a new one with the library opened in it. */
  async #ready(): Promise<Backend> {
    if (this.#closed) throw closed();
    if (this.#backend) return this.#backend;

    const backend = this.#options.startBackend((exit) => {
      this.#options.emit({ type: 'process-ended', exit });
      if (this.#backend === backend) this.#processEnded(exit);
    });
    this.#backend = backend;

    const { library, module, callTimeoutMs } = this.#options;
    await backend.call({ op: 'open', module, library }, callTimeoutMs);
    return backend;
  }

  #processEnded(exit: string): void {
    this.#backend = null;
    if (!this.#session) return;

    const failure = new Pkcs11Failure({ step: 'process', reason: 'process-ended', exit });
    this.#forget(this.#session, mapFailure(failure).error);
  }

  async #openNow(signal: AbortSignal): Promise<CardSession> {
    if (this.#session) return this.#session;

    try {
      const { callTimeoutMs, choiceTimeoutMs, chooseCard: choose } = this.#options;
      const backend = await this.#ready();
      const readers = await lookAtReaders(backend, callTimeoutMs);
      throwIfAborted(signal);

      const chosen = await chooseCard(readers, { bound: this.#bound, chooseCard: choose, timeoutMs: choiceTimeoutMs });
      throwIfAborted(signal);
      this.#accept(chosen.card);

      const card = await this.#keep(backend, chosen);
      return this.#begin(card);
    } catch (error) {
      // The next call looks at the readers from the start.
      this.#dropBackend();
      throw this.#failed(null, error);
    }
  }

  /** Reads the card again with a session that stays open: it may have been replaced meanwhile. */
  async #keep(backend: Backend, { view, card }: ChosenCard): Promise<CpsCard> {
    const content = await backend.call({ op: 'read', slot: view.slot, keep: true }, this.#options.callTimeoutMs);

    const kept = readCard(content, view.name);
    if (kept.kind !== 'cps' || kept.fingerprint !== card.fingerprint) {
      throw new Pkcs11Failure({ step: 'read', ckr: CKR.DEVICE_REMOVED });
    }

    if (this.#closed || this.#backend !== backend) throw closed();
    return kept;
  }

  #begin(card: CpsCard): CardSession {
    const session = newSession(card);
    this.#bound = card.fingerprint;
    this.#session = session;

    this.#options.emit({ type: 'card-opened' });
    this.#options.onSession(session);
    return session;
  }

  /** Refuses the card of another professional, and a card of the other environment. */
  #accept(card: CpsCard): void {
    if (this.#bound !== null && this.#bound !== card.fingerprint) {
      this.#options.emit({ type: 'card-changed' });
      throw otherCard();
    }

    const { environment } = this.#options;
    const own = card.info.holder.environment;
    if (environment !== undefined && own !== null && own !== environment) throw otherEnvironment(own, environment);
  }
}

function otherCard(): TerrESanteError {
  return new TerrESanteError(
    'TE_CARD_REMOVED',
    'Une autre carte CPS a remplacé la première : le nouveau professionnel doit ouvrir sa propre session.',
    { details: { change: 'other-card' } },
  );
}

function otherEnvironment(own: 'test' | 'production', configured: 'test' | 'production'): TerrESanteError {
  return new TerrESanteError(
    'TE_CERTIFICATE_INVALID',
    own === 'test'
      ? 'Carte de test refusée dans un environnement de production.'
      : 'Carte réelle refusée dans un environnement de test.',
    { details: { card: own, configured } },
  );
}
