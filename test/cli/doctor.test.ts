import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import type { TerrESanteConfig } from '../../src/index.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import { consentFor, createWorld, submission, type World } from '../client/world.ts';
import { jsonLines, runWords } from '../helpers/cli.ts';

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
