import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  createOtpProvider,
  type OtpAnswer,
  type OtpChallenge,
  type OtpProvider,
  type OtpTransport,
} from '../../../src/auth/index.ts';
import { productionDescriptor, simulatorDescriptor, type PlatformDescriptor } from '../../../src/platform/index.ts';
import {
  createOtpSimulator,
  type OtpSimulator,
  type OtpSimulatorOptions,
  type OtpSimulatorUser,
} from '../../../src/simulator/index.ts';

const identifier = '899900000011';
const password = 'motdepasse-fictif';
const ids = { uuid: () => randomUUID() };

interface Scene {
  readonly far: OtpSimulator;
  readonly provider: OtpProvider;
  readonly calls: string[];
  readonly clock: { time: number; now(): number };
}

function scene(user: Partial<OtpSimulatorUser> = {}, options: Partial<OtpSimulatorOptions> = {}): Scene {
  const clock = {
    time: 1_800_000_000_000,
    now() {
      return this.time;
    },
  };
  const far = createOtpSimulator({ users: [{ identifier, password, ...user }], runtime: { clock, ids }, ...options });
  const calls: string[] = [];
  const transport = new Proxy(far.transport, {
    get(target, name: keyof OtpTransport) {
      return (...args: never[]) => {
        calls.push(name);
        return (target[name] as (...args: never[]) => unknown)(...args);
      };
    },
  });
  return { far, provider: createOtpProvider({ transport, allowed: true, runtime: { clock, ids } }), calls, clock };
}

