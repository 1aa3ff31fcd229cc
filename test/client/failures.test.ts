import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../src/client/create-client.ts';
import type { TerrESanteClient } from '../../src/client/model.ts';
import { isTerrESanteError } from '../../src/errors.ts';
import { createPkcs12Provider } from '../../src/auth/index.ts';
import type { PlatformBinding } from '../../src/transport/index.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import { consentFor, createWorld, rppsHolder, sharedHierarchy, submission, type World } from './world.ts';

const patient = fictivePatient();
const localId = patient.localId;
let world: World;

/** An HTTPS server that answers what the test wants, with our own authority. */
let odd: { url: string; server: Server; answer: (path: string) => { status: number; body: string; date?: string } };

beforeAll(async () => {
  world = await createWorld();
  const { chainPem, keyPem } = (await sharedHierarchy()).server();
  const server = createServer({ cert: chainPem, key: keyPem }, (request, response) => {
    request.resume();
    request.on('end', () => {
      const { status, body, date } = odd.answer(request.url ?? '');
      response.writeHead(status, date === undefined ? {} : { Date: date }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  odd = {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    answer: () => ({ status: 500, body: '' }),
  };
});
afterAll(async () => {
  odd.server.closeAllConnections();
  odd.server.close();
  await world.close();
});

const against = (url: string, options = {}): TerrESanteClient =>
  world.client({ deposit: undefined, ...options }, { ...world.config, quai: { ...world.config.quai, url } });

const statusAnswer = {
  state: 'exists',
  regionalId: { system: '2.999.1.1', value: 'IDF-1' },
  sharing: 'shared',
  membership: 'member',
  isTreatingPhysician: null,
  dates: { lastAccess: null, lastUpdate: null, lastDocumentAdded: null },
  identity: null,
};

describe('an answer of the platform becomes one error of ours', () => {
  it.each<[number, string, string]>([
    [401, '', 'TE_AUTHN_REQUIRED'],
    [401, 'assertion-absent', 'TE_AUTHN_REQUIRED'],
    [401, 'assertion-expired', 'TE_AUTHN_REQUIRED'],
    [401, 'assertion-not-yet-valid', 'TE_CLOCK_SKEW'],
    [403, '', 'TE_FORBIDDEN'],
    [403, 'assertion-rejected', 'TE_AUTHN_REJECTED'],
    [403, 'certificate-rejected', 'TE_AUTHN_REJECTED'],
    [403, 'not-in-circle', 'TE_NOT_IN_CIRCLE'],
    [403, 'blocked', 'TE_BLOCKED_BY_PATIENT'],
    [403, 'forbidden', 'TE_FORBIDDEN'],
    [403, 'consent-missing', 'TE_CONSENT_REQUIRED'],
    [403, 'consent-refused', 'TE_CONSENT_REFUSED'],
    [404, '', 'TE_NOT_FOUND'],
    [404, 'not-found', 'TE_NOT_FOUND'],
    [404, 'dossier-absent', 'TE_DOSSIER_ABSENT'],
    [408, '', 'TE_TIMEOUT'],
    [409, '', 'TE_CONFLICT'],
    [409, 'replayed', 'TE_CONFLICT'],
    [409, 'dossier-exists', 'TE_DOSSIER_EXISTS'],
    [409, 'dossier-closed', 'TE_DOSSIER_CLOSED'],
    [409, 'identity-ambiguous', 'TE_IDENTITY_AMBIGUOUS'],
    [409, 'identity-mismatch', 'TE_IDENTITY_MISMATCH'],
    [412, '', 'TE_CONFLICT'],
    [413, 'too-large', 'TE_TOO_LARGE'],
    [400, 'invalid', 'TE_VALIDATION'],
    [422, '', 'TE_VALIDATION'],
    [422, 'identity-incomplete', 'TE_IDENTITY_INCOMPLETE'],
    [422, 'identity-provisional', 'TE_IDENTITY_PROVISIONAL'],
    [429, '', 'TE_RATE_LIMITED'],
    [500, '', 'TE_UNAVAILABLE'],
    [502, '<html>', 'TE_UNAVAILABLE'],
    [503, '', 'TE_UNAVAILABLE'],
    [504, '', 'TE_TIMEOUT'],
    [418, '', 'TE_PROTOCOL'],
    [201, '', 'TE_PROTOCOL'],
    [503, '__proto__', 'TE_UNAVAILABLE'],
  ])('%i %s -> %s', async (status, word, code) => {
    odd.answer = () => ({ status, body: word === '' ? '' : JSON.stringify({ error: { code: word } }) });
    await expect(against(odd.url).documents.list(patient)).rejects.toMatchObject({
      code,
      retryable: ['TE_RATE_LIMITED', 'TE_UNAVAILABLE', 'TE_TIMEOUT'].includes(code),
    });
  });

  it('a refused assertion beside clocks that differ is a clock problem', async () => {
    odd.answer = () => ({
      status: 401,
      body: '{"error":{"code":"assertion-expired"}}',
      date: new Date(Date.now() + 600_000).toUTCString(),
    });
    await expect(against(odd.url).dossier.status(patient)).rejects.toMatchObject({
      code: 'TE_CLOCK_SKEW',
      details: { skewSeconds: expect.closeTo(-600, -1) },
    });
  });

  it.each<[string, unknown]>([
    ['no JSON', undefined],
    ['another shape', []],
    ['a null', null],
    ['an unknown state', { ...statusAnswer, state: 'perhaps' }],
    ['an unknown membership', { ...statusAnswer, membership: 'owner' }],
    ['no dates', { ...statusAnswer, dates: undefined }],
    ['a date that is none', { ...statusAnswer, dates: { ...statusAnswer.dates, lastAccess: 'hier' } }],
    ['an identifier without domain', { ...statusAnswer, regionalId: { value: 'x' } }],
    ['a flag that is none', { ...statusAnswer, isTreatingPhysician: 'yes' }],
    ['a long text', { ...statusAnswer, regionalId: { system: '2.999', value: 'x'.repeat(5000) } }],
  ])('an answer that is not understood is TE_PROTOCOL: %s', async (_, value) => {
    odd.answer = () => ({ status: 200, body: value === undefined ? '{"state":' : JSON.stringify(value) });
    await expect(against(odd.url).dossier.status(patient)).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
  });

  it.each<[string, unknown]>([
    ['absent', { since: '2026-01-01T00:00:00Z', asOf: '2026-01-02T00:00:00Z' }],
    ['text', { count: '3', since: '2026-01-01T00:00:00Z', asOf: '2026-01-02T00:00:00Z' }],
    ['negative', { count: -1, since: '2026-01-01T00:00:00Z', asOf: '2026-01-02T00:00:00Z' }],
    ['a fraction', { count: 0.5, since: '2026-01-01T00:00:00Z', asOf: '2026-01-02T00:00:00Z' }],
    ['without time', { count: 0, since: '2026-01-01T00:00:00Z' }],
  ])('a count that is %s is unknown, never 0', async (_, value) => {
    odd.answer = () => ({ status: 200, body: JSON.stringify(value) });
    expect(await against(odd.url).notifications.countForPatient(patient)).toMatchObject({
      count: null,
      partial: [{ code: 'TE_PROTOCOL' }],
    });
  });

  it('an answer about somebody else is refused', async () => {
    const { birthDate, birthName, firstName, sex } = patient.traits;
    const traits = { birthName, firstName, birthDate, sex };
    for (const [change, differing] of [
      [{ birthName: 'AUTRE' }, ['birthName']],
      [{ firstName: 'AUTRE' }, ['firstName']],
      [{ birthDate: '1979-03-29' }, ['birthDate']],
      [{ sex: 'M', birthDate: '1980-01-01' }, ['birthDate', 'sex']],
    ] as const) {
      odd.answer = () => ({
        status: 200,
        body: JSON.stringify({ ...statusAnswer, identity: { ...traits, ...change } }),
      });
      await expect(against(odd.url).dossier.status(patient)).rejects.toMatchObject({
        code: 'TE_IDENTITY_MISMATCH',
        details: { traits: differing },
      });
    }
    odd.answer = () => ({
      status: 200,
      body: JSON.stringify({ ...statusAnswer, identity: { ...traits, birthName: 'Dupré Test' } }),
    });
    expect((await against(odd.url).dossier.status(patient)).state).toBe('exists');
  });

  it('a document that is not the announced one is not given', async () => {
    const listed = {
      uniqueId: '2.999.5',
      entryId: 'urn:uuid:1',
      title: 'T',
      typeCode: 'CERT_DECL',
      typeLabel: 'L',
      status: 'approved',
      submittedAt: '2026-01-01T00:00:00Z',
      mimeType: 'text/xml',
      size: 5,
      sha1: '0'.repeat(40),
      confidentiality: 'N',
      replacedBy: null,
    };
    odd.answer = (path) => ({
      status: 200,
      body: path.endsWith('/list') ? JSON.stringify({ documents: [listed] }) : 'bytes',
    });
    const te = against(odd.url);
    await expect(te.documents.fetch(patient, '2.999.5')).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
    await expect(te.documents.fetch(patient, '2.999.6')).rejects.toMatchObject({ code: 'TE_NOT_FOUND' });
    odd.answer = (path) => ({
      status: 200,
      body: path.endsWith('/list') ? JSON.stringify({ documents: [listed] }) : 'more bytes than announced',
    });
    await expect(te.documents.fetch(patient, '2.999.5')).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
    odd.answer = () => ({ status: 200, body: JSON.stringify({ documents: [{ ...listed, size: 10 ** 12 }] }) });
    await expect(te.documents.fetch(patient, '2.999.5')).rejects.toMatchObject({ code: 'TE_TOO_LARGE' });
  });
});

describe('the network', () => {
  it('nothing listens, hangs, cuts, redirects, answers half', async () => {
    const { simulator } = world;
    const te = world.client({ timeoutMs: 5000 });
    await expect(against('https://127.0.0.1:1').dossier.status(patient)).rejects.toMatchObject({
      code: 'TE_UNAVAILABLE',
      retryable: true,
    });
    simulator.inject({ kind: 'http-hang' });
    await expect(te.dossier.status(patient, { timeoutMs: 800 })).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
    simulator.inject({ kind: 'http-cut' });
    await expect(te.dossier.status(patient)).rejects.toMatchObject({ code: 'TE_UNAVAILABLE' });
    simulator.inject({ kind: 'http-redirect', location: odd.url });
    await expect(te.dossier.status(patient)).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
    simulator.inject({ kind: 'http-malformed' });
    await expect(te.dossier.status(patient)).rejects.toMatchObject({ code: 'TE_PROTOCOL' });
    simulator.inject({ kind: 'http-status', status: 503, times: 2 });
    await expect(te.dossier.status(patient)).rejects.toMatchObject({ code: 'TE_UNAVAILABLE' });
    await expect(te.dossier.status(patient)).rejects.toMatchObject({ code: 'TE_UNAVAILABLE' });
    expect((await te.dossier.status(patient)).state).toBe('absent');
  });

  it('an unknown server certificate', async () => {
    await expect(world.client({ tls: {} }).dossier.status(patient)).rejects.toMatchObject({ code: 'TE_TLS' });
  });

  it('a server that wants a client certificate', async () => {
    const strict = await createWorld({ requireClientCertificate: true });
    const { authentication, signature } = strict.simulator.hierarchy.professional;
    await expect(strict.te.dossier.status(patient)).rejects.toMatchObject({ code: 'TE_CLIENT_CERT' });
    const signer = await createPkcs12Provider({ pfx: signature.pfx, password: signature.password });
    const auth = {
      ...signer,
      kind: signer.kind,
      certificates: signer.certificates.bind(signer),
      sign: signer.sign.bind(signer),
      tlsIdentity: async () => ({ certificates: authentication.chainPem, privateKey: authentication.keyPem }),
    };
    const te = strict.client({ auth, tls: { ca: strict.simulator.caPem, clientCertificate: true } });
    expect((await te.dossier.status(patient)).state).toBe('absent');

    const card = strict.client({
      auth: { kind: 'carte', certificates: auth.certificates, sign: auth.sign },
      tls: { ca: strict.simulator.caPem, clientCertificate: true },
    });
    await expect(card.dossier.status(patient)).rejects.toMatchObject({
      code: 'TE_UNSUPPORTED',
      details: { operation: 'tls' },
    });
    await strict.close();
  });

  it('is cancelled by its caller, and ended by close', async () => {
    const { simulator } = world;
    const te = world.client();
    simulator.inject({ kind: 'http-hang', times: 2 });
    const controller = new AbortController();
    const call = te.dossier.status(patient, { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    await expect(call).rejects.toMatchObject({ code: 'TE_CANCELLED' });
    const own = createClient(world.config, {
      auth: {
        ...world.auth,
        kind: 'x',
        certificates: world.auth.certificates.bind(world.auth),
        sign: world.auth.sign.bind(world.auth),
      },
      tls: { ca: simulator.caPem },
    });
    const ended = expect(own.dossier.status(patient)).rejects.toMatchObject({ code: 'TE_CLOSED' });
    setTimeout(() => void own.close(), 50);
    await ended;
  });

  it('a lost answer to a creation: status tells, and the second creation is refused, not doubled', async () => {
    const lost = await createWorld();
    const consent = consentFor(lost.te);
    // The creation asks the status first: only the second answer is lost.
    expect((await lost.te.dossier.status(patient)).state).toBe('absent');
    const te = lost.client({
      bindings: [loseCreation(lost)],
    });
    await expect(te.dossier.create(patient, { consent, joinAs: 'PCP' })).rejects.toMatchObject({
      code: 'TE_UNAVAILABLE',
    });
    expect((await lost.te.dossier.status(patient)).state).toBe('exists');
    await expect(lost.te.dossier.create(patient, { consent, joinAs: 'PCP' })).rejects.toMatchObject({
      code: 'TE_DOSSIER_EXISTS',
    });
    expect(await lost.te.dossier.create(patient, { consent, joinAs: 'PCP', ifExists: 'return' })).toMatchObject({
      created: false,
    });
    expect(lost.simulator.dossiers()).toHaveLength(1);
    await lost.close();
  });
});

/** The real binding, whose creation is done but whose answer never comes. */
function loseCreation(of: World): PlatformBinding {
  return {
    kind: 'simulator-http',
    dossier: {
      status: async () => ({
        value: {
          ...statusAnswer,
          state: 'absent',
          regionalId: null,
          sharing: null,
          membership: 'unknown',
          identity: null,
        },
        platformTime: null,
      }),
      create: async () => {
        of.simulator.addDossier({ localId, traits: patient.traits, members: [rppsHolder] });
        const { TerrESanteError } = await import('../../src/errors.ts');
        throw new TerrESanteError('TE_UNAVAILABLE', 'coupé');
      },
    },
  };
}

describe('states of the dossier', () => {
  it('closed, blocked, not in the circle, ambiguous, known under other traits', async () => {
    const other = await createWorld();
    const { simulator, te } = other;
    const sent = await submission();
    const absent = { code: 'TE_DOSSIER_ABSENT' };
    await expect(te.documents.list(patient)).rejects.toMatchObject(absent);
    await expect(te.documents.deposit(patient, sent, { patientConsent: true })).rejects.toMatchObject(absent);
    expect(simulator.intakes()).toEqual([]);

    simulator.addDossier({ localId, traits: patient.traits, ins: patient.ins });
    expect(await te.dossier.status(patient)).toMatchObject({ state: 'exists', membership: 'not-member' });
    await expect(te.notifications.countForPatient(patient)).rejects.toMatchObject({ code: 'TE_NOT_IN_CIRCLE' });
    await expect(te.documents.list(patient)).rejects.toMatchObject({ code: 'TE_NOT_IN_CIRCLE' });
    expect(await te.notifications.countForPractitioner({ since: '2026-01-01T00:00:00Z' })).toMatchObject({
      count: 0,
      perPatient: [],
    });

    simulator.block(localId, rppsHolder);
    expect(await te.dossier.status(patient)).toMatchObject({ state: 'exists', membership: 'blocked' });
    await expect(te.documents.list(patient)).rejects.toMatchObject({ code: 'TE_BLOCKED_BY_PATIENT' });

    simulator.closeDossier(localId);
    expect((await te.dossier.status(patient)).state).toBe('closed');
    await expect(te.documents.deposit(patient, sent, { patientConsent: true })).rejects.toMatchObject({
      code: 'TE_DOSSIER_CLOSED',
    });
    await expect(te.dossier.create(patient, { consent: consentFor(te), joinAs: 'PCP' })).rejects.toMatchObject({
      code: 'TE_DOSSIER_CLOSED',
    });

    const twin = {
      ...patient,
      ins: undefined,
      identityStatus: 'VALI' as const,
      localId: { ...localId, value: 'PAT-000555' },
    };
    expect((await te.dossier.status(twin)).state).toBe('ambiguous');
    await expect(te.dossier.create(twin, { consent: consentFor(te, twin) })).rejects.toMatchObject({
      code: 'TE_IDENTITY_AMBIGUOUS',
    });
    const changed = {
      ...patient,
      ins: undefined,
      identityStatus: 'VALI' as const,
      traits: { ...patient.traits, birthDate: '1979-03-29' },
    };
    await expect(te.dossier.status(changed)).rejects.toMatchObject({ code: 'TE_IDENTITY_MISMATCH' });
    await other.close();
  });
});

describe('canaries', () => {
  it('no trait, identifier, document or assertion in an error, its cause, its JSON, or on the console', async () => {
    const secrets = [
      'DUPRE-TEST',
      'CLAUDE',
      '279035121518989',
      localId.value,
      'saml2:Assertion',
      'PRIVATE KEY',
      'BEGIN CERTIFICATE',
      '1979-03-28',
    ];
    const written: string[] = [];
    const kept = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write.bind(stream) }));
    for (const { stream } of kept) stream.write = (chunk: unknown) => (written.push(String(chunk)), true);
    const errors: unknown[] = [];
    try {
      const te = against(odd.url);
      const attempts: (() => Promise<unknown>)[] = [
        ...[401, 403, 404, 409, 422, 500, 200, 302].map((status) => () => {
          odd.answer = () => ({
            status,
            body: JSON.stringify({ patient: patient.traits, ins: patient.ins, error: { code: 'DUPRE-TEST' } }),
          });
          return te.dossier.status(patient);
        }),
        () => against('https://127.0.0.1:1').documents.list(patient),
        () => world.client({ tls: {} }).notifications.list({ patient }),
        () => te.dossier.create(patient, { consent: { ...consentFor(te), mode: 'written' } }),
        async () =>
          te.documents.deposit({ ...patient, localId: { ...localId, value: 'DUPRE-TEST' } }, await submission(), {
            patientConsent: true,
          }),
        () => te.documents.list({ ...patient, traits: { ...patient.traits, birthDate: '1979-03-28X' } }),
        () => te.dossier.status({ ...patient, localId: { system: '2.999.3', value: 'DUPRE-TEST' } }),
      ];
      for (const attempt of attempts) {
        errors.push(
          await attempt().then(
            () => null,
            (error: unknown) => error,
          ),
        );
      }
    } finally {
      for (const { stream, write } of kept) stream.write = write;
    }
    for (const error of errors) {
      expect(isTerrESanteError(error)).toBe(true);
      const text = `${inspect(error, { depth: 30, showHidden: true })}${JSON.stringify(error)}${(error as Error).stack ?? ''}`;
      for (const secret of secrets) expect(text).not.toContain(secret);
    }
    expect(written.join('')).toBe('');
  });
});
