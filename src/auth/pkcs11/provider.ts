import { isAbsolute } from 'node:path';
import { TerrESanteError } from '../../errors.ts';
import { throwIfAborted, withDeadline, type CallOptions } from '../../internal/abort.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import type { SignatureAlgorithm, SigningProvider } from '../provider.ts';
import { inProcessBackend } from './backend.ts';
import { pinState } from './card-content.ts';
import { CardLink, type CardSession } from './card-link.ts';
import { childBackend, defaultChildFile } from './child-backend.ts';
import { findLibrary } from './library.ts';
import { acceptPin } from './pin.ts';
import { readPractice } from './practices.ts';
import { SharedWork } from './shared-work.ts';
import type {
  CardEvent,
  CardInfo,
  CardPractice,
  CardReader,
  PinAnswer,
  PinState,
  Pkcs11Provider,
  Pkcs11ProviderOptions,
} from './types.ts';

const invalid = (option: string, message: string): TerrESanteError =>
  new TerrESanteError('TE_CONFIG_INVALID', message, { details: { option } });

class CardProvider implements Pkcs11Provider {
  readonly kind = 'pkcs11';
  readonly authentication: SigningProvider;
  readonly #options: Pkcs11ProviderOptions;
  readonly #link: CardLink;
  readonly #runtime: Runtime;
  readonly #idleTimeoutMs: number;
  readonly #pollMs: number;
  readonly #pinTimeoutMs: number;
  readonly #pinLength: readonly [number, number];
  #idleTimer: NodeJS.Timeout | undefined;
  #pollTimer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | null = null;