const challengeOf = async (provider: OtpProvider): Promise<OtpChallenge> => {
  const step = await provider.begin({ identifier, password });
  if (step.kind !== 'challenge') throw new Error('a challenge was expected');
  return step;
};
const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe('createOtpProvider', () => {
  it('logs in with a code typed with spaces and hyphens, and says which method it was', async () => {
    const { far, provider, clock } = scene();
    const challenge = await challengeOf(provider);
    expect(challenge).toMatchObject({ channel: 'sms', codeLength: 6, attemptsLeft: 3 });
    const code = far.lastCode(identifier) ?? '';
    const session = await challenge.complete(` ${code.slice(0, 3)}-${code.slice(3)} `);
    expect(session).toEqual({
      kind: 'session',
      subject: identifier,
      expiresAt: clock.time + 3_600_000,
      authnInstant: clock.time,
      method: 'sms',
    });
    const token = await provider.accessToken();
    expect(far.isValid(token)).toBe(true);
    expect(JSON.stringify([session, challenge, provider])).not.toContain(token);
    clock.time += 3_600_000;
    expect(provider.session).toBeNull();
    expect(await failure(provider.accessToken())).toMatchObject({ code: 'TE_AUTHN_REQUIRED' });
  });

  it('needs no code on a trusted device, and says so', async () => {
    const { provider } = scene({ trustedDevice: true });
    expect(await provider.begin({ identifier, password: new TextEncoder().encode(password) })).toMatchObject({
      method: 'password',
    });
  });

  it('is off unless the platform allows it, and zeroes the password all the same', async () => {
    const { far } = scene();
    const secret = new TextEncoder().encode(password);
    const off = createOtpProvider({ transport: far.transport, allowed: false });
    expect(await failure(off.begin({ identifier, password: secret }))).toMatchObject({ code: 'TE_UNSUPPORTED' });
    expect(secret.every((byte) => byte === 0)).toBe(true);
  });

  it("takes the descriptor's value as it is: off in production, on in the simulator", async () => {
    const { far, clock } = scene();
    const from = ({ authentication }: PlatformDescriptor): OtpProvider =>
      createOtpProvider({
        transport: far.transport,
        allowed: authentication.oneTimeCode,
        runtime: { clock, ids },
      });
    expect(await failure(from(productionDescriptor).begin({ identifier, password }))).toMatchObject({
      code: 'TE_UNSUPPORTED',
    });
    expect(await from(simulatorDescriptor).begin({ identifier, password })).toMatchObject({ kind: 'challenge' });
  });

  it('answers the same for an unknown user and a wrong password, then locks; nothing is repeated', async () => {
    const { provider, calls } = scene({}, { maxPasswordErrors: 2 });
    const wrong = await failure(provider.begin({ identifier, password: 'x' }));
    const unknown = await failure(provider.begin({ identifier: '899900000099', password }));
    expect(unknown).toEqual(wrong);
    expect(wrong).toMatchObject({ code: 'TE_INVALID_CREDENTIALS', retryable: false });
    await failure(provider.begin({ identifier, password: 'x' }));
    expect(await failure(provider.begin({ identifier, password }))).toMatchObject({ code: 'TE_ACCOUNT_LOCKED' });
    expect(calls).toEqual(['begin', 'begin', 'begin', 'begin']);
  });

  it.each([
    [{ passwordExpired: true }, 'TE_PASSWORD_EXPIRED'],
    [{ channels: [] }, 'TE_CHANNEL_UNAVAILABLE'],
  ])('%j is %s', async (user, code) => {
    expect(await failure(scene(user).provider.begin({ identifier, password }))).toMatchObject({ code });
  });

  it('counts the attempts left; the last wrong code ends the challenge', async () => {
    const { far, provider, calls } = scene();
    const challenge = await challengeOf(provider);
    const right = far.lastCode(identifier) ?? '';
    const wrong = right === '000000' ? '000001' : '000000';
    expect(await failure(challenge.complete('12345'))).toMatchObject({
      code: 'TE_CODE_INVALID',
      details: { sent: false },
    });
    expect(calls).toEqual(['begin']);
    expect(await failure(challenge.complete(wrong))).toMatchObject({
      code: 'TE_CODE_INVALID',
      details: { attemptsLeft: 2 },
    });
    expect(challenge.attemptsLeft).toBe(2);
    await failure(challenge.complete(wrong));
    expect(await failure(challenge.complete(wrong))).toMatchObject({ details: { attemptsLeft: 0 } });
    expect(await failure(challenge.complete(right))).toMatchObject({ code: 'TE_CONFLICT' });
    expect(calls.filter((name) => name === 'complete')).toHaveLength(3);
  });

  it('a handle serves once, and not twice at the same time', async () => {
    const { far, provider } = scene();
    const challenge = await challengeOf(provider);
    const code = far.lastCode(identifier) ?? '';
    const [first, second] = await Promise.allSettled([challenge.complete(code), challenge.complete(code)]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'TE_CONFLICT' } });
    expect(await failure(challenge.complete(code))).toMatchObject({ code: 'TE_CONFLICT' });
  });

  it('an expired code is told', async () => {
    const { far, provider, clock } = scene();
    const challenge = await challengeOf(provider);
    clock.time = challenge.expiresAt;
    expect(await failure(challenge.complete(far.lastCode(identifier) ?? ''))).toMatchObject({
      code: 'TE_CODE_EXPIRED',
    });
  });

  it('resends after the delay only, by another channel, and the old handle is dead', async () => {
    const { far, provider, clock, calls } = scene();
    const challenge = await challengeOf(provider);
    expect(await failure(challenge.resend())).toMatchObject({
      code: 'TE_RATE_LIMITED',
      details: { retryAfterMs: 30_000 },
    });
    expect(calls).toEqual(['begin']);
    clock.time += 30_000;
    const second = await challenge.resend('email');
    expect(second.channel).toBe('email');
    const code = far.lastCode(identifier) ?? '';
    expect(await failure(challenge.complete(code))).toMatchObject({ code: 'TE_CONFLICT' });
    expect((await second.complete(code)).method).toBe('email');
  });

  it('cancel and end may be called twice; a late answer opens no session', async () => {
    const { far, provider, calls } = scene();
    const challenge = await challengeOf(provider);
    await challenge.cancel();
    await challenge.cancel();
    const again = await challengeOf(provider);
    const late = failure(again.complete(far.lastCode(identifier) ?? ''));
    await provider.end();
    expect(await late).toMatchObject({ code: 'TE_AUTHN_REQUIRED' });
    expect(provider.session).toBeNull();
    await provider.close();
    await provider.close();
    expect(await failure(provider.begin({ identifier, password }))).toMatchObject({ code: 'TE_CLOSED' });
    expect(calls.filter((name) => name === 'cancel')).toHaveLength(1);
  });

  it('a refused token is not given again', async () => {
    const { provider } = scene({ trustedDevice: true });
    await provider.begin({ identifier, password });
    expect(await failure(provider.accessToken({ renew: true }))).toMatchObject({ code: 'TE_AUTHN_REQUIRED' });
    expect(provider.session).toBeNull();
  });

  it('stops on a signal and after a deadline', async () => {
    const never = new Promise<OtpAnswer>(() => undefined);
    const transport: OtpTransport = { begin: () => never, resend: () => never, complete: () => never };
    const provider = createOtpProvider({ transport, allowed: true, timeoutMs: 10 });
    expect(await failure(provider.begin({ identifier, password }))).toMatchObject({ code: 'TE_TIMEOUT' });
    const signal = AbortSignal.abort();
    expect(await failure(provider.begin({ identifier, password }, { signal }))).toMatchObject({ code: 'TE_CANCELLED' });
  });

  it.each([
    null,
    {},
    { kind: 'session', subject: 'x' },
    { kind: 'challenge', handle: '', channel: 'sms', expiresAt: 1 },
    { kind: 'challenge', handle: 'h', channel: 'pigeon', expiresAt: 1 },
    { kind: 'refused', reason: 'constructor' },
    { kind: 'session', subject: 'x', expiresAt: 1, authnInstant: 1, method: 'sms', credential: 'a\r\nb' },
  ])('refuses the answer %j', async (answer) => {
    const transport = { begin: async () => answer } as unknown as OtpTransport;
    const provider = createOtpProvider({ transport, allowed: true });
    expect(await failure(provider.begin({ identifier, password }))).toMatchObject({ code: 'TE_PROTOCOL' });
  });

  it('does not pass on what the transport throws', async () => {
    const transport = {
      begin: async ({ password: secret }: { password: string }) => {
        throw new Error(`POST failed with ${secret}`);
      },
    } as unknown as OtpTransport;
    const error = await failure(createOtpProvider({ transport, allowed: true }).begin({ identifier, password }));
    expect(error).toMatchObject({ code: 'TE_UNAVAILABLE', retryable: false });
    expect(String((error as Error).stack) + String((error as Error).cause)).not.toContain(password);
  });
});
