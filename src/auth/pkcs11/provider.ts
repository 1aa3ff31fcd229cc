import { TerrESanteError } from '../../errors.ts';
import { withDeadline, type CallOptions } from '../../internal/abort.ts';
import type { SignatureAlgorithm, SigningProvider } from '../provider.ts';
import type { CardKey } from './card-content.ts';
import { CardLink } from './card-link.ts';
import { findLibrary } from './library.ts';
import { CardLogin } from './login.ts';
import { readPractice } from './practices.ts';
import type { CardSession } from './session.ts';
import { readSettings } from './settings.ts';
import type { CardInfo, CardPractice, CardReader, Pkcs11Provider, Pkcs11ProviderOptions } from './types.ts';
import { CardWatch } from './watch.ts';
import { optionsOf } from '../../internal/border.ts';
import { callChecks } from '../../internal/option-checks.ts';
import { cardChecks } from './option-checks.ts';

type KeyUse = 'signature' | 'authentication';

/** One call of the host, whose options are checked. */
async function bounded<T>(options: CallOptions | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return withDeadline(optionsOf('options', options, callChecks), work);
}

class CardProvider implements Pkcs11Provider {
  readonly kind = 'pkcs11';
  readonly authentication: SigningProvider;
  readonly #link: CardLink;
  readonly #login: CardLogin;
  readonly #watch: CardWatch;
  #closing: Promise<void> | null = null;

  constructor(options: Pkcs11ProviderOptions) {
    const settings = readSettings(options);

    this.#link = new CardLink({
      library: findLibrary(options.library),
      module: settings.moduleFile,
      environment: options.environment,
      callTimeoutMs: settings.callTimeoutMs,
      choiceTimeoutMs: settings.pinTimeoutMs,
      chooseCard: options.chooseCard,
      startBackend: (onEnd) => settings.startBackend(onEnd),
      emit: (event) => settings.emit(event),
      onSession: (session) => this.#watch.start(session),
      onEnd: () => this.#stopTimers(),
    });
    this.#login = new CardLogin(this.#link, settings);
    this.#watch = new CardWatch(this.#link, settings);

    this.authentication = {
      kind: 'pkcs11',
      certificates: (callOptions) => this.#certificates('authentication', callOptions),
      sign: (algorithm, data, callOptions) => this.#sign('authentication', algorithm, data, callOptions),
    };
  }

  get loggedInAt(): number | null {
    return this.#link.session?.loggedInAt ?? null;
  }

  readers(options?: CallOptions): Promise<readonly CardReader[]> {
    return bounded(options, (signal) => this.#link.readers(signal));
  }

  card(options?: CallOptions): Promise<CardInfo> {
    return bounded(options, async (signal) => (await this.#link.open(signal)).card.info);
  }

  certificates(options?: CallOptions): Promise<readonly Uint8Array[]> {
    return this.#certificates('signature', options);
  }

  sign(algorithm: SignatureAlgorithm, data: Uint8Array, options?: CallOptions): Promise<Uint8Array> {
    return this.#sign('signature', algorithm, data, options);
  }

  practices(options?: CallOptions): Promise<readonly CardPractice[]> {
    return this.#loggedIn(options, async (session, signal) => {
      const objects = await this.#link.call(session, { op: 'practices' }, signal);
      return objects.map(({ index, value }) => readPractice(index, value));
    });
  }

  login(options?: CallOptions): Promise<number> {
    return bounded(options, async (signal) => {
      const session = await this.#link.open(signal);
      // The card may have left the reader since the last look at it.
      if (session.loggedInAt !== null) await this.#watch.look(session, signal);
      return this.#login.login(session, signal);
    });
  }

  logout(options?: CallOptions): Promise<void> {
    return bounded(options, async (signal) => {
      const { session } = this.#link;
      if (session) await this.#login.logout(session, 'requested', signal);
    });
  }

  release(options?: CallOptions): Promise<void> {
    return bounded(options, () =>
      this.#link.release(new TerrESanteError('TE_CANCELLED', 'La session de la carte a été libérée.')),
    );
  }

  close(): Promise<void> {
    this.#closing ??= this.#link.close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #certificates(use: KeyUse, options: CallOptions | undefined): Promise<readonly Uint8Array[]> {
    return bounded(options, async (signal) => {
      const { der } = keyOf(await this.#link.open(signal), use);
      return [Uint8Array.from(der)];
    });
  }

  #sign(
    use: KeyUse,
    algorithm: SignatureAlgorithm,
    data: Uint8Array,
    options: CallOptions | undefined,
  ): Promise<Uint8Array> {
    // Narrowed by the type; a caller in JavaScript may still ask for another.
    if ((algorithm as string) !== 'rsa-sha256') {
      return Promise.reject(
        new TerrESanteError('TE_MECHANISM_UNSUPPORTED', 'Seule la signature RSA avec SHA-256 est prise en charge.'),
      );
    }

    // Copied now: the caller may reuse its buffer while the PIN is asked.
    const copy = Uint8Array.from(data);
    return this.#loggedIn(options, async (session, signal) => {
      const { id } = keyOf(session, use);
      const signature = await this.#link.call(session, { op: 'sign', key: id, data: copy }, signal);
      this.#login.restartTimer(session);
      return Uint8Array.from(signature);
    });
  }

  /** Does a work that needs the PIN. When the card was reset meanwhile, it logs in again, once. */
  #loggedIn<T>(
    options: CallOptions | undefined,
    work: (session: CardSession, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return bounded(options, async (signal) => {
      const session = await this.#link.open(signal);
      await this.#login.login(session, signal);
      const { logins } = session;

      try {
        return await work(session, signal);
      } catch (error) {
        if (!isLoginLost(error) || session.over.signal.aborted) throw error;

        // Another call may have logged in again meanwhile.
        if (session.logins === logins) session.loggedInAt = null;
      }

      await this.#login.login(session, signal, true);
      return work(session, signal);
    });
  }

  #stopTimers(): void {
    this.#login.stopTimer();
    this.#watch.stop();
  }
}

function keyOf({ card }: CardSession, use: KeyUse): CardKey {
  const key = card[use];
  if (!key) {
    throw new TerrESanteError('TE_CERTIFICATE_INVALID', "Cette carte ne porte pas de certificat d'authentification.");
  }

  return key;
}

function isLoginLost(error: unknown): boolean {
  return error instanceof TerrESanteError && error.details['ckr'] === 'CKR_USER_NOT_LOGGED_IN';
}

/**
 * A CPS card through the PKCS#11 library of the Cryptolib CPS.
 *
 * The library runs in a child process by default. Nothing is loaded and no card is
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
  return new CardProvider(optionsOf('options', options, cardChecks));
}
