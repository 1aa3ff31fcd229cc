import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import type { OtpAnswer, OtpChannel, OtpRefusal, OtpTransport } from '../../auth/index.ts';
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

/** A login service with one-time codes, in this process. @group One-time code */
export interface OtpSimulator {
  readonly transport: OtpTransport;
  /** The last code sent to a user: the phone of the test. */
  lastCode(identifier: string): string | null;
  /** Whether a token belongs to an open session. */
  isValid(credential: string): boolean;
}

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

/**
 * Plays the far side of {@link auth.createOtpProvider}: lockout, wrong and expired codes, resend
 * limits.
 *
 * @group One-time code
 */
export function createOtpSimulator(options: OtpSimulatorOptions): OtpSimulator {
  const {
    users,
    maxPasswordErrors = 5,
    maxCodeErrors = 3,
    codeLifetimeMs = 300_000,
    resendDelayMs = 30_000,
    sessionLifetimeMs = 3_600_000,
    runtime: { clock, ids } = systemRuntime,
  } = options;
  const errors = new Map<string, number>();
  const challenges = new Map<string, Challenge>();
  const codes = new Map<string, string>();
  const sessions = new Map<string, number>();

  const challenge = (user: OtpSimulatorUser, wanted: OtpChannel | null): OtpAnswer => {
    const channels = user.channels ?? ['sms', 'email'];
    const channel = wanted ?? channels[0];
    if (!channel || !channels.includes(channel)) return refused('channel-unavailable');
    const handle = ids.uuid();
    const code = String(randomInt(0, 1_000_000)).padStart(6, '0');
    const now = clock.now();
    const made = {
      user,
      channel,
      code,
      expiresAt: now + codeLifetimeMs,
      resendNotBefore: now + resendDelayMs,
      attemptsLeft: maxCodeErrors,
    };
    challenges.set(handle, made);
    codes.set(user.identifier, code);
    const maskedDestination =
      channel === 'sms' ? '06 ** ** ** 12' : channel === 'email' ? 'e***@exemple.example' : undefined;
    const { expiresAt, resendNotBefore, attemptsLeft } = made;
    return {
      kind: 'challenge',
      handle,
      channel,
      maskedDestination,
      codeLength: 6,
      expiresAt,
      resendNotBefore,
      attemptsLeft,
    };
  };
  const session = (user: OtpSimulatorUser, method: 'password' | OtpChannel): OtpAnswer => {
    const credential = ids.uuid();
    const now = clock.now();
    const expiresAt = now + sessionLifetimeMs;
    sessions.set(credential, expiresAt);
    return { kind: 'session', subject: user.identifier, expiresAt, authnInstant: now, method, credential };
  };

  const transport: OtpTransport = {
    async begin({ identifier, password, channel }) {
      const user = users.find((one) => one.identifier === identifier);
      const failures = errors.get(identifier) ?? 0;
      if (failures >= maxPasswordErrors) return refused('account-locked');
      if (!user || !equal(user.password, password)) {
        errors.set(identifier, failures + 1);
        return refused('invalid-credentials');
      }
      errors.delete(identifier);
      if (user.passwordExpired) return refused('password-expired');
      return user.trustedDevice ? session(user, 'password') : challenge(user, channel);
    },
    async resend({ handle, channel }) {
      const old = challenges.get(handle);
      if (!old) return refused('code-expired');
      const wait = old.resendNotBefore - clock.now();
      if (wait > 0) return refused('rate-limited', { retryAfterMs: wait });
      const answer = challenge(old.user, channel ?? old.channel);
      if (answer.kind === 'challenge') challenges.delete(handle);
      return answer;
    },
    async complete({ handle, code }) {
      const open = challenges.get(handle);
      if (!open || open.expiresAt <= clock.now()) {
        challenges.delete(handle);
        return refused('code-expired');
      }
      if (!equal(open.code, code)) {
        open.attemptsLeft -= 1;
        if (open.attemptsLeft === 0) challenges.delete(handle);
        return refused('code-invalid', { attemptsLeft: open.attemptsLeft });
      }
      challenges.delete(handle);
      return session(open.user, open.channel);
    },
    async cancel({ handle }) {
      challenges.delete(handle);
    },
    async end({ credential }) {
      sessions.delete(credential);
    },
  };

  return {
    transport,
    lastCode: (identifier) => codes.get(identifier) ?? null,
    isValid: (credential) => (sessions.get(credential) ?? 0) > clock.now(),
  };
}
