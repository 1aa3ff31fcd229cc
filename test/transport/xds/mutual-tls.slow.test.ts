import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { inspect } from 'node:util';

import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { createPkcs12Provider } from '../../../src/auth/index.ts';
import type { Submission } from '../../../src/documents/index.ts';
import { isTerrESanteError, type TerrESanteError } from '../../../src/errors.ts';
import { cardPair } from '../../../src/testing/pki/pairs.ts';
import { writePfx } from '../../../src/testing/pki/pfx.ts';
import {
  createHttpClient,
  createXdsClient,
  type HttpClientOptions,
  type XdsClient,
} from '../../../src/transport/index.ts';
import { submission } from '../../client/world.ts';
import { startCardRelay } from '../../helpers/card-relay.ts';
import { startDemandingServer } from '../../helpers/demanding-server.ts';
import { iheRefereeCommand, startIheReferee, type IheReferee } from '../../helpers/ihe-referee.ts';
import { missing, skipBecause } from '../../helpers/require-tool.ts';
import { createSoftToken, softhsmLibrary } from '../../helpers/softhsm-token.mjs';
import { tlsWorld, type ServerChanges, type TlsWorld } from '../../helpers/tls-world.ts';
import { startFakeRegistry, type FakeRegistry } from './fake-registry.ts';

const day = 86_400_000;
/** A Java program has time to start on a busy machine. */
const javaMs = 180_000;
const expired = { notBefore: Date.now() - 3 * day, notAfter: Date.now() - day };
const future = { notBefore: Date.now() + day, notAfter: Date.now() + 3 * day };

let world: TlsWorld;
let stranger: TlsWorld;
let sent: Submission;
const cleanups: (() => unknown)[] = [];

