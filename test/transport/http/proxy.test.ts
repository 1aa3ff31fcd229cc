import { createServer, type Server } from 'node:https';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { isTerrESanteError, type TerrESanteError } from '../../../src/errors.ts';
import { createTestHierarchy, type TestHierarchy } from '../../../src/testing/index.ts';
import {
  createHttpClient,
  createXdsClient,
  type HttpClient,
  type HttpClientOptions,
} from '../../../src/transport/index.ts';
import { submission } from '../../client/world.ts';
import { startConnectProxy, type ConnectProxy, type ProxyReply } from '../../helpers/connect-proxy.ts';

let hierarchy: TestHierarchy;
let stranger: TestHierarchy;
const servers: Server[] = [];
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  [hierarchy, stranger] = await Promise.all([createTestHierarchy(), createTestHierarchy()]);
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  for (const one of servers.splice(0)) {
    one.closeAllConnections();
    one.close();
  }
});

async function serve(listener: RequestListener, pki = hierarchy, options: object = {}): Promise<string> {
  const { chainPem, keyPem } = pki.server();
  const server = createServer({ cert: chainPem, key: keyPem, ...options }, listener);
  server.on('tlsClientError', () => undefined);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `https://127.0.0.1:${String((server.address() as AddressInfo).port)}/canari-chemin`;
}

async function proxyWith(...args: Parameters<typeof startConnectProxy>): Promise<ConnectProxy> {
  const proxy = await startConnectProxy(...args);
  open.push(proxy);
  return proxy;
}

function http(options: HttpClientOptions): HttpClient {
  const client = createHttpClient({ ca: hierarchy.caPem, timeoutMs: 5_000, ...options });
  open.push(client);
  return client;
}

async function failureOf(work: Promise<unknown>): Promise<TerrESanteError> {
  const error = await work.then(
    () => expect.unreachable('should fail'),
    (reason: unknown) => reason,
  );
  if (!isTerrESanteError(error)) throw error;
  expect(inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error)).not.toMatch(/canari|PRIVATE KEY/i);
  return error;
}

const ok: RequestListener = (_, response) => void response.end('ok');
const get = (url: string, more: object = {}) => ({ method: 'GET', url, ...more }) as const;

