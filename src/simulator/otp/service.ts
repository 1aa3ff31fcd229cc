import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import type { OtpAnswer, OtpChannel, OtpRefusal, OtpTransport } from '../../auth/index.ts';
import { needed, optionsOf, type Checks } from '../../internal/border.ts';
import { anyText, choice, count, flag, listOf, number, options, runtime, text } from '../../internal/option-checks.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';

/** An account of the simulated login service. @group One-time code */
export interface OtpSimulatorUser {
  readonly identifier: string;
  readonly password: string;
  /** @defaultValue `['sms', 'email']` */
  readonly channels?: readonly OtpChannel[] | undefined;
  readonly passwordExpired?: boolean | undefined;
  /** The password is enough. */
  readonly trustedDevice?: boolean | undefined;
}

/** Options of {@link createOtpSimulator}. @group One-time code */
export interface OtpSimulatorOptions {
  readonly users: readonly OtpSimulatorUser[];
  /** Wrong passwords before the account is locked. @defaultValue 5 */
  readonly maxPasswordErrors?: number | undefined;
  /** Wrong codes before the challenge is over. @defaultValue 3 */
  readonly maxCodeErrors?: number | undefined;
  /** @defaultValue `300_000` */
  readonly codeLifetimeMs?: number | undefined;
  /** @defaultValue `30_000` */
  readonly resendDelayMs?: number | undefined;
  /** @defaultValue `3_600_000` */
  readonly sessionLifetimeMs?: number | undefined;
  /** Time of the service; handles and tokens are its identifiers. */
  readonly runtime?: Runtime | undefined;
}

const serviceChecks: Checks<OtpSimulatorOptions> = {
  users: needed(
    listOf(
      options<OtpSimulatorUser>({
        identifier: needed(text),
        password: needed(anyText),
        channels: listOf(choice('sms', 'email', 'totp')),
        passwordExpired: flag,
        trustedDevice: flag,
      }),
    ),
  ),
  maxPasswordErrors: count(1),
  maxCodeErrors: count(1),
  codeLifetimeMs: number(),
  resendDelayMs: number(),
  sessionLifetimeMs: number(),
  runtime,
};

/** A login service with one-time codes, in this process. @group One-time code */
export interface OtpSimulator {
  readonly transport: OtpTransport;
  /** The last code sent to a user: the phone of the test. */
  lastCode(identifier: string): string | null;
  /** Whether a token belongs to an open session. */
  isValid(credential: string): boolean;
}

type BeginInput = Parameters<OtpTransport['begin']>[0];
type ResendInput = Parameters<OtpTransport['resend']>[0];
type CompleteInput = Parameters<OtpTransport['complete']>[0];

interface Challenge {
  readonly user: OtpSimulatorUser;
  readonly channel: OtpChannel;
  readonly code: string;
  readonly expiresAt: number;
  readonly resendNotBefore: number;
  attemptsLeft: number;
}

const digest = (value: string): Buffer => createHash('sha256').update(value).digest();
const equal = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
const refused = (reason: OtpRefusal['reason'], more: Partial<OtpRefusal> = {}): OtpRefusal => ({
  kind: 'refused',
  reason,
  ...more,
});

const maskedDestinations: Readonly<Record<OtpChannel, string | undefined>> = {
  sms: '06 ** ** ** 12',
  email: 'e***@exemple.example',
  totp: undefined,
};

class SimulatedOtpService implements OtpSimulator {
  readonly transport: OtpTransport;
  readonly #options: OtpSimulatorOptions;
  readonly #runtime: Runtime;
  /** Wrong passwords in a row, by identifier. */
  readonly #errors = new Map<string, number>();
  readonly #challenges = new Map<string, Challenge>();
  readonly #codes = new Map<string, string>();
  /** End of each session, by token. */
  readonly #sessions = new Map<string, number>();

  constructor(options: OtpSimulatorOptions) {
    this.#options = options;
    this.#runtime = options.runtime ?? systemRuntime;
    this.transport = {
      begin: async (input) => this.#begin(input),
      resend: async (input) => this.#resend(input),
      complete: async (input) => this.#complete(input),
      cancel: async ({ handle }) => void this.#challenges.delete(handle),
      end: async ({ credential }) => void this.#sessions.delete(credential),
    };
  }