beforeAll(async () => {
  [world, stranger] = [tlsWorld(), tlsWorld()];
  sent = await submission({ title: 'CANARITITRE' });
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function xdsTo(url: string, options: HttpClientOptions): XdsClient {
  const http = createHttpClient({ ca: world.caPem, timeoutMs: 60_000, ...options });
  cleanups.push(() => http.close());
  return createXdsClient({ http, endpoints: { register: url } });
}

async function registry(options: ServerOptions): Promise<FakeRegistry & { readonly url: string }> {
  const started = await startFakeRegistry(options);
  cleanups.push(() => started.close());
  return Object.assign(started, { url: `https://localhost:${String(started.port)}/` });
}

const fingerprint = (der: Uint8Array): string => new X509Certificate(der).fingerprint256;

/** Of a deposit that was not made: the far side did not get a byte of it. */
async function refusalOf(xds: XdsClient): Promise<TerrESanteError> {
  const error: unknown = await xds.registerDocuments(sent).then(
    () => expect.unreachable('should fail'),
    (reason: unknown) => reason,
  );
  if (!isTerrESanteError(error)) throw error;
  expect(error).toMatchObject({ retryable: false, details: { unknownOutcome: false } });
  expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/CANARI|PRIVATE KEY|BEGIN CERTIFICATE/);
  return error;
}

describe('a server whose certificate is not good', () => {
  const cases: [string, () => ServerChanges, HttpClientOptions, string][] = [
    ['expired', () => expired, {}, 'CERT_HAS_EXPIRED'],
    ['not valid yet', () => future, {}, 'CERT_NOT_YET_VALID'],
    ['signed by itself', () => ({ isSelfSigned: true }), {}, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['of a client', () => ({ usage: 'clientAuth' }), {}, 'INVALID_PURPOSE'],
    ['of another name', () => ({ names: ['autre.example'] }), {}, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    [
      'of another name than the one asked for',
      () => ({}),
      { servername: 'autre.example' },
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
  ];

  it.each(cases)('%s', async (_what, changes, options, networkCode) => {
    const far = await registry(world.server(changes()));
    const error = await refusalOf(xdsTo(far.url, options));
    expect(error).toMatchObject({ code: 'TE_TLS', details: { networkCode } });
    expect(far.deposits).toEqual([]);
  });

  it('of an unknown authority', async () => {
    const far = await registry(stranger.server());
    expect(await refusalOf(xdsTo(far.url, {}))).toMatchObject({ code: 'TE_TLS' });
    expect(await refusalOf(xdsTo(far.url, { ca: undefined }))).toMatchObject({ code: 'TE_TLS' });
    expect(far.deposits).toEqual([]);
  });

  it('revoked', async () => {
    const own = world.server();
    const far = await registry(own);
    expect(await refusalOf(xdsTo(far.url, { crl: async () => world.lists([own.der]) }))).toMatchObject({
      code: 'TE_TLS',
      details: { networkCode: 'CERT_REVOKED' },
    });
    expect(far.deposits).toEqual([]);
  });

  it.each(['TLSv1', 'TLSv1.1'] as const)('that speaks nothing newer than %s', async (version) => {
    const far = await registry({
      ...world.server(),
      minVersion: version,
      maxVersion: version,
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const before = tls.DEFAULT_MIN_VERSION;
    try {
      // What a process may have set for its own needs changes nothing here.
      tls.DEFAULT_MIN_VERSION = 'TLSv1';
      expect(await refusalOf(xdsTo(far.url, {}))).toMatchObject({ code: 'TE_TLS' });
    } finally {
      tls.DEFAULT_MIN_VERSION = before;
    }
    expect(far.deposits).toEqual([]);
  });
});

describe.skipIf(missing('openssl'))('a server that refuses the certificate of the client', () => {
  const versions = ['-tls1_2', '-tls1_3'] as const;

  it.each(versions)('%s: each refusal has its name', async (version) => {
    const revoked = world.client();
    const far = await startDemandingServer(
      world.server(),
      { caPem: world.caPem, crlPem: world.lists([revoked.certDer]) },
      version,
    );
    cleanups.push(() => far.stop());
    const none = version === '-tls1_2' ? ['TE_TLS', 'handshake_failure'] : ['TE_CLIENT_CERT', 'certificate_required'];

    const cases = [
      [undefined, ...none],
      [world.client(expired), 'TE_CLIENT_CERT', 'certificate_expired'],
      [world.client(future), 'TE_CLIENT_CERT', 'bad_certificate'],
      [stranger.client(), 'TE_CLIENT_CERT', 'unknown_ca'],
      [revoked, 'TE_CLIENT_CERT', 'certificate_revoked'],
    ] as const;
    for (const [shown, code, alert] of cases) {
      const identity = shown && { certificates: shown.chainPem, privateKey: shown.keyPem };
      // Under TLS 1.3 the alert comes while the request is on its way: it must win each time.
      for (let turn = 0; turn < 5; turn += 1) {
        expect(await refusalOf(xdsTo(far.url, { identity })), alert).toMatchObject({ code, details: { alert } });
      }
    }
    expect(far.taken).toBe(0);
  });
});

describe('a server that demands a certificate', () => {
  const demanding = async (maxVersion?: 'TLSv1.2'): Promise<FakeRegistry & { readonly url: string }> =>
    registry({ ...world.server(), ca: world.caPem, requestCert: true, rejectUnauthorized: true, maxVersion });

  it.each([undefined, 'TLSv1.2'] as const)('takes that of a PKCS#12 file (newest version: %s)', async (version) => {
    const far = await demanding(version);
    const own = world.client();
    const provider = await createPkcs12Provider({ pfx: own.pfx, password: own.password });
    const xds = xdsTo(far.url, {
      identity: async (call) => provider.tlsIdentity?.(call),
      crl: async () => world.lists(),
    });

    await expect(xds.registerDocuments(sent)).resolves.toMatchObject({ status: 'Success' });
    expect(far.shown).toEqual([fingerprint(own.certDer)]);
    await provider.close();
  });

  it
    .skipIf((softhsmLibrary === null && skipBecause('not installed: softhsm2')) || missing('java'))
    .each(['TLSv1.2', 'TLSv1.3'] as const)(
    'takes that of a card, whose key signs in the card, through a local proxy (%s)',
    { timeout: javaMs },
    async (protocol) => {
      const far = await demanding();
      const { signature, authentication } = cardPair(world.authorities, {});
      const token = createSoftToken({ signature, authentication });
      cleanups.push(() => token.close());
      const relay = await startCardRelay(token, { caPem: world.caPem, port: far.port, protocol });
      cleanups.push(() => relay.stop());

      const xds = xdsTo(relay.url, { allowClearLoopback: true });
      await expect(xds.registerDocuments(sent)).resolves.toMatchObject({ status: 'Success' });
      expect(far.shown).toEqual([fingerprint(authentication.certDer)]);
    },
  );
});

const command = iheRefereeCommand();

/** With a server certificate and trust of this world, in files that it reads once. */
async function demandingReferee(): Promise<IheReferee> {
  const folder = mkdtempSync(join(tmpdir(), 'te-referee-tls-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  const { der, key } = world.server();
  const { organisations, root } = world.authorities;
  const pfx = writePfx('mot-de-passe', [createPrivateKey(key)], [der, organisations.der, root.der]);
  writeFileSync(join(folder, 'server.p12'), pfx, { mode: 0o600 });
  writeFileSync(join(folder, 'ca.pem'), world.caPem);

  const files = ['--tls', join(folder, 'server.p12'), '--client-ca', join(folder, 'ca.pem')];
  const referee = await startIheReferee(command ?? '', [...files, '--password', 'mot-de-passe']);
  if (referee === null) expect.unreachable('the referee does not start');
  cleanups.push(() => referee.stop());
  return referee;
}

describe.skipIf(command === null)('Open eHealth IPF that demands a certificate', () => {
  it('takes a PKCS#12 identity, and tells the others why not', { timeout: javaMs }, async () => {
    const referee = await demandingReferee();
    const url = `${referee.url.replace('127.0.0.1', 'localhost')}/iti41`;
    const own = world.client();
    const provider = await createPkcs12Provider({ pfx: own.pfx, password: own.password });
    const identity = await provider.tlsIdentity?.();
    await expect(xdsTo(url, { identity }).registerDocuments(sent)).resolves.toMatchObject({ status: 'Success' });
    expect(referee.log.at(-1)).toMatchObject({ transaction: 'ITI-41', outcome: 'Success', mtom: true });

    for (const shown of [undefined, world.client(expired), stranger.client()]) {
      const other = shown && { certificates: shown.chainPem, privateKey: shown.keyPem };
      expect(await refusalOf(xdsTo(url, { identity: other }))).toMatchObject({ code: 'TE_CLIENT_CERT' });
    }
    expect(referee.log).toHaveLength(1);
  });
});
