import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPkcs12Provider, type SigningProvider } from '../../src/auth/index.ts';
import { createClient } from '../../src/client/create-client.ts';
import type { ClientOptions, TerrESanteClient } from '../../src/client/model.ts';
import type { Diagnosis } from '../../src/index.ts';
import { productionDescriptor, simulatorDescriptor } from '../../src/platform/index.ts';
import { fictiveConfig } from '../../src/simulator/index.ts';
import { createMockCard } from '../../src/testing/index.ts';
import { createMailbox } from '../../src/transport/index.ts';
import { createWorld, mailServer, mailTransport, sharedHierarchy, type World } from './world.ts';

const connect = vi.spyOn(net.Socket.prototype, 'connect');
const states = ({ steps }: Diagnosis): Record<string, string> =>
  Object.fromEntries(steps.map(({ topic, state }) => [topic, state]));
const codes = ({ steps }: Diagnosis): Record<string, string | undefined> =>
  Object.fromEntries(steps.filter(({ error }) => error).map(({ topic, error }) => [topic, error?.code]));

describe('te.diagnose', () => {
  let world: World;
  let signatures = 0;
  let counted: SigningProvider;
  beforeAll(async () => {
    world = await createWorld();
    counted = {
      kind: world.auth.kind,
      certificates: (options) => world.auth.certificates(options),
      sign: (algorithm, data, options) => {
        signatures += 1;
        return world.auth.sign(algorithm, data, options);
      },
    };
  });
  afterAll(() => world.close());

  it('finds nothing wrong where nothing is wrong, without a signature', async () => {
    signatures = 0;
    const found = await world.client({ auth: counted }).diagnose();
    expect(states(found)).toEqual({
      configuration: expect.stringMatching(/ok|warning/),
      certificate: 'ok',
      expiry: 'ok',
      signature: 'unknown',
      resolution: 'ok',
      platform: 'ok',
      clock: 'ok',
      deposit: 'ok',
    });
    expect(found.ok).toBe(true);
    expect(signatures).toBe(0);
    expect(found.steps.every(({ message }) => /^[A-ZÀ-Ý].*\.$/u.test(message))).toBe(true);
  });

  it("signs when asked, and the time of that signature is the login's", async () => {
    signatures = 0;
    const te = world.client({ auth: counted });
    await te.diagnose();
    expect(states(await te.diagnose({ sign: true }))).toMatchObject({ signature: 'ok' });
    expect(signatures).toBe(1);
  });

  it('goes nowhere while the configuration is wrong, and still looks at the certificate', async () => {
    connect.mockClear();
    const config = { ...world.config, quai: { ...world.config.quai, url: 'https://ailleurs.example' } };
    const found = await world.client({}, config).diagnose({ sign: true });
    expect(states(found)).toEqual({
      configuration: 'error',
      certificate: 'ok',
      expiry: 'ok',
      signature: 'unknown',
      resolution: 'unknown',
      platform: 'unknown',
      read: 'unknown',
      clock: 'unknown',
      deposit: 'unknown',
    });
    expect(found.ok).toBe(false);
    expect(found.steps[0]?.findings.map(({ rule }) => rule)).toContain('CFG-10');
    expect(connect).not.toHaveBeenCalled();
  });

  it('names the card of another, the authentication certificate, the end of validity', async () => {
    const { professional, structure } = await sharedHierarchy();
    const withKey = async (pfx: Uint8Array, password: string): Promise<Diagnosis> =>
      world.client({ auth: await createPkcs12Provider({ pfx, password }) }).diagnose();
    const { authentication } = professional;
    expect(codes(await withKey(authentication.pfx, authentication.password))).toEqual({
      certificate: 'TE_CERTIFICATE_INVALID',
    });
    expect(codes(await withKey(structure.signature.pfx, structure.signature.password))['certificate']).toMatch(
      /^TE_(CERTIFICATE_INVALID|IDENTITY_MISMATCH)$/,
    );
    const other = { ...world.config, user: { ...world.config.user, rpps: '99900000290' } };
    expect(codes(await world.client({}, other).diagnose())).toEqual({ certificate: 'TE_IDENTITY_MISMATCH' });
    const late = { clock: { now: () => Date.now() + 50 * 365.25 * 86_400_000 }, ids: { uuid: () => 'x' } };
    expect(codes(await world.client({ runtime: late }).diagnose())['certificate']).toBe('TE_CERTIFICATE_INVALID');
  });

  it('names certificates and authorities that end within 30 days, and not those of 40', async () => {
    const { professional, anchors } = await sharedHierarchy();
    const at = async (der: Uint8Array, days: number): Promise<Diagnosis['steps'][number] | undefined> => {
      const now = Date.parse(new X509Certificate(der).validTo) - days * 86_400_000;
      const runtime = { clock: { now: () => now }, ids: { uuid: () => 'x' } };
      const { steps } = await world.client({ runtime }).diagnose();
      return steps.find(({ topic }) => topic === 'expiry');
    };

    const paths = (step: Diagnosis['steps'][number] | undefined): string[] | undefined =>
      step?.findings.filter(({ severity }) => severity !== 'info').map(({ path }) => path);
    const [root] = anchors;
    const own = await at(professional.signature.certDer, 10);
    expect(own?.state).toMatch(/warning|error/);
    expect(paths(own)).toContain('certificates[0]');
    expect(paths(await at(professional.signature.certDer, 40))).not.toContain('certificates[0]');
    expect(paths(await at(root!, 10))).toContain('anchors[0]');
  });

  it('tells a clock that is wrong from a server that is silent', async () => {
    const slow = { clock: { now: () => Date.now() - 600_000 }, ids: { uuid: () => 'x' } };
    const found = await world.client({ runtime: slow }).diagnose();
    expect(found.steps.find(({ topic }) => topic === 'clock')).toMatchObject({
      state: expect.stringMatching(/warning|error/),
      findings: [{ rule: 'CLOCK-SKEW' }],
    });
    world.simulator.inject({ kind: 'http-hang' });
    const hung = await world.client().diagnose({ timeoutMs: 500 });
    expect(codes(hung)).toEqual({ platform: 'TE_TIMEOUT' });
    expect(states(hung)).toMatchObject({ clock: 'unknown', deposit: 'ok' });
  });

  it('names a server that is not the one expected, on both sides', async () => {
    const stranger = await createWorld({ hierarchy: undefined });
    try {
      const { caPem } = stranger.simulator;
      const te = createClient(world.config, {
        auth: world.auth,
        tls: { ca: caPem },
        deposit: mailTransport(stranger.simulator, world.config),
      });
      expect(codes(await te.diagnose())).toMatchObject({ platform: 'TE_TLS' });
      await stranger.simulator.close();
      expect(codes(await te.diagnose())['deposit']).toBe('TE_UNAVAILABLE');
    } finally {
      await stranger.close();
    }
  });

  it('says what is not described, in production too, and asks nobody', async () => {
    connect.mockClear();
    const config = {
      ...fictiveConfig(),
      environment: 'production' as const,
      quai: {
        ...fictiveConfig().quai,
        url: 'https://services.terr-esante.fr',
        eMailSecur: productionDescriptor.mssante.mailbox.value,
      },
      user: { ...fictiveConfig().user, rpps: '99700012349' },
    };
    const found = await createClient(config, { auth: world.auth }).diagnose({ sign: true });
    expect(states(found)).toMatchObject({
      signature: 'unknown',
      platform: 'unknown',
      clock: 'unknown',
      deposit: 'unknown',
    });
    expect(codes(found)).toMatchObject({ signature: 'TE_UNSUPPORTED' });
    expect(connect).not.toHaveBeenCalled();
  });

  it('asks for no PIN of a card, unless a signature is wanted; a card that is not there is named', async () => {
    const { professional } = await sharedHierarchy();
    const card = await createMockCard({ cards: [professional] });
    let asked = 0;
    const auth = card.provider({
      onPinRequired: () => {
        asked += 1;
        return '1234';
      },
    });
    const te = createClient(world.config, { auth, tls: { ca: world.simulator.caPem } });
    expect(states(await te.diagnose())).toMatchObject({
      ...{ card: 'ok', certificate: 'ok', expiry: 'ok', signature: 'unknown', deposit: 'unknown' },
    });
    expect(asked).toBe(0);
    expect(states(await te.diagnose({ sign: true }))).toMatchObject({ signature: 'ok', read: 'ok' });
    expect(asked).toBe(1);
    // Closed while it runs: it ends, with the error of a closed client.
    const running = te.diagnose().catch((error: unknown) => error);
    await te.close();
    expect(await running).toMatchObject({ code: 'TE_CLOSED' });
    await card.close();
    const empty = await createMockCard({ cards: [professional], readers: [null] });
    const without = createClient(world.config, { auth: empty.provider(), tls: { ca: world.simulator.caPem } });
    expect(codes(await without.diagnose())).toMatchObject({ card: 'TE_CARD_ABSENT', certificate: 'TE_CARD_ABSENT' });
    await without.close();
    await empty.close();
  });

  it('can be cancelled, keeps the text of a foreign error to itself, and holds no secret', async () => {
    const te = world.client();
    await expect(te.diagnose({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'TE_CANCELLED' });
    const broken: SigningProvider = {
      kind: 'broken',
      certificates: () => Promise.reject(new Error('SECRET-CANARY')),
      sign: () => Promise.reject(new Error('SECRET-CANARY')),
    };
    const found: Diagnosis = await world
      .client({ auth: broken, descriptor: simulatorDescriptor })
      .diagnose({ sign: true });
    expect(codes(found)).toMatchObject({ certificate: 'TE_INTERNAL' });
    expect(JSON.stringify(found)).not.toContain('SECRET-CANARY');
    const closed: TerrESanteClient = world.client({ auth: broken, deposit: undefined });
    await closed.close();
    await expect(closed.diagnose()).rejects.toMatchObject({ code: 'TE_CLOSED' });
  });

  describe.concurrent('of the mail', () => {
    const folder = join(tmpdir(), `diagnose-${String(process.pid)}`);
    type OutboxOptions = NonNullable<ClientOptions['outbox']>;
    const clientWith = (change: (usual: OutboxOptions) => Partial<OutboxOptions> = () => ({})): TerrESanteClient => {
      const usual: OutboxOptions = { store: { folder }, ...mailServer(world.simulator) };
      return world.client({ deposit: undefined, outbox: { ...usual, ...change(usual) } });
    };
    const withServer = (change: Partial<OutboxOptions['server']>): TerrESanteClient =>
      clientWith(({ server }) => ({ server: { ...server!, ...change } }));
    const mute = net.createServer();
    beforeAll(() => new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve)));
    afterAll(() => void mute.close());

    it('tries the server of the outbox, without sending and without the store', async () => {
      expect(states(await clientWith().diagnose())).toMatchObject({ deposit: 'ok' });
      expect(existsSync(folder)).toBe(false);
    });

    it('names a wrong authority, a closed port, a silent server', async () => {
      const { certPem } = world.simulator.hierarchy.professional.authentication;
      expect(codes(await withServer({ caPem: certPem }).diagnose())).toEqual({ deposit: 'TE_TLS' });
      expect(codes(await withServer({ port: 9 }).diagnose())).toEqual({ deposit: 'TE_UNAVAILABLE' });
      const { port } = mute.address() as AddressInfo;
      expect(codes(await withServer({ port }).diagnose({ timeoutMs: 1_500 }))).toEqual({ deposit: 'TE_TIMEOUT' });
    });

    it('names a token that does not come, and one that fails, without its text', async () => {
      const withToken = (provider: () => Promise<string>): TerrESanteClient =>
        clientWith(() => ({ credentials: { token: { mailbox: world.config.user.mssAddress, provider } } }));
      const failing = await withToken(() => Promise.reject(new Error('SECRET-CANARY'))).diagnose();
      expect(codes(failing)).toEqual({ deposit: 'TE_AUTHN_REQUIRED' });
      expect(JSON.stringify(failing)).not.toContain('SECRET-CANARY');
      const silent = withToken(() => new Promise(() => undefined));
      expect(codes(await silent.diagnose({ timeoutMs: 1_500 }))).toEqual({ deposit: 'TE_TIMEOUT' });
    });

    it('tries the mailbox of replies where there is one', async () => {
      const server = { host: '127.0.0.1', port: 9, caPem: world.simulator.caPem };
      const credentials = { password: { user: 'cabinet', provider: async () => 'secret' } };
      const away = clientWith(() => ({ replies: { mailbox: createMailbox({ server, credentials }) } }));
      expect(codes(await away.diagnose())).toEqual({ replies: 'TE_UNAVAILABLE' });
      const { port } = mute.address() as AddressInfo;
      const silent = createMailbox({ server: { ...server, port }, credentials });
      const found = await clientWith(() => ({ replies: { mailbox: async () => silent } })).diagnose({
        timeoutMs: 1_500,
      });
      expect(codes(found)).toEqual({ replies: 'TE_TIMEOUT' });
      expect(states(found)).toMatchObject({ deposit: 'ok' });
    });
  });
});
