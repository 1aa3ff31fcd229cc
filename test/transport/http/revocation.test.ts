import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { createHttpClient, type HttpClient, type HttpClientOptions } from '../../../src/transport/index.ts';
import { tlsWorld, type ServerCertificate, type TlsWorld } from '../../helpers/tls-world.ts';

let world: TlsWorld;
let own: ServerCertificate;
let server: Server;
let requests = 0;
const clients: HttpClient[] = [];

beforeAll(async () => {
  world = tlsWorld();
  own = world.server();
  server = createServer({ cert: own.cert, key: own.key }, (_, response) => {
    requests += 1;
    response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return () => {
    server.closeAllConnections();
    server.close();
  };
});
afterEach(async () => {
  requests = 0;
  for (const client of clients.splice(0)) await client.close();
});

function http(options: HttpClientOptions): HttpClient {
  const client = createHttpClient({ ca: world.caPem, timeoutMs: 5_000, ...options });
  clients.push(client);
  return client;
}

const get = (more: object = {}) => {
  const { port } = server.address() as AddressInfo;
  return { method: 'GET', url: `https://localhost:${String(port)}/`, ...more } as const;
};

describe('lists of revoked certificates', () => {
  it('are asked for once, and let pass whom they do not name', async () => {
    let asked = 0;
    const client = http({
      crl: async () => {
        asked += 1;
        return world.lists();
      },
    });
    await Promise.all([client.send(get()), client.send(get())]);
    await client.send(get());
    expect(asked).toBe(1);
  });

  it.each([
    ['the server is named', () => world.lists([own.der]), 'CERT_REVOKED'],
    ['its authority is named', () => world.lists([world.authorities.organisations.der]), 'CERT_REVOKED'],
    [
      'that of an authority is not there',
      () => world.lists().replace(/-----BEGIN[^]+?END X509 CRL-----\n/, ''),
      'UNABLE_TO_GET_CRL',
    ],
    ['they are of tomorrow', () => world.lists([], { thisUpdate: Date.now() + 3_600_000 }), 'CRL_NOT_YET_VALID'],
    ['they are of other authorities of the same name', () => tlsWorld().lists(), 'CRL_SIGNATURE_FAILURE'],
  ])('where %s, nothing is sent', async (_what, lists, networkCode) => {
    await expect(http({ crl: async () => lists() }).send(get())).rejects.toMatchObject({
      code: 'TE_TLS',
      retryable: false,
      details: { networkCode },
    });
    expect(requests).toBe(0);
  });

  it('that are out of date are asked for anew, once for all calls', async () => {
    const old = world.lists([], { thisUpdate: Date.now() - 7_200_000, nextUpdate: Date.now() - 3_600_000 });
    let given = old;
    let asked = 0;
    const client = http({
      crl: async () => {
        asked += 1;
        const answer = given;
        given = world.lists();
        return answer;
      },
    });
    const answers = await Promise.all([client.send(get()), client.send(get()), client.send(get())]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(asked).toBe(2);

    const always = http({ crl: async () => old });
    await expect(always.send(get())).rejects.toMatchObject({ details: { networkCode: 'CRL_HAS_EXPIRED' } });
    expect(requests).toBe(3);
  });

  it.each(['', 'canari', '-----BEGIN X509 CRL-----\nY2FuYXJp\n-----END X509 CRL-----\n'])(
    'that are none (%j) are refused',
    async (text) => {
      await expect(http({ crl: async () => text }).send(get())).rejects.toMatchObject({
        code: 'TE_INPUT_INVALID',
        details: { argument: 'crl' },
      });
    },
  );

  it('that the host cannot give are asked for at the next call', async () => {
    let asked = 0;
    const client = http({
      crl: async () => {
        asked += 1;
        if (asked === 1) throw new Error('no disk');
        return world.lists();
      },
    });
    await expect(client.send(get())).rejects.toThrow('no disk');
    expect((await client.send(get())).status).toBe(200);
  });
});

describe('an identity', () => {
  it('whose key is that of another certificate is refused, and not shown', async () => {
    const [one, other] = [world.client(), world.client()];
    for (const privateKey of [other.keyPem, 'canari']) {
      const failed = http({ identity: { certificates: one.chainPem, privateKey } }).send(get());
      await expect(failed).rejects.toMatchObject({ code: 'TE_KEYSTORE_INVALID', retryable: false });
      await expect(failed).rejects.not.toThrow(/canari|PRIVATE/);
    }
    expect(requests).toBe(0);
  });

  it('is waited for by each call for its own time', async () => {
    const identity = world.client();
    let give: () => void = () => undefined;
    const given = new Promise<void>((resolve) => (give = resolve));
    const client = http({
      identity: async () => {
        await given;
        return { certificates: identity.chainPem, privateKey: identity.keyPem };
      },
    });
    const giveUp = new AbortController();
    const first = client.send(get({ signal: giveUp.signal }));
    const second = client.send(get());
    giveUp.abort();
    await expect(first).rejects.toMatchObject({ code: 'TE_CANCELLED' });
    give();
    expect((await second).status).toBe(200);
  });
});
