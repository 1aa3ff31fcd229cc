import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { Clock } from '../../internal/runtime.ts';
import type { OtpAnswer, OtpChallenge, OtpChallengeAnswer, OtpChannel, OtpSession, OtpTransport } from './model.ts';
import { optionalChoice, optionsOf } from '../../internal/border.ts';
import { anyText, callChecks } from '../../internal/option-checks.ts';

/** One call of the transport, given by what makes it. */
export type TransportCall = (transport: OtpTransport, call: CallOptions) => Promise<OtpAnswer>;

/** A challenge, or the session that the provider now holds. */
export type SendResult = OtpChallengeAnswer | { readonly kind: 'session'; readonly session: OtpSession };

/** What a challenge asks of its provider. */
export interface ChallengePort {
  readonly clock: Clock;
  /** One call, never repeated. */
  send(options: CallOptions, work: TransportCall): Promise<SendResult>;
  /** The challenge that follows this one. */
  next(answer: OtpChallengeAnswer): OtpChallenge;
  cancel(handle: string, options: CallOptions): Promise<void>;
}

/** The code without the spaces and hyphens people type; always text, so that leading zeros stay. */
function cleanCode(code: string, length: number | null): string {
  const clean = code.replaceAll(/[\s\u2010-\u2015-]/g, '');
  if (!/^[0-9A-Za-z]{1,32}$/.test(clean) || (length !== null && clean.length !== length)) {
    throw new TerrESanteError('TE_CODE_INVALID', "Le code n'a pas la forme attendue.", { details: { sent: false } });
  }
  return clean;
}

/** A code is awaited. One call at a time; once it is over, every call is refused. */
export class OpenChallenge implements OtpChallenge {
  readonly kind = 'challenge';
  readonly channel: OtpChannel;
  readonly maskedDestination: string | null;
  readonly codeLength: number | null;
  readonly expiresAt: number;
  readonly resendNotBefore: number | null;

  readonly #handle: string;
  readonly #port: ChallengePort;
  #attemptsLeft: number | null;
  #state: 'open' | 'busy' | 'over' = 'open';

  constructor(answer: OtpChallengeAnswer, port: ChallengePort) {
    this.channel = answer.channel;
    this.maskedDestination = answer.maskedDestination ?? null;
    this.codeLength = answer.codeLength ?? null;
    this.expiresAt = answer.expiresAt;
    this.resendNotBefore = answer.resendNotBefore ?? null;

    this.#handle = answer.handle;
    this.#port = port;
    this.#attemptsLeft = answer.attemptsLeft ?? null;
  }

  get attemptsLeft(): number | null {
    return this.#attemptsLeft;
  }

  async complete(code: string, given?: CallOptions): Promise<OtpSession> {
    const options = optionsOf('options', given, callChecks);
    anyText('code', code);
    return this.#exclusively(async () => {
      const clean = cleanCode(code, this.codeLength);
      const result = await this.#sendCode(clean, options);
      if (result.kind !== 'session') throw unexpectedAnswer();
      return result.session;
    });
  }

  async resend(channel?: OtpChannel, given?: CallOptions): Promise<OtpChallenge> {
    const options = optionsOf('options', given, callChecks);
    optionalChoice('channel', channel, ['sms', 'email', 'totp']);
    return this.#exclusively(async () => {
      this.#requireDelay();

      const input = { handle: this.#handle, channel: channel ?? null };
      const result = await this.#port.send(options, (transport, call) => transport.resend(input, call));
      if (result.kind !== 'challenge') throw unexpectedAnswer();
      return this.#port.next(result);
    });
  }

  async cancel(given?: CallOptions): Promise<void> {
    const options = optionsOf('options', given, callChecks);
    if (this.#state === 'over') return;
    this.#state = 'over';

    await this.#port.cancel(this.#handle, options);
  }

  async #sendCode(code: string, options: CallOptions): Promise<SendResult> {
    const input = { handle: this.#handle, code };

    try {
      return await this.#port.send(options, (transport, call) => transport.complete(input, call));
    } catch (error) {
      const left = isTerrESanteError(error) ? error.details['attemptsLeft'] : undefined;
      if (typeof left === 'number') this.#attemptsLeft = left;
      throw error;
    }
  }

  /** Each code costs the far side a message: it asks for a delay between two. */
  #requireDelay(): void {
    if (this.resendNotBefore === null) return;

    const retryAfterMs = this.resendNotBefore - this.#port.clock.now();
    if (retryAfterMs <= 0) return;
    throw new TerrESanteError('TE_RATE_LIMITED', 'Patientez avant de demander un nouveau code.', {
      retryable: false,
      details: { retryAfterMs, sent: false },
    });
  }

  async #exclusively<T>(work: () => Promise<T>): Promise<T> {
    if (this.#state !== 'open') throw over();
    this.#state = 'busy';

    try {
      const result = await work();
      this.#state = 'over';
      return result;
    } catch (error) {
      this.#state = stillOpen(error) ? 'open' : 'over';
      throw error;
    }
  }
}

function over(): TerrESanteError {
  return new TerrESanteError('TE_CONFLICT', 'Cette demande de code est terminée ou déjà en cours de vérification.');
}

function unexpectedAnswer(): TerrESanteError {
  return new TerrESanteError('TE_PROTOCOL', "Réponse incompréhensible du service d'authentification.");
}

/**
 * A wrong code with tries left, a limit, or a call that never left: the user may go on with the
 * same challenge.
 */
function stillOpen(error: unknown): boolean {
  if (!isTerrESanteError(error)) return false;
  if (error.details['sent'] === false) return true;
  if (error.code === 'TE_CODE_INVALID') return error.details['attemptsLeft'] !== 0;
  return error.code === 'TE_RATE_LIMITED' || error.code === 'TE_CHANNEL_UNAVAILABLE';
}
