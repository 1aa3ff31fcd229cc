import { TerrESanteError } from '../../errors.ts';
import { throwIfAborted, withDeadline } from '../../internal/abort.ts';
import type { Backend } from './backend.ts';
import { readCard, type CpsCard, type ReadCard } from './card-content.ts';
import { CKR } from './constants.ts';
import type { SlotView } from './engine.ts';
import { mapFailure, Pkcs11Failure, toFailure } from './failure.ts';
import type { EngineReplies, EngineRequest } from './protocol.ts';
import { SerialQueue } from './serial-queue.ts';
import { SharedWork } from './shared-work.ts';
import type { CardEvent, CardInfo, CardReader } from './types.ts';

/** One card in one reader, from the moment it is read until it is removed, changed or released. */
export interface CardSession {
  readonly card: CpsCard;
  /** Aborted with the reason when the session is over. */
  readonly over: AbortController;
  loggedInAt: number | null;
  /** Raised at each login, so that a late failure does not undo a newer one. */
  logins: number;
  login: SharedWork<number> | null;
  loggedOutByIdle: boolean;
}

export interface LinkOptions {
  readonly library: string;
  readonly module: string | null;
  readonly environment: 'test' | 'production' | undefined;
  readonly callTimeoutMs: number;
  readonly choiceTimeoutMs: number;
  startBackend(onEnd: (exit: string) => void): Backend;
  chooseCard: ((cards: readonly CardInfo[]) => Promise<number | null> | number | null) | undefined;
  emit(event: CardEvent): void;
  onSession(session: CardSession): void;
  onEnd(session: CardSession): void;
}

interface Present {
  readonly view: SlotView;
  readonly card: ReadCard;
}

/** A library that does not log out in this time is ended with its process. */
const closeTimeoutMs = 2_000;

const closed = (): TerrESanteError => new TerrESanteError('TE_CLOSED', 'Le lecteur de carte est fermé.');