  constructor(options: Pkcs11ProviderOptions) {
    const { isolation = 'child-process', module, pinLength = [4, 4] } = options;
    if (typeof module === 'object' && isolation === 'child-process') {
      throw invalid('module', 'Un module PKCS#11 déjà chargé ne peut servir que dans le processus.');
    }
    if (typeof module === 'string' && !isAbsolute(module)) {
      throw invalid('module', 'Le chemin du module doit être absolu.');
    }
    if (options.childFile !== undefined && !isAbsolute(options.childFile)) {
      throw invalid('childFile', 'Le chemin du fichier du processus enfant doit être absolu.');
    }
    if (!(pinLength[0] >= 1 && pinLength[0] <= pinLength[1] && pinLength[1] <= 32)) {
      throw invalid('pinLength', 'Longueurs du code porteur incohérentes.');
    }
    this.#options = options;
    this.#runtime = options.runtime ?? systemRuntime;
    this.#pinLength = pinLength;
    this.#pinTimeoutMs = options.pinTimeoutMs ?? 120_000;
    this.#idleTimeoutMs = options.idleTimeoutMs ?? 900_000;
    this.#pollMs = options.pollMs === 0 ? 0 : Math.max(1_000, options.pollMs ?? 2_000);
    this.#link = new CardLink({
      library: findLibrary(options.library),
      module: typeof module === 'string' ? module : null,
      environment: options.environment,
      callTimeoutMs: options.callTimeoutMs ?? 20_000,
      choiceTimeoutMs: this.#pinTimeoutMs,
      chooseCard: options.chooseCard,
      startBackend: (onEnd) =>
        isolation === 'in-process'
          ? inProcessBackend(typeof module === 'object' ? module : null)
          : childBackend(options.childFile ?? defaultChildFile(), options.childEnv ?? {}, onEnd),
      emit: (event) => this.#emit(event),
      onSession: (session) => this.#watch(session),
      onEnd: () => this.#stopTimers(),
    });
    this.authentication = {
      kind: 'pkcs11',
      certificates: (callOptions) => this.#certificates('authentication', callOptions),
      sign: (algorithm, data, callOptions) => this.#sign('authentication', algorithm, data, callOptions),
    };
  }

  get loggedInAt(): number | null {
    return this.#link.session?.loggedInAt ?? null;
  }

  readers(options: CallOptions = {}): Promise<readonly CardReader[]> {
    return withDeadline(options, (signal) => this.#link.readers(signal));
  }

  card(options: CallOptions = {}): Promise<CardInfo> {
    return withDeadline(options, async (signal) => (await this.#link.open(signal)).card.info);
  }

  certificates(options?: CallOptions): Promise<readonly Uint8Array[]> {
    return this.#certificates('signature', options);
  }

  sign(algorithm: SignatureAlgorithm, data: Uint8Array, options?: CallOptions): Promise<Uint8Array> {
    return this.#sign('signature', algorithm, data, options);
  }

  practices(options: CallOptions = {}): Promise<readonly CardPractice[]> {
    return this.#loggedIn(options, async (session, signal) => {
      const objects = await this.#link.call(session, { op: 'practices' }, signal);
      return objects.map(({ index, value }) => readPractice(index, value));
    });
  }

  login(options: CallOptions = {}): Promise<number> {
    return withDeadline(options, async (signal) => {
      const session = await this.#link.open(signal);
      return this.#login(session, signal);
    });
  }

  logout(options: CallOptions = {}): Promise<void> {
    return withDeadline(options, async (signal) => {
      const { session } = this.#link;
      if (session) await this.#logout(session, 'requested', signal);
    });
  }

  release(options: CallOptions = {}): Promise<void> {
    return withDeadline(options, () =>
      this.#link.release(new TerrESanteError('TE_CANCELLED', 'La session de la carte a été libérée.')),
    );
  }

  close(): Promise<void> {
    this.#closing ??= this.#link.close();
    return this.#closing;
  }

  #certificates(use: 'signature' | 'authentication', options: CallOptions = {}): Promise<readonly Uint8Array[]> {
    return withDeadline(options, async (signal) => {
      const { der } = this.#key(await this.#link.open(signal), use);
      return [Uint8Array.from(der)];
    });
  }

  #sign(
    use: 'signature' | 'authentication',
    algorithm: SignatureAlgorithm,
    data: Uint8Array,
    options: CallOptions = {},
  ): Promise<Uint8Array> {
    // Narrowed by the type; a caller in JavaScript may still ask for another.
    if ((algorithm as string) !== 'rsa-sha256') {
      return Promise.reject(
        new TerrESanteError('TE_MECHANISM_UNSUPPORTED', 'Seule la signature RSA avec SHA-256 est prise en charge.'),
      );
    }
    const copy = Uint8Array.from(data);
    return this.#loggedIn(options, async (session, signal) => {
      const { id } = this.#key(session, use);
      const signature = await this.#link.call(session, { op: 'sign', key: id, data: copy }, signal);
      this.#restartIdle(session);
      return Uint8Array.from(signature);
    });
  }

  #key({ card }: CardSession, use: 'signature' | 'authentication'): { readonly id: string; readonly der: Uint8Array } {
    const key = card[use];
    if (!key) {
      throw new TerrESanteError('TE_CERTIFICATE_INVALID', "Cette carte ne porte pas de certificat d'authentification.");
    }
    return key;
  }

  /** Runs a work that needs the PIN. When the card was reset it asks again, once. */
  #loggedIn<T>(options: CallOptions, work: (session: CardSession, signal: AbortSignal) => Promise<T>): Promise<T> {
    return withDeadline(options, async (signal) => {
      const session = await this.#link.open(signal);
      for (let again = false; ; again = true) {
        await this.#login(session, signal, again);
        const { logins } = session;
        try {
          return await work(session, signal);
        } catch (error) {
          const lost = error instanceof TerrESanteError && error.details['ckr'] === 'CKR_USER_NOT_LOGGED_IN';
          if (!lost || again || session.over.signal.aborted) throw error;
          // Another call may have logged in again meanwhile.
          if (session.logins === logins) session.loggedInAt = null;
        }
      }
    });
  }

  /** One prompt whatever the number of calls that wait; its failure is theirs. */
  async #login(session: CardSession, signal: AbortSignal, lost = false): Promise<number> {
    if (session.loggedInAt !== null) return session.loggedInAt;
    if (!session.login || session.login.abandoned) {
      const login = new SharedWork((shared) => this.#loginNow(session, lost, shared));
      session.login = login;
      const done = (): void => {
        if (session.login === login) session.login = null;
      };
      login.onSettled(done);
    }
    return session.login.join(signal);
  }

  async #loginNow(session: CardSession, lost: boolean, shared: AbortSignal): Promise<number> {
    const { pinPad } = session.card.info;
    const { flags } = await this.#link.call(session, { op: 'state' }, shared);
    const state = pinState(flags);
    if (state === 'locked') {
      this.#emit({ type: 'pin-locked' });
      throw new TerrESanteError(
        'TE_PIN_LOCKED',
        'Code porteur bloqué. Débloquez la carte avec son code de déblocage.',
        {
          details: { pin: state },
        },
      );
    }
    const pin = acceptPin(await this.#ask(session, lost, state, shared), state, pinPad, this.#pinLength);
    try {
      throwIfOver(session);
      throwIfAborted(shared);
      // Once presented, the PIN is waited for even if nobody waits any more: the card's state must
      // stay known.
      const timeoutMs = pinPad ? this.#pinTimeoutMs : undefined;
      await this.#link.call(session, { op: 'login', pin }, undefined, timeoutMs);
    } catch (error) {
      throw await this.#refused(session, error);
    } finally {
      pin?.fill(0);
    }
    const now = this.#runtime.clock.now();
    session.loggedInAt = now;
    session.logins += 1;
    session.loggedOutByIdle = false;
    this.#restartIdle(session);
    this.#emit({ type: 'logged-in' });
    if (shared.aborted) await this.#logout(session, 'requested', undefined);
    return now;
  }

  async #ask(
    session: CardSession,
    lost: boolean,
    state: PinState,
    shared: AbortSignal,
  ): Promise<PinAnswer | undefined> {
    const { holder, pinPad } = session.card.info;
    const signal = AbortSignal.any([shared, session.over.signal]);
    const reason = lost ? 'session-lost' : session.loggedOutByIdle ? 'idle' : 'login';
    try {
      return await withDeadline(
        { signal, timeoutMs: this.#pinTimeoutMs },
        async (prompt) => {
          try {
            return await this.#options.onPinRequired({ reason, pin: state, pinPad, holder, signal: prompt });
          } catch {
            // Nothing of the host's error is kept: it may quote the PIN.
            throw new TerrESanteError('TE_PIN_REQUIRED', 'La demande du code porteur a échoué.');
          }
        },
        "Le code porteur n'a pas été saisi à temps.",
      );
    } catch (error) {
      throwIfOver(session);
      throw error;
    }
  }

  /** Tells how many tries are left, as far as the card says it. */
  async #refused(session: CardSession, error: unknown): Promise<unknown> {
    if (!(error instanceof TerrESanteError)) return error;
    if (error.code === 'TE_PIN_LOCKED') this.#emit({ type: 'pin-locked' });
    if (error.code !== 'TE_PIN_INCORRECT') return error;
    let pin: PinState | null = null;
    try {
      pin = pinState((await this.#link.call(session, { op: 'state' }, undefined)).flags);
    } catch {
      // The refusal is what the caller must learn; the next call tells what became of the card.
    }
    if (pin === 'locked') this.#emit({ type: 'pin-locked' });
    const message =
      pin === 'locked'
        ? 'Code porteur incorrect : la carte est maintenant bloquée.'
        : pin === 'final'
          ? 'Code porteur incorrect. Il reste un seul essai avant le blocage de la carte.'
          : 'Code porteur incorrect.';
    return new TerrESanteError('TE_PIN_INCORRECT', message, { details: { ...error.details, pin } });
  }

  async #logout(session: CardSession, reason: 'idle' | 'requested', signal: AbortSignal | undefined): Promise<void> {
    if (session.loggedInAt === null) return;
    session.loggedInAt = null;
    session.loggedOutByIdle = reason === 'idle';
    clearTimeout(this.#idleTimer);
    this.#emit({ type: 'logged-out', reason });
    await this.#link.call(session, { op: 'logout' }, signal);
  }

  #restartIdle(session: CardSession): void {
    clearTimeout(this.#idleTimer);
    if (this.#idleTimeoutMs === 0 || session.over.signal.aborted) return;
    this.#idleTimer = setTimeout(() => {
      this.#logout(session, 'idle', undefined).catch(() => undefined);
    }, this.#idleTimeoutMs);
    this.#idleTimer.unref();
  }

  #watch(session: CardSession): void {
    if (this.#pollMs === 0) return;
    this.#pollTimer = setInterval(() => {
      if (this.#link.idle) void this.#look(session);
    }, this.#pollMs);
    this.#pollTimer.unref();
  }

  /** A failure ends the session by itself; what is left to see is a login that the card forgot. */
  async #look(session: CardSession): Promise<void> {
    const { logins } = session;
    try {
      const { loggedIn } = await this.#link.call(session, { op: 'state' }, undefined);
      if (loggedIn || session.loggedInAt === null || session.logins !== logins) return;
      session.loggedInAt = null;
      this.#emit({ type: 'logged-out', reason: 'session-ended' });
    } catch {
      // Told by `card-removed` or `process-ended`.
    }
  }

  #stopTimers(): void {
    clearTimeout(this.#idleTimer);
    clearInterval(this.#pollTimer);
  }

  #emit(event: CardEvent): void {
    try {
      this.#options.onEvent?.(event);
    } catch {
      // A listener's failure is not the card's.
    }
  }
}

