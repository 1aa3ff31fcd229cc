import { beforeAll, describe, expect, it } from 'vitest';

import {
  createOtpProvider,
  createPkcs12Provider,
  type SessionLogin,
  type SessionProvider,
  type SigningProvider,
} from '../../../src/auth/index.ts';
import { createClient } from '../../../src/client/create-client.ts';
import type { ClientOptions, TerrESanteClient } from '../../../src/client/model.ts';
import { professionalOf, simulatorDescriptor, type TerrESanteConfig } from '../../../src/platform/index.ts';
import { createOtpSimulator, fictiveConfig } from '../../../src/simulator/index.ts';
import { createMockCard, fictivePatient } from '../../../src/testing/index.ts';
import type { PlatformBinding } from '../../../src/transport/index.ts';
import { colleagueUser } from '../colleague.ts';
import { sharedHierarchy } from '../world.ts';

type Means = TerrESanteConfig['authn']['means'];

const config = fictiveConfig();
const { nationalId } = professionalOf(config);
const patient = fictivePatient();
const secret = 'canari-du-jeton';
let structure: SigningProvider;
let person: SigningProvider;

beforeAll(async () => {
  const hierarchy = await sharedHierarchy();
  const open = ({ pfx, password }: typeof hierarchy.structure.signature): Promise<SigningProvider> =>
    createPkcs12Provider({ pfx, password });
  // The clients of this file close what they are given.
  structure = bound(await open(hierarchy.structure.signature));
  person = bound(await open(hierarchy.professional.signature));
});

const configOf = (means: Means): TerrESanteConfig => ({ ...config, authn: { ...config.authn, means } });

/** A platform that only keeps the assertions that it was sent. */
function platform(): { readonly binding: PlatformBinding; readonly assertions: string[] } {
  const assertions: string[] = [];
  const status = async (_: unknown, { assertion }: { readonly assertion: string }): Promise<never> => {
    assertions.push(assertion);
    throw new Error('this platform answers nothing');
  };
  return { assertions, binding: { kind: 'simulator-http', dossier: { status } } };
}

const login = (changes: Partial<SessionLogin> = {}): SessionLogin => ({
  subject: nationalId,
  instant: Date.now(),
  method: 'e-cps',
  ...changes,
});
const session = (answer: unknown = login(), kind = 'pro-sante-connect'): SessionProvider => ({
  kind,
  accessToken: async () => secret,
  login: async () => answer as SessionLogin,
});

/** The error of a call, and what the platform was sent before it. */
async function outcome(
  auth: ClientOptions['auth'],
  means: Means = 'ecps',
  more: Partial<ClientOptions> = {},
): Promise<{ readonly error: unknown; readonly sent: readonly string[]; readonly te: TerrESanteClient }> {
  const { assertions, binding } = platform();
  const te = createClient(configOf(means), { auth, bindings: [binding], ...more });
  const error: unknown = await te.dossier.status(patient).catch((caught: unknown) => caught);
  return { error, sent: assertions, te };
}

const rules = (te: TerrESanteClient): string[] =>
  te
    .checkConfig()
    .findings.filter(({ severity }) => severity === 'error')
    .map(({ rule }) => rule);