describe('a proxy that was given', () => {
  it('carries every call through kept tunnels, and sees the name of the server only', async () => {
    const proxy = await proxyWith();
    const url = await serve(ok);
    const client = http({ proxy: { url: proxy.url } });

    for (let index = 0; index < 3; index += 1) expect((await client.send(get(url))).status).toBe(200);
    expect(proxy.asked).toEqual([new URL(url).host]);
    expect(proxy.plain).toEqual([]);
    expect(proxy.logins).toEqual([undefined]);
  });

  it('passes a long body both ways', async () => {
    const proxy = await proxyWith();
    const url = await serve((request, response) => void request.pipe(response));
    const body = Buffer.alloc(3_000_000, 7);
    const answer = await http({ proxy: { url: proxy.url } }).send({ method: 'POST', url, body });
    expect(Buffer.compare(answer.body, body)).toBe(0);
  });

  it('opens no more connections than were allowed, and serves those that waited', async () => {
    const proxy = await proxyWith();
    const url = await serve(ok);
    const client = http({ proxy: { url: proxy.url }, maxConnections: 2 });
    const answers = await Promise.all(Array.from({ length: 12 }, async () => client.send(get(url))));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 200));
    expect(proxy.asked).toHaveLength(2);
  });

  it('tells all that waited for a connection why none came', async () => {
    const proxy = await proxyWith();
    proxy.always = { status: 502 };
    const url = await serve(ok);
    const client = http({ proxy: { url: proxy.url }, maxConnections: 2 });
    const ends = await Promise.allSettled(Array.from({ length: 10 }, async () => client.send(get(url))));
    for (const end of ends) expect(end).toMatchObject({ reason: { code: 'TE_UNAVAILABLE' } });

    proxy.always = null;
    expect((await client.send(get(url))).status).toBe(200);
  });

  it('gives its login when it has one, asked anew for each connection', async () => {
    const proxy = await proxyWith();
    const url = await serve((request, response) => {
      response.setHeader('Connection', 'close');
      response.end(request.headers['proxy-authorization'] ?? 'none');
    });
    let asked = 0;
    const credentials = async () => ({ user: 'cabinet', password: `canari-${String((asked += 1))}` });
    const client = http({ proxy: { url: proxy.url, credentials } });

    expect(Buffer.from((await client.send(get(url))).body).toString()).toBe('none');
    await client.send(get(url));
    expect(proxy.logins.map((login) => Buffer.from(login?.slice(6) ?? '', 'base64').toString())).toEqual([
      'cabinet:canari-1',
      'cabinet:canari-2',
    ]);
  });

  it('may speak TLS itself, with an authority of the practice', async () => {
    const proxy = await proxyWith(stranger.server());
    const url = await serve(ok);
    expect((await http({ proxy: { url: proxy.url, ca: stranger.caPem } }).send(get(url))).status).toBe(200);

    const unknown = await failureOf(http({ proxy: { url: proxy.url, ca: hierarchy.caPem } }).send(get(url)));
    expect(unknown).toMatchObject({ code: 'TE_PROXY', retryable: false, details: { proxy: 'certificate' } });
  });

  it('presents the client certificate to the server behind it', async () => {
    const proxy = await proxyWith();
    const { authentication } = hierarchy.professional;
    const url = await serve(
      ({ socket }, response) => {
        response.end(socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.fingerprint256 : '');
      },
      hierarchy,
      { requestCert: true, rejectUnauthorized: true, ca: hierarchy.caPem },
    );
    const identity = { certificates: authentication.chainPem, privateKey: authentication.keyPem };
    const answer = await http({ proxy: { url: proxy.url }, identity }).send(get(url));
    expect(Buffer.from(answer.body).toString()).toMatch(/^([0-9A-F]{2}:){31}/);
    expect(await failureOf(http({ proxy: { url: proxy.url } }).send(get(url)))).toMatchObject({
      code: 'TE_CLIENT_CERT',
    });
  });

  it('is kept apart from that of another structure of the same process', async () => {
    const [first, second] = [await proxyWith(), await proxyWith()];
    const [ownUrl, otherUrl] = [await serve(ok), await serve(ok, stranger)];
    const one = http({ proxy: { url: first.url } });
    const two = http({ ca: stranger.caPem, proxy: { url: second.url } });

    await Promise.all([one.send(get(ownUrl)), two.send(get(otherUrl))]);
    expect(first.asked).toEqual([new URL(ownUrl).host]);
    expect(second.asked).toEqual([new URL(otherUrl).host]);

    // Nobody trusts the authority of the other, nor takes a connection that it has open.
    expect(await failureOf(one.send(get(otherUrl)))).toMatchObject({ code: 'TE_TLS' });
    expect(await failureOf(two.send(get(ownUrl)))).toMatchObject({ code: 'TE_TLS' });
    expect(first.asked).toEqual([new URL(ownUrl).host, new URL(otherUrl).host]);
    expect(second.asked).toEqual([new URL(otherUrl).host, new URL(ownUrl).host]);
  });

  it.each([
    'proxy.example:3128',
    'socks5://proxy.example',
    'http://canari:secret@proxy.example',
    'http://proxy.example/chemin',
    '',
  ])('is refused as %j', (url) => {
    expect(() => createHttpClient({ proxy: { url } })).toThrow(expect.objectContaining({ code: 'TE_INPUT_INVALID' }));
  });
});

