import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import type { TerrESanteConfig } from '../../src/index.ts';
import { simulatorDescriptor } from '../../src/platform/index.ts';
import { createTestHierarchy, fictivePatient } from '../../src/testing/index.ts';
import { consentFor, createWorld, submission, type World } from '../client/world.ts';
import { jsonLines, runWords } from '../helpers/cli.ts';
import { listening } from '../helpers/test-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'te-diagnose-'));
let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

const path = (name: string): string => join(folder, name);
function file(name: string, content: string | Uint8Array): string {
  writeFileSync(path(name), content);
  return path(name);
}

/** A configuration whose personal parts, codes and addresses can be recognised. */
function planted(config: TerrESanteConfig): TerrESanteConfig {
  return {
    ...config,
    host: { ...config.host, product: 'LOGICIEL', lpsName: 'LOGICIEL', nil: 'CANARI-NIL', lpsId: 'CANARI-LPS' },
    modules: { tlsi: { enabled: true, code: 'CANARI-TLSI' }, terrESante: { enabled: true, code: 'CANARI-MODULE' } },
    structure: { ...config.structure, name: 'CANARI-CABINET', telecom: ['CANARI-TEL'], address: ['CANARI-RUE'] },
    quai: { ...config.quai, domainCode: 'CANARI-DOMAINE' },
  };
}

const patient = fictivePatient();

