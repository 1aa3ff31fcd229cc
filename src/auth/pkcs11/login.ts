import { TerrESanteError } from '../../errors.ts';
import { throwIfAborted, withDeadline } from '../../internal/abort.ts';
import { Alarm } from '../../internal/wait.ts';
import { pinState } from './card-content.ts';
import type { CardLink } from './card-link.ts';
import { acceptPin } from './pin.ts';
import { throwIfOver, type CardSession } from './session.ts';
import type { CardSettings } from './settings.ts';
import type { TokenLogin } from './shared-library.ts';
import { SharedWork } from './shared-work.ts';
import type { PinAnswer, PinRequest, PinState } from './types.ts';

/** Asks the PIN, logs in and out, and logs out by itself after some time without a signature. */
export class CardLogin {
  readonly #link: CardLink;
  readonly #settings: CardSettings;
  readonly #idle = new Alarm();

  constructor(link: CardLink, settings: CardSettings) {
    this.#link = link;
    this.#settings = settings;
  }

  /**
   * Logs in unless the session is logged in already: one prompt for all the calls that wait, and
   * its failure is that of all of them.
   *
   * @param lost - The card forgot a login and asks again.
   * @returns the time of the login, in milliseconds since 1970
   */
  async login(session: CardSession, signal: AbortSignal, lost = false): Promise<number> {
    if (session.loggedInAt !== null) return session.loggedInAt;

    if (!session.login || session.login.abandoned) {
      const login = new SharedWork((shared) =>
        this.#link.loginTurn(shared, (token) => this.#loginNow(session, lost, token, shared)),
      );
      session.login = login;
      login.onSettled(() => {
        if (session.login === login) session.login = null;
      });
    }

    return session.login.join(signal);
  }

  async logout(session: CardSession, reason: 'idle' | 'requested', signal: AbortSignal | undefined): Promise<void> {
    if (session.loggedInAt === null) return;

    session.loggedInAt = null;
    session.loggedOutByIdle = reason === 'idle';
    this.stopTimer();

    this.#settings.emit({ type: 'logged-out', reason });
    await this.#link.call(session, { op: 'logout', forAll: reason === 'requested' }, signal);
  }

  /** Counts the time without a signature from now on. */
  restartTimer(session: CardSession): void {
    this.stopTimer();

    const { idleTimeoutMs } = this.#settings;
    if (idleTimeoutMs === 0 || session.over.signal.aborted) return;
    this.#idle.set(idleTimeoutMs, () => {
      this.logout(session, 'idle', undefined).catch(() => undefined);
    });
  }

  stopTimer(): void {
    this.#idle.off();
  }

  async #loginNow(session: CardSession, lost: boolean, token: TokenLogin | null, shared: AbortSignal): Promise<number> {
    // Another provider of this process presented the PIN: the token is open for all of them.
    throwIfOver(session);
    if (await this.#link.call(session, { op: 'join' }, shared)) {
      const since = token?.since ?? this.#settings.runtime.clock.now();
      this.#open(session, since);
      return since;
    }

    await this.#loginByPin(session, lost, shared);

    const now = this.#settings.runtime.clock.now();
    if (token) token.since = now;
    this.#open(session, now);
    // Every caller gave up while the PIN was presented: no session is left open behind them.
    if (shared.aborted) await this.logout(session, 'requested', undefined);
    return now;
  }

  async #loginByPin(session: CardSession, lost: boolean, shared: AbortSignal): Promise<void> {
    const state = await this.#requireTries(session, shared);

    const { pinPad } = session.card.info;
    const answer = await this.#ask(session, lost, state, shared);
    const pin = acceptPin(answer, state, pinPad, this.#settings.pinLength);
    try {
      throwIfOver(session);
      throwIfAborted(shared);
      await this.#present(session, pin);
    } finally {
      pin?.fill(0);
    }
  }

  /** Refuses a locked card before the user is asked for anything. */
  async #requireTries(session: CardSession, shared: AbortSignal): Promise<PinState> {
    const { flags } = await this.#link.call(session, { op: 'state' }, shared);
    const state = pinState(flags);
    if (state !== 'locked') return state;

    this.#settings.emit({ type: 'pin-locked' });
    throw new TerrESanteError('TE_PIN_LOCKED', 'Code porteur bloqué. Débloquez la carte avec son code de déblocage.', {
      details: { pin: state },
    });
  }

  async #ask(
    session: CardSession,
    lost: boolean,
    state: PinState,
    shared: AbortSignal,
  ): Promise<PinAnswer | undefined> {
    const { holder, pinPad } = session.card.info;
    const reason = promptReason(session, lost);
    const signal = AbortSignal.any([shared, session.over.signal]);

    try {
      return await withDeadline(
        { signal, timeoutMs: this.#settings.pinTimeoutMs },
        (prompt) => this.#prompt({ reason, pin: state, pinPad, holder, signal: prompt }),
        "Le code porteur n'a pas été saisi à temps.",
      );
    } catch (error) {
      throwIfOver(session);
      throw error;
    }
  }

  async #prompt(request: PinRequest): Promise<PinAnswer> {
    try {
      return await this.#settings.onPinRequired(request);
    } catch {
      // Nothing of the host's error is kept: it may quote the PIN.
      throw new TerrESanteError('TE_PIN_REQUIRED', 'La demande du code porteur a échoué.');
    }
  }

  /**
   * Presents the PIN. From here on the card is waited for even when no caller waits any more: what
   * became of its tries must stay known.
   */
  async #present(session: CardSession, pin: Uint8Array | null): Promise<void> {
    // A pin pad waits for the user.
    const timeoutMs = session.card.info.pinPad ? this.#settings.pinTimeoutMs : undefined;

    try {
      await this.#link.call(session, { op: 'login', pin }, undefined, timeoutMs);
    } catch (error) {
      throw await this.#explainRefusal(session, error);
    }
  }

  #open(session: CardSession, now: number): void {
    session.loggedInAt = now;
    session.logins += 1;
    session.loggedOutByIdle = false;

    this.restartTimer(session);
    this.#settings.emit({ type: 'logged-in' });
  }

  /** Adds how many tries are left to the refusal of a PIN, as far as the card shows it. */
  async #explainRefusal(session: CardSession, error: unknown): Promise<unknown> {
    if (!(error instanceof TerrESanteError)) return error;
    if (error.code === 'TE_PIN_LOCKED') this.#settings.emit({ type: 'pin-locked' });
    if (error.code !== 'TE_PIN_INCORRECT') return error;

    const pin = await this.#stateAfterRefusal(session);
    if (pin === 'locked') this.#settings.emit({ type: 'pin-locked' });
    return new TerrESanteError('TE_PIN_INCORRECT', refusalMessage(pin), { details: { ...error.details, pin } });
  }

  async #stateAfterRefusal(session: CardSession): Promise<PinState | null> {
    try {
      return pinState((await this.#link.call(session, { op: 'state' }, undefined)).flags);
    } catch {
      // The caller needs the refusal; the next call finds out what became of the card.
      return null;
    }
  }
}

function promptReason({ loggedOutByIdle }: CardSession, lost: boolean): PinRequest['reason'] {
  if (lost) return 'session-lost';
  return loggedOutByIdle ? 'idle' : 'login';
}

function refusalMessage(pin: PinState | null): string {
  if (pin === 'locked') return 'Code porteur incorrect : la carte est maintenant bloquée.';
  if (pin === 'final') return 'Code porteur incorrect. Il reste un seul essai avant le blocage de la carte.';
  return 'Code porteur incorrect.';
}