describe('a proxy that does not open the line', () => {
  const cases: [ProxyReply, string, boolean, object][] = [
    [{ status: 407 }, 'TE_PROXY', false, { proxy: 'credentials', proxyStatus: 407 }],
    [{ status: 403 }, 'TE_PROXY', false, { proxy: 'forbidden', proxyStatus: 403 }],
    [{ status: 302 }, 'TE_PROXY', false, { proxy: 'forbidden', proxyStatus: 302 }],
    [{ status: 429 }, 'TE_UNAVAILABLE', true, { proxy: 'unreachable', proxyStatus: 429 }],
    [{ status: 502 }, 'TE_UNAVAILABLE', true, { proxy: 'unreachable', proxyStatus: 502 }],
    ['cut', 'TE_UNAVAILABLE', true, { proxy: 'line', networkCode: 'ECONNRESET' }],
    ['noise', 'TE_PROXY', false, { proxy: 'protocol' }],
    ['open-page', 'TE_TLS', false, {}],
    ['open-cut', 'TE_UNAVAILABLE', true, { networkCode: 'ECONNRESET' }],
    ['open-cut-later', 'TE_UNAVAILABLE', true, { networkCode: 'ECONNRESET' }],
  ];

  it.each(cases)('%j', async (reply, code, retryable, details) => {
    const proxy = await proxyWith();
    proxy.replies.push(reply);
    const url = await serve(ok);
    const client = http({ proxy: { url: proxy.url } });
    const error = await failureOf(client.send({ method: 'POST', url, body: Buffer.from('canari-corps') }));
    expect(error).toMatchObject({ code, retryable, details });

    // What failed once leaves nothing behind that would keep the next call from passing.
    expect((await client.send(get(url))).status).toBe(200);
  });

  it.each<ProxyReply>(['silent', 'open-silent'])('%j: within the time of the call', async (reply) => {
    const proxy = await proxyWith();
    proxy.always = reply;
    const client = http({ proxy: { url: proxy.url }, timeoutMs: 150 });
    expect(await failureOf(client.send(get(await serve(ok))))).toMatchObject({ code: 'TE_TIMEOUT', retryable: true });
    await expect.poll(() => proxy.open).toBe(0);
  });

  it('nor does one that leads elsewhere get anything', async () => {
    const proxy = await proxyWith();
    const [url, trap] = [await serve(ok), await serve(ok, stranger)];
    proxy.replies.push({ elsewhere: Number(new URL(trap).port) });
    const error = await failureOf(http({ proxy: { url: proxy.url } }).send(get(url)));
    expect(error).toMatchObject({ code: 'TE_TLS', retryable: false });
  });

  it('nor one that is not there', async () => {
    const error = await failureOf(http({ proxy: { url: 'http://127.0.0.1:1' } }).send(get(await serve(ok))));
    expect(error).toMatchObject({ code: 'TE_UNAVAILABLE', details: { proxy: 'line', networkCode: 'ECONNREFUSED' } });
  });

  it('nor does a login that cannot be had go further, or its words', async () => {
    const proxy = await proxyWith();
    const url = await serve(ok);
    const broken = async (): Promise<never> => Promise.reject(new Error('canari-secret'));
    const colon = async () => ({ user: 'a:b', password: 'canari' });
    const line = async () => ({ user: 'a', password: 'canari\r\nX: y' });
    for (const credentials of [broken, colon, line]) {
      const error = await failureOf(http({ proxy: { url: proxy.url, credentials } }).send(get(url)));
      expect(error).toMatchObject({ code: 'TE_PROXY', details: { proxy: 'credentials' } });
    }
    expect(proxy.asked).toEqual([]);
  });

  it('ends with the client, whatever it waits for', async () => {
    const proxy = await proxyWith();
    proxy.always = 'silent';
    const client = http({ proxy: { url: proxy.url } });
    const call = failureOf(client.send(get(await serve(ok))));
    await expect.poll(() => proxy.asked.length).toBe(1);
    await client.close();
    expect(await call).toMatchObject({ code: 'TE_CLOSED' });
    await expect.poll(() => proxy.open).toBe(0);
  });

  it('leaves a deposit not sent, and says so', async () => {
    const proxy = await proxyWith();
    const url = await serve(ok);
    const endpoints = { register: url, query: url, retrieve: url };
    const xds = createXdsClient({ http: http({ proxy: { url: proxy.url } }), endpoints });
    for (const [reply, code] of [
      [{ status: 502 }, 'TE_UNAVAILABLE'],
      [{ status: 407 }, 'TE_PROXY'],
      ['cut', 'TE_UNAVAILABLE'],
    ] as const) {
      proxy.replies.push(reply);
      const error = await failureOf(xds.registerDocuments(await submission()));
      expect(error).toMatchObject({ code, details: { unknownOutcome: false } });
    }
  });
});