  lastCode(identifier: string): string | null {
    return this.#codes.get(identifier) ?? null;
  }

  isValid(credential: string): boolean {
    const expiresAt = this.#sessions.get(credential);
    return expiresAt !== undefined && expiresAt > this.#now;
  }

  get #now(): number {
    return this.#runtime.clock.now();
  }

  /** An unknown user and a wrong password are refused alike, and both count against the lockout. */
  #begin({ identifier, password, channel }: BeginInput): OtpAnswer {
    const { users, maxPasswordErrors = 5 } = this.#options;
    const failures = this.#errors.get(identifier) ?? 0;
    if (failures >= maxPasswordErrors) return refused('account-locked');

    const user = users.find((candidate) => candidate.identifier === identifier);
    if (!user || !equal(user.password, password)) {
      this.#errors.set(identifier, failures + 1);
      return refused('invalid-credentials');
    }

    this.#errors.delete(identifier);
    if (user.passwordExpired) return refused('password-expired');
    return user.trustedDevice ? this.#openSession(user, 'password') : this.#challenge(user, channel);
  }

  #resend({ handle, channel }: ResendInput): OtpAnswer {
    const old = this.#challenges.get(handle);
    if (!old) return refused('code-expired');

    const wait = old.resendNotBefore - this.#now;
    if (wait > 0) return refused('rate-limited', { retryAfterMs: wait });

    const answer = this.#challenge(old.user, channel ?? old.channel);
    if (answer.kind === 'challenge') this.#challenges.delete(handle);
    return answer;
  }

  #complete({ handle, code }: CompleteInput): OtpAnswer {
    const open = this.#challenges.get(handle);
    if (!open || open.expiresAt <= this.#now) {
      this.#challenges.delete(handle);
      return refused('code-expired');
    }

    if (!equal(open.code, code)) {
      open.attemptsLeft -= 1;
      if (open.attemptsLeft === 0) this.#challenges.delete(handle);
      return refused('code-invalid', { attemptsLeft: open.attemptsLeft });
    }

    this.#challenges.delete(handle);
    return this.#openSession(open.user, open.channel);
  }

  /** Makes a code and sends it, to `lastCode` only. */
  #challenge(user: OtpSimulatorUser, wanted: OtpChannel | null): OtpAnswer {
    const { codeLifetimeMs = 300_000, resendDelayMs = 30_000, maxCodeErrors = 3 } = this.#options;
    const channels = user.channels ?? ['sms', 'email'];
    const channel = wanted ?? channels[0];
    if (!channel || !channels.includes(channel)) return refused('channel-unavailable');

    const handle = this.#runtime.ids.uuid();
    const code = String(randomInt(0, 1_000_000)).padStart(6, '0');
    const expiresAt = this.#now + codeLifetimeMs;
    const resendNotBefore = this.#now + resendDelayMs;
    const attemptsLeft = maxCodeErrors;

    this.#challenges.set(handle, { user, channel, code, expiresAt, resendNotBefore, attemptsLeft });
    this.#codes.set(user.identifier, code);

    return {
      kind: 'challenge',
      handle,
      channel,
      maskedDestination: maskedDestinations[channel],
      codeLength: code.length,
      expiresAt,
      resendNotBefore,
      attemptsLeft,
    };
  }

  #openSession(user: OtpSimulatorUser, method: 'password' | OtpChannel): OtpAnswer {
    const { sessionLifetimeMs = 3_600_000 } = this.#options;
    const credential = this.#runtime.ids.uuid();
    const authnInstant = this.#now;
    const expiresAt = authnInstant + sessionLifetimeMs;

    this.#sessions.set(credential, expiresAt);
    return { kind: 'session', subject: user.identifier, expiresAt, authnInstant, method, credential };
  }
}

/**
 * Plays the far side of {@link auth.createOtpProvider}: lockout, wrong and expired codes, resend
 * limits.
 *
 * @group One-time code
 */
export function createOtpSimulator(settings: OtpSimulatorOptions): OtpSimulator {
  return new SimulatedOtpService(optionsOf('options', settings, serviceChecks));
}