describe('the configured means and what is plugged in (CFG-28)', () => {
  const otp = (): SessionProvider =>
    createOtpProvider({ transport: createOtpSimulator({ users: [] }).transport, allowed: true });

  it.each<[string, Means, () => ClientOptions['auth'] | Promise<ClientOptions['auth']>, boolean]>([
    ['a card for cps', 'cps', async () => (await createMockCard()).provider(), true],
    ['a card for cpe', 'cpe', async () => (await createMockCard()).provider(), true],
    ['a card for the structure', 'software-certificate', async () => (await createMockCard()).provider(), false],
    ['a card for e-CPS', 'ecps', async () => (await createMockCard()).provider(), false],
    ['a file for the structure', 'software-certificate', () => structure, true],
    ['a file of a test identity for cps', 'cps', () => person, true],
    ['a file for e-CPS', 'ecps', () => structure, false],
    ['a file for a one-time code', 'one-time-code', () => structure, false],
    ['a one-time code for itself', 'one-time-code', () => ({ session: otp(), signer: structure }), true],
    ['a one-time code for e-CPS', 'ecps', () => ({ session: otp(), signer: structure }), false],
    ['Pro Santé Connect for e-CPS', 'ecps', () => ({ session: session(), signer: structure }), true],
    ['Pro Santé Connect for a code', 'one-time-code', () => ({ session: session(), signer: structure }), false],
    ['Pro Santé Connect for cps', 'cps', () => ({ session: session(), signer: structure }), false],
    ['a session of the host for e-CPS', 'ecps', () => ({ session: session({}, 'mine'), signer: structure }), true],
    ['a session of the host for cps', 'cps', () => ({ session: session({}, 'mine'), signer: structure }), false],
    ['a function for e-CPS', 'ecps', () => ({ session: () => null, signer: structure }), true],
    ['a function for cps', 'cps', () => ({ session: () => null, signer: structure }), false],
  ])('%s', async (_, means, auth, fits) => {
    const te = createClient(configOf(means), { auth: await auth() });
    expect(rules(te)).toEqual(fits ? [] : ['CFG-28']);
    if (!fits) await expect(te.dossier.status(patient)).rejects.toMatchObject({ code: 'TE_CONFIG_INVALID' });
    await te.close();
  });

  it('lets a host that logs in itself say when', async () => {
    const te = createClient(configOf('ecps'), { auth: structure, authentication: { instant: Date.now() } });
    expect(rules(te)).toEqual([]);
  });

  it('is asked of a session that a function gives', async () => {
    const { error, sent } = await outcome({ session: () => session(login(), 'otp'), signer: structure });
    expect(error).toMatchObject({ code: 'TE_CONFIG_INVALID', details: { rules: ['CFG-28'] } });
    expect(sent).toEqual([]);
  });
});