describe('terr-esante doctor', () => {
  it('gathers what support needs, without a name, an identifier, a code, a key or a path', async () => {
    const { simulator, config } = world;
    const { pfx, password } = simulator.hierarchy.professional.signature;
    vi.stubEnv('CARD_PASSWORD', password);

    // A spool of a program that runs, with a deposit that fails.
    const spool = mkdtempSync(path('spool-'));
    const { authentication } = simulator.hierarchy.professional;
    const te = world.client({
      deposit: undefined,
      outbox: {
        store: { folder: spool },
        server: { ...simulator.smtp, serverName: simulator.smtp.servername, caPem: simulator.caPem, port: 1 },
        credentials: { certificate: { certPem: authentication.chainPem, keyPem: authentication.keyPem } },
        retry: { firstDelayMs: 60_000 },
      },
    });
    await te.dossier.create(patient, { consent: consentFor(te), joinAs: 'PCP' });
    const sent = await submission({ title: 'CANARI-TITRE' });
    const { uniqueId } = await te.documents.deposit(patient, sent, { patientConsent: true });
    await vi.waitFor(async () => expect((await te.outbox.status(uniqueId))?.problem).not.toBeNull());

    const words = [
      ...['doctor', '--config', file('config.json', JSON.stringify(planted(config)))],
      ...['--p12', file('card.p12', pfx), '--password-env', 'CARD_PASSWORD', '--ca', file('ca.pem', simulator.caPem)],
      ...['--spool', spool, '--bundle', path('support.json')],
    ];
    const run = await runWords(words);
    expect(run.code, run.out + run.err).toBe(0);
    expect(run.out).toMatch(/^✓ certificate +Le certificat/m);
    expect(run.out).toMatch(/^– outbox +1 à envoyer/m);

    const text = readFileSync(path('support.json'), 'utf8');
    const bundle = JSON.parse(text) as Record<string, unknown>;
    expect(bundle).toMatchObject({
      format: 1,
      versions: { 'terr-esante-sdk': expect.stringMatching(/^\d+\.\d+/), node: process.versions.node },
      system: { platform: process.platform, arch: process.arch },
      configuration: {
        environment: config.environment,
        host: { product: 'LOGICIEL', has_nil: true },
        modules: { terrESante: { enabled: true, has_code: true } },
        user: { professionCode: config.user.professionCode, has_familyName: true },
        quai: { origin: new URL(config.quai.url).origin },
      },
      diagnosis: { ok: true, steps: expect.arrayContaining([expect.objectContaining({ topic: 'platform' })]) },
      signing: {
        provider: 'pkcs12',
        certificates: expect.arrayContaining([
          { issuer: expect.stringMatching(/CN=/), notBefore: expect.any(String), notAfter: expect.any(String) },
        ]),
      },
      outbox: { waiting: 1, problems: { TE_UNAVAILABLE: 1 }, oldestSeconds: expect.any(Number) },
    });

    const { user, structure, quai, host } = config;
    const secrets = [
      ...['CANARI', 'PRIVATE KEY', 'BEGIN CERTIFICATE', password, folder, 'card.p12', uniqueId],
      ...[user.familyName, user.givenName, user.rpps, user.mssAddress, structure.nationalId, quai.oid, host.oidRoot],
      ...[patient.traits.birthName, patient.ins.value, patient.localId.value],
    ].filter((secret) => secret !== undefined);
    expect(secrets.length).toBeGreaterThan(12);
    for (const secret of secrets) expect(text, secret).not.toContain(secret);

    // A second one is not written over the first.
    const again = await runWords(words);
    expect(again).toMatchObject({ code: 2, err: expect.stringContaining('TE_DUPLICATE') as string });
    expect(readFileSync(path('support.json'), 'utf8')).toBe(text);
  });

  it('says what is wrong, and gathers that too', async () => {
    const wrong = { ...planted(world.config), user: { ...world.config.user, rpps: 'CANARI-RPPS' } };
    const bundle = path('wrong.json');
    const run = await runWords([
      ...['doctor', '--config', file('wrong-config.json', JSON.stringify(wrong)), '--bundle', bundle],
      ...['--spool', path('absent'), '--json'],
    ]);
    expect(run.code).toBe(1);
    expect(jsonLines(run.out)).toMatchObject([{ ok: false, outbox: { code: 'TE_OUTBOX' } }]);
    expect(existsSync(path('absent'))).toBe(false);

    const text = readFileSync(bundle, 'utf8');
    expect(text).not.toContain('CANARI');
    expect(JSON.parse(text)).toMatchObject({
      diagnosis: {
        ok: false,
        steps: expect.arrayContaining([
          expect.objectContaining({
            topic: 'configuration',
            state: 'error',
            findings: expect.arrayContaining([expect.objectContaining({ severity: 'error' })]),
          }),
        ]),
      },
      signing: { provider: 'none', certificates: { code: 'TE_UNSUPPORTED' } },
      outbox: { code: 'TE_OUTBOX' },
    });
  });

  describe('of a platform that does not answer as it should', () => {
    /** The step of a topic, told with its cause and its remedy. */
    const stepOf = async (
      topic: string,
      { url = world.config.quai.url, ca = world.simulator.caPem, words = [] as readonly string[] } = {},
    ): Promise<{ readonly run: Awaited<ReturnType<typeof runWords>>; readonly step: Record<string, unknown> }> => {
      const { pfx, password } = world.simulator.hierarchy.professional.signature;
      vi.stubEnv('CARD_PASSWORD', password);
      const config = { ...world.config, quai: { ...world.config.quai, url } };
      const run = await runWords([
        ...['doctor', '--config', file('case.json', JSON.stringify(config)), '--ca', file('case.pem', ca)],
        ...['--p12', file('case.p12', pfx), '--password-env', 'CARD_PASSWORD', '--json', ...words],
      ]);
      const [{ steps }] = jsonLines(run.out) as [{ readonly steps: readonly Record<string, unknown>[] }];
      return { run, step: steps.find((found) => found['topic'] === topic) ?? {} };
    };
    const french = (text: RegExp): object => ({ fr: expect.stringMatching(text) as string });

    it('signs and reads a number where everything is right', async () => {
      const { run, step } = await stepOf('read', { words: ['--sign'] });
      expect(run.code, run.out).toBe(0);
      expect(step).toMatchObject({ state: 'ok', cause: null, fix: null });
    });

    it('names a closed port', async () => {
      const { run, step } = await stepOf('platform', { url: 'https://127.0.0.1:9' });
      expect(run.code).toBe(1);
      expect(step).toMatchObject({
        error: { code: 'TE_UNAVAILABLE', reason: 'ECONNREFUSED' },
        cause: french(/^Rien n'écoute/),
        fix: french(/quai\.url/),
      });
    });

    it('names an authority that is not the one', async () => {
      const other = await createTestHierarchy();
      const { step } = await stepOf('platform', { ca: other.caPem });
      expect(step).toMatchObject({ error: { code: 'TE_TLS' }, cause: french(/autorité/), fix: french(/--ca/) });
    });

    it('names a certificate of the server that is over', async () => {
      const { hierarchy } = world.simulator;
      const old = hierarchy.server('localhost', { notAfter: Date.now() - 86_400_000 });
      const server = await listening(createServer({ cert: old.chainPem, key: old.keyPem }));
      try {
        const { step } = await stepOf('platform', { url: `https://127.0.0.1:${String(server.port)}` });
        expect(step).toMatchObject({ error: { reason: 'CERT_HAS_EXPIRED' }, cause: french(/périmé/) });
      } finally {
        await server.close();
      }
    });

    it('names a clock that is off', async () => {
      // A server whose clock is not the one that is changed here.
      const { chainPem, keyPem } = world.simulator.hierarchy.server();
      const date = new Date().toUTCString();
      const server = await listening(
        createServer({ cert: chainPem, key: keyPem }, (_, response) => {
          response.writeHead(200, { date }).end();
        }),
      );
      const real = Date.now.bind(Date);
      const clock = vi.spyOn(Date, 'now').mockImplementation(() => real() - 600_000);
      try {
        const { step } = await stepOf('clock', { url: `https://127.0.0.1:${String(server.port)}` });
        expect(step).toMatchObject({ findings: [{ rule: 'CLOCK-SKEW' }] });
        expect(step['state']).toMatch(/^(error|warning)$/);
      } finally {
        clock.mockRestore();
        await server.close();
      }
    });

    it('names a server whose name is unknown, with a descriptor of its own', async () => {
      const hosts = { value: ['plateforme.invalid'], confidence: 'assumption', evidence: 'Test.' };
      const mine = JSON.stringify({ ...simulatorDescriptor, serviceHosts: hosts });
      const sha256 = createHash('sha256').update(mine).digest('hex');
      const words = ['--descriptor', file('mine.json', mine), '--sha256', sha256];
      const { step } = await stepOf('resolution', { url: 'https://plateforme.invalid', words });
      expect(step).toMatchObject({
        state: 'error',
        error: { code: 'TE_UNAVAILABLE', reason: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/) as string },
        cause: french(/nom du serveur/),
      });

      const wrong = await runWords(['doctor', '--config', file('case.json', '{}'), ...words.slice(0, 2)]);
      expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('--sha256') as string });
    });

    it('says cause and remedy in words too', async () => {
      const config = { ...world.config, quai: { ...world.config.quai, url: 'https://127.0.0.1:9' } };
      const run = await runWords(['doctor', '--config', file('words.json', JSON.stringify(config))]);
      expect(run.out).toMatch(/^✗ platform +TE_UNAVAILABLE : .+\n {4}cause : Rien n'écoute.+\n {4}que faire : /m);
    });
  });

  it.each<[string, string]>([
    ['no JSON', '{"user":"CANARI'],
    ['a list', '[]'],
    ['nothing', ''],
  ])('refuses a configuration that is %s, and leaves no file', async (_, content) => {
    const run = await runWords(['doctor', '--config', file('bad.json', content), '--bundle', path('none.json')]);
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.err).not.toContain('CANARI');
    expect(readdirSync(folder)).not.toContain('none.json');
  });

  it('shows whatever is in a configuration of another shape as absent', async () => {
    const hostile = { host: 'CANARI', user: ['CANARI'], quai: { url: 'https://CANARI:CANARI@host.example/CANARI' } };
    const bundle = path('hostile.json');
    await runWords(['doctor', '--config', file('hostile-config.json', JSON.stringify(hostile)), '--bundle', bundle]);
    if (existsSync(bundle)) expect(readFileSync(bundle, 'utf8')).not.toContain('CANARI');
  });
});
