import { X509Certificate } from 'node:crypto';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createPkcs12Provider } from '../../src/auth/index.ts';
import type { ClientInsiOptions } from '../../src/index.ts';
import { createInsiServer, type InsiServer } from '../../src/simulator/index.ts';
import { fictivePatient } from '../../src/testing/index.ts';
import { startDemandingServer } from '../helpers/demanding-server.ts';
import { missing } from '../helpers/require-tool.ts';
import { tlsWorld, type TlsWorld } from '../helpers/tls-world.ts';
import { createWorld, type World } from './world.ts';

const day = 86_400_000;
const expired = { notBefore: Date.now() - 3 * day, notAfter: Date.now() - day };
const { traits, ins } = fictivePatient();
const query = {
  birthName: traits.birthName ?? '',
  firstNames: [traits.firstName ?? ''],
  sex: traits.sex as 'F',
  birthDate: traits.birthDate ?? '',
} as const;

let world: World;
let certificates: TlsWorld;
let server: InsiServer;
let front: Server;
const shown: string[] = [];

/** The téléservice behind a door that demands a certificate of its own authorities. */
beforeAll(async () => {
  world = await createWorld();
  certificates = tlsWorld();
  server = await createInsiServer();
  const tls = { ...certificates.server(), ca: certificates.caPem, requestCert: true, rejectUnauthorized: true };
  front = createServer(tls, (asked, answer) => {
    const { socket } = asked;
    shown.push((socket instanceof TLSSocket && socket.getPeerX509Certificate()?.fingerprint256) || 'none');
    const { method, headers } = asked;
    const inner = request(server.url, { method, headers }, (given) => {
      answer.writeHead(given.statusCode ?? 500, given.headers);
      given.pipe(answer);
    });
    asked.pipe(inner);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  front.closeAllConnections();
  front.close();
  await server.close();
  await world.close();
});

function insi(own: Pick<ClientInsiOptions, 'identity' | 'crl'>): ClientInsiOptions {
  return {
    endpoint: `https://localhost:${String((front.address() as AddressInfo).port)}/`,
    ca: certificates.caPem,
    sender: {
      authorizationNumber: '4242',
      softwareName: 'LOGICIEL-FICTIF',
      softwareVersion: '1.0',
      instanceId: 'b3549edd-4ae9-472a-b26f-fd2fb4ef397f',
      emitter: 'CABINET FICTIF',
    },
    ...own,
  };
}

describe('an INSi that demands the certificate of the structure', () => {
  it('takes that of a PKCS#12 file, and is shown no other', async () => {
    const own = certificates.client();
    const provider = await createPkcs12Provider({ pfx: own.pfx, password: own.password });
    const options = insi({ identity: async (call) => provider.tlsIdentity?.(call) });
    // The certificate that the platform is shown is not the one for the INSi.
    const te = world.client({ insi: options, tls: { ca: world.simulator.caPem, clientCertificate: true } });

    shown.length = 0;
    const answer = await te.insi.searchByTraits(query);
    expect(answer).toMatchObject({ result: 'found', ins: { value: ins.value } });
    expect(shown).toEqual([new X509Certificate(own.certDer).fingerprint256]);
    await provider.close();
  });

  it.skipIf(missing('openssl')).each<[string, () => ReturnType<TlsWorld['client']> | undefined]>([
    ['none', () => undefined],
    ['one that has expired', () => certificates.client(expired)],
    ['one of another authority', () => tlsWorld().client()],
  ])('refuses %s: nothing of the patient was sent', async (_what, made) => {
    const far = await startDemandingServer(
      certificates.server(),
      { caPem: certificates.caPem, crlPem: certificates.lists() },
      '-tls1_3',
    );
    const other = made();
    const identity = other && { certificates: other.chainPem, privateKey: other.keyPem };
    // Without its own, the certificate for the platform does not take its place.
    const te = world.client({
      insi: { ...insi({ identity }), endpoint: far.url },
      tls: { ca: world.simulator.caPem, clientCertificate: true },
    });

    await expect(te.insi.searchByTraits(query)).rejects.toMatchObject({ code: 'TE_CLIENT_CERT', retryable: false });
    expect(far.taken).toBe(0);
    far.stop();
  });

  it('is refused itself when its certificate was revoked', async () => {
    const own = certificates.client();
    const identity = { certificates: own.chainPem, privateKey: own.keyPem };
    const revokedServer = certificates.server();
    const before = server.received;
    const another = createServer(revokedServer, () => undefined);
    await new Promise<void>((resolve) => another.listen(0, '127.0.0.1', resolve));
    const endpoint = `https://localhost:${String((another.address() as AddressInfo).port)}/`;
    const crl = async (): Promise<string> => certificates.lists([revokedServer.der]);
    const te = world.client({ insi: { ...insi({ identity, crl }), endpoint } });

    await expect(te.insi.searchByTraits(query)).rejects.toMatchObject({
      code: 'TE_TLS',
      details: { networkCode: 'CERT_REVOKED' },
    });
    expect(server.received).toBe(before);
    another.close();
  });
});