function throwIfOver(session: CardSession): void {
  if (session.over.signal.aborted) throw session.over.signal.reason as TerrESanteError;
}

/**
 * A CPS card through the PKCS#11 library of the Cryptolib CPS.
 *
 * The library runs in a child process unless told otherwise. Nothing is loaded and no card is
 * touched before the first call. Calls may be made at the same time: they reach the card one by
 * one, and one PIN prompt serves all that wait for it. The PIN is asked through {@link
 * Pkcs11ProviderOptions.onPinRequired}, used once and forgotten; a refused PIN is never presented
 * again.
 *
 * Calls reject with `TE_CARD_ABSENT`, `TE_CARD_REMOVED`, `TE_NOT_A_CPS_CARD`,
 * `TE_CONTACTLESS_NOT_SUPPORTED`, `TE_PIN_INCORRECT` (`details.pin` says what is left),
 * `TE_PIN_INVALID`, `TE_PIN_LOCKED`, `TE_PIN_REQUIRED`, `TE_CANCELLED`, `TE_MECHANISM_UNSUPPORTED`,
 * `TE_SIGNATURE_FAILED`, `TE_CERTIFICATE_INVALID`, `TE_MIDDLEWARE_ERROR` (`details.number` is the
 * library's), `TE_PEER_MISSING`, `TE_TIMEOUT`, `TE_CLOSED`.
 *
 * @throws TerrESanteError `TE_CONFIG_INVALID`
 * @example
 * ```ts
 * // not run: needs a card
 * import { createPkcs11Provider } from 'terr-esante-sdk/auth';
 *
 * const card = createPkcs11Provider({
 *   onPinRequired: async ({ pin, signal }) => {
 *     if (pin === 'final') return null; // one error more blocks the card: ask the user first
 *     return askPin(signal);
 *   },
 *   onEvent: (event) => console.log(event.type),
 * });
 * const signature = await card.sign('rsa-sha256', new TextEncoder().encode('…'));
 * await card.close();
 *
 * declare function askPin(signal: AbortSignal): Promise<string | null>;
 * ```
 *
 * @see ANS, Cryptolib CPS v5, external specification of the PKCS#11 module; PKCS #11 v2.20
 * @group PKCS#11
 */
export function createPkcs11Provider(options: Pkcs11ProviderOptions): Pkcs11Provider {
  return new CardProvider(options);
}