/** @throws TerrESanteError why the session is over */
export function throwIfOver(session: CardSession): void {
  if (session.over.signal.aborted) throw session.over.signal.reason as TerrESanteError;
}

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
      const done = (): void => {
        if (this.#opening === opening) this.#opening = null;
      };
      opening.onSettled(done);
      return opening.join(signal);
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
      if (session.over.signal.aborted || !backend) {
        throw (session.over.signal.reason as TerrESanteError | undefined) ?? closed();
      }
      try {
        return await backend.call(request, timeoutMs);
      } catch (error) {
        throw this.#failed(session, toFailure(error, request.op));
      }
    });
  }

  async readers(signal: AbortSignal | undefined): Promise<CardReader[]> {
    return this.#queue.run(signal, async () => {
      try {
        const { present, views } = await this.#look();
        return views.map((view) => {
          const found = present.find((one) => one.view === view);
          return { name: view.name, cardPresent: found !== undefined, card: found?.card.kind ?? null };
        });
      } catch (error) {
        throw this.#failed(this.#session, error);
      }
    });
  }

  /**
   * Ends a session with the error its waiting calls get. The library is opened anew for the next
   * one.
   */
  end(session: CardSession, error: TerrESanteError): void {
    if (this.#forget(session, error)) this.#dropBackend();
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

  #forget(session: CardSession, error: TerrESanteError): boolean {
    if (this.#session !== session) return false;
    this.#session = null;
    const wasLoggedIn = session.loggedInAt !== null;
    session.loggedInAt = null;
    session.over.abort(error);
    this.#options.onEnd(session);
    if (error.code === 'TE_CARD_REMOVED') this.#options.emit({ type: 'card-removed' });
    if (wasLoggedIn) this.#options.emit({ type: 'logged-out', reason: 'session-ended' });
    return true;
  }

  #dropBackend(): void {
    this.#backend?.destroy();
    this.#backend = null;
  }

  /** Maps a failure, and ends the session when it says so. */
  #failed(session: CardSession | null, cause: unknown): TerrESanteError {
    if (cause instanceof TerrESanteError) return cause;
    if (this.#closed) return closed();
    if (session?.over.signal.aborted) {
      const { reason } = session.over.signal as { reason: unknown };
      if (reason instanceof TerrESanteError) return reason;
    }
    const { error, ends } = mapFailure(toFailure(cause, 'call'));
    if (ends) {
      if (session) this.end(session, error);
      this.#dropBackend();
    }
    return error;
  }

  async #ready(): Promise<Backend> {
    if (this.#closed) throw closed();
    if (this.#backend) return this.#backend;
    const backend = this.#options.startBackend((exit) => {
      this.#options.emit({ type: 'process-ended', exit });
      if (this.#backend !== backend) return;
      this.#backend = null;
      const session = this.#session;
      if (session) {
        this.#forget(session, mapFailure(new Pkcs11Failure({ step: 'process', reason: 'process-ended', exit })).error);
      }
    });
    this.#backend = backend;
    const { library, module, callTimeoutMs } = this.#options;
    await backend.call({ op: 'open', module, library }, callTimeoutMs);
    return backend;
  }

  /** Every reader, and what lies in those that hold something. */
  async #look(): Promise<{ backend: Backend; views: readonly SlotView[]; present: Present[] }> {
    const backend = await this.#ready();
    const { callTimeoutMs } = this.#options;
    const views = await backend.call({ op: 'slots' }, callTimeoutMs);
    const present: Present[] = [];
    for (const view of views) {
      if (!view.tokenPresent) continue;
      if (view.ckr !== null) {
        present.push({ view, card: { kind: view.ckr === CKR.USER_PIN_NOT_INITIALIZED ? 'contactless' : 'other' } });
        continue;
      }
      try {
        const content = await backend.call({ op: 'read', slot: view.slot, keep: false }, callTimeoutMs);
        present.push({ view, card: readCard(content, view.name) });
      } catch (error) {
        const failure = toFailure(error, 'read');
        if (failure.ckr === CKR.TOKEN_NOT_PRESENT) continue;
        if (failure.ckr !== CKR.TOKEN_NOT_RECOGNIZED) throw error;
        present.push({ view, card: { kind: 'other' } });
      }
    }
    return { backend, views, present };
  }

  async #openNow(signal: AbortSignal): Promise<CardSession> {
    if (this.#session) return this.#session;
    try {
      const { backend, present, views } = await this.#look();
      throwIfAborted(signal);
      const { view, card } = await this.#choose(present, views);
      throwIfAborted(signal);
      this.#accept(card);
      // Read again while the session is kept: what was shown may have been replaced meanwhile.
      const content = await backend.call({ op: 'read', slot: view.slot, keep: true }, this.#options.callTimeoutMs);
      const kept = readCard(content, view.name);
      if (kept.kind !== 'cps' || kept.fingerprint !== card.fingerprint) {
        throw new Pkcs11Failure({ step: 'read', ckr: CKR.DEVICE_REMOVED });
      }
      if (this.#closed || this.#backend !== backend) throw closed();
      const session: CardSession = {
        card: kept,
        over: new AbortController(),
        loggedInAt: null,
        logins: 0,
        login: null,
        loggedOutByIdle: false,
      };
      this.#bound = kept.fingerprint;
      this.#session = session;
      this.#options.emit({ type: 'card-opened' });
      this.#options.onSession(session);
      return session;
    } catch (error) {
      // The next call looks at the readers from the start.
      this.#dropBackend();
      throw this.#failed(null, error);
    }
  }

  async #choose(present: readonly Present[], views: readonly SlotView[]): Promise<{ view: SlotView; card: CpsCard }> {
    const cards = present.flatMap(({ view, card }) => (card.kind === 'cps' ? [{ view, card }] : []));
    const [first] = cards;
    if (!first) {
      if (present.some(({ card }) => card.kind === 'contactless')) {
        throw new Pkcs11Failure({ step: 'read', ckr: CKR.USER_PIN_NOT_INITIALIZED });
      }
      if (present.length > 0) throw new Pkcs11Failure({ step: 'read', ckr: CKR.TOKEN_NOT_RECOGNIZED });
      throw new TerrESanteError(
        'TE_CARD_ABSENT',
        views.length === 0 ? "Aucun lecteur de carte n'est branché." : "Aucune carte CPS n'est insérée.",
        { details: { readers: views.length } },
      );
    }
    const bound = cards.find(({ card }) => card.fingerprint === this.#bound);
    if (bound) return bound;
    if (cards.length === 1 || this.#bound !== null) return first;
    const index = await this.#ask(cards.map(({ card }) => card.info));
    if (index === null) throw new TerrESanteError('TE_CANCELLED', 'Choix de la carte abandonné.');
    const chosen = index === undefined ? undefined : cards[index];
    if (!chosen) {
      throw new TerrESanteError(
        'TE_INPUT_INVALID',
        "Plusieurs cartes CPS sont présentes : il faut choisir l'une d'elles.",
        {
          details: { cards: cards.length },
        },
      );
    }
    return chosen;
  }

  async #ask(cards: readonly CardInfo[]): Promise<number | null | undefined> {
    const { chooseCard, choiceTimeoutMs } = this.#options;
    if (!chooseCard) return undefined;
    return withDeadline(
      { timeoutMs: choiceTimeoutMs },
      async () => chooseCard(cards),
      "La carte n'a pas été choisie à temps.",
    );
  }

  #accept(card: CpsCard): void {
    if (this.#bound !== null && this.#bound !== card.fingerprint) {
      this.#options.emit({ type: 'card-changed' });
      throw new TerrESanteError(
        'TE_CARD_REMOVED',
        'Une autre carte CPS a remplacé la première : le nouveau professionnel doit ouvrir sa propre session.',
        { details: { change: 'other-card' } },
      );
    }
    const { environment } = this.#options;
    const own = card.info.holder.environment;
    if (environment !== undefined && own !== null && own !== environment) {
      throw new TerrESanteError(
        'TE_CERTIFICATE_INVALID',
        own === 'test'
          ? 'Carte de test refusée dans un environnement de production.'
          : 'Carte réelle refusée dans un environnement de test.',
        { details: { card: own, configured: environment } },
      );
    }
  }
}