describe('a session that is plugged in', () => {
  it('needs the certificate of the structure', async () => {
    expect(() => createClient(configOf('ecps'), { auth: { session: session() } })).toThrow(
      expect.objectContaining({ code: 'TE_CONFIG_INVALID', details: { path: 'auth.signer' } }),
    );
    // The card of one professional signs for nobody else.
    const te = createClient(config, { auth: person });
    expect(() => te.as(colleagueUser(config.user), { auth: { session: session() } })).toThrow(
      expect.objectContaining({ code: 'TE_CONFIG_INVALID' }),
    );
  });

  it('that is no session is refused where it is given', () => {
    for (const auth of [{ session: {} }, { session: 'PSC' }, { session: session(), singer: structure }, {}, 'x']) {
      expect(() => createClient(config, { auth: auth as never })).toThrow(
        expect.objectContaining({ code: 'TE_INPUT_INVALID' }),
      );
    }
  });

  it('shares the certificate of the client with its colleagues, until the last one closes', async () => {
    let closed = 0;
    const signer = { ...bound(structure), close: async () => void (closed += 1) };
    const te = createClient(configOf('ecps'), { auth: { session: session(), signer } });
    const user = colleagueUser(config.user);
    const another = te.as(user, { auth: { session: session(login({ subject: `8${user.rpps ?? ''}` })) } });
    await another.close();
    expect(closed).toBe(0);
    await te.close();
    expect(closed).toBe(1);
  });

  it.each<[string, unknown, string]>([
    ['of another professional', login({ subject: '899900000290' }), 'TE_IDENTITY_MISMATCH'],
    ['of nobody', login({ subject: '' }), 'TE_AUTHN_REQUIRED'],
    ['without time', login({ instant: Number.NaN }), 'TE_AUTHN_REQUIRED'],
    ['of a way that nobody knows', login({ method: 'fax' as never }), 'TE_AUTHN_REQUIRED'],
    ['that answers nothing', null, 'TE_AUTHN_REQUIRED'],
    ['of next week, on a clock that is late', login({ instant: Date.now() + 7 * 86_400_000 }), 'TE_CLOCK_SKEW'],
  ])('%s makes no assertion', async (_, answer, code) => {
    const { error, sent } = await outcome({ session: session(answer), signer: structure });
    expect(error).toMatchObject({ code, retryable: false });
    expect(sent).toEqual([]);
    expect(JSON.stringify(error)).not.toMatch(/899900000/);
  });

  it('is absent when the function gives none, and shows nothing of an error of the host', async () => {
    const none = await outcome({ session: () => null, signer: structure });
    expect(none.error).toMatchObject({ code: 'TE_AUTHN_REQUIRED', message: expect.stringMatching(/connectez-vous/) });

    const failing = (): never => {
      throw new Error(`refused: ${secret}`);
    };
    const thrown = await outcome({ session: failing, signer: structure });
    expect(thrown.error).toMatchObject({ code: 'TE_AUTHN_REQUIRED' });
    expect(JSON.stringify([thrown.error, (thrown.error as Error).cause ?? null])).not.toContain(secret);
  });

  it('is known by the account name that the login service uses, when the host says it', async () => {
    const auth = { session: session(login({ subject: 'e.fictif' })), signer: structure };
    expect((await outcome(auth)).error).toMatchObject({ code: 'TE_IDENTITY_MISMATCH' });
    expect((await outcome({ ...auth, account: 'e.fictif' })).sent).toHaveLength(1);
  });

  it.each<[string, Partial<SessionLogin>, Means, string, string]>([
    ['a phone', {}, 'ecps', 'INDIRECTE_RENFORCEE', 'MobileTwoFactorUnregistered'],
    ['a card', { method: 'card' }, 'ecps', 'INDIRECTE_RENFORCEE', 'SmartcardPKI'],
    ['what the means says', { method: null }, 'ecps', 'INDIRECTE_RENFORCEE', 'MobileTwoFactorUnregistered'],
    ['a password alone', { method: 'password' }, 'one-time-code', 'INDIRECTE', 'Password'],
    ['a code generator', { method: 'totp' }, 'one-time-code', 'INDIRECTE_RENFORCEE', 'TimeSyncToken'],
  ])('declares %s, and no more', async (_, changes, means, mode, contextClass) => {
    const kind = means === 'ecps' ? 'pro-sante-connect' : 'otp';
    const { sent } = await outcome({ session: session(login(changes), kind), signer: structure }, means);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toContain(`<saml2:AttributeValue>${mode}</saml2:AttributeValue>`);
    expect(sent[0]).toContain(`:ac:classes:${contextClass}</saml2:AuthnContextClassRef>`);
  });

  it('by a code whose declaration the platform does not say is refused before any call', async () => {
    const { oneTimeCode } = simulatorDescriptor.authentication;
    const descriptor = { ...simulatorDescriptor, authentication: { oneTimeCode } };
    const auth = { session: session(login({ method: 'sms' }), 'otp'), signer: structure };
    const { error, sent } = await outcome(auth, 'one-time-code', { descriptor });
    expect(error).toMatchObject({ code: 'TE_UNSUPPORTED', details: { path: 'authentication.oneTimeCodeClass' } });
    expect(sent).toEqual([]);

    // The host may know it.
    const contextClass = 'urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken';
    const known = await outcome(auth, 'one-time-code', { descriptor, authentication: { contextClass } });
    expect(known.sent[0]).toContain(contextClass);
  });
});

/** A provider whose methods can be spread. */
function bound(provider: SigningProvider): SigningProvider {
  return {
    kind: provider.kind,
    certificates: (call) => provider.certificates(call),
    sign: (...all) => provider.sign(...all),
  };
}
