import { createServer as createHttps, type Server } from 'node:https';
import { createServer as createPlain } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createHttpClient, type HttpClient, type HttpClientOptions } from '../../../src/transport/index.ts';
import { createTestHierarchy, type TestHierarchy } from '../../../src/testing/index.ts';

let hierarchy: TestHierarchy;
let stranger: TestHierarchy;
const servers: Server[] = [];
const clients: HttpClient[] = [];

beforeAll(async () => {
  [hierarchy, stranger] = await Promise.all([createTestHierarchy(), createTestHierarchy()]);
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});
afterAll(() => {
  for (const one of servers) {
    one.closeAllConnections();
    one.close();
  }
});

async function serve(listener: RequestListener, options: object = {}): Promise<string> {
  const { chainPem, keyPem } = hierarchy.server();
  const server = createHttps({ cert: chainPem, key: keyPem, ...options }, listener);
  server.on('tlsClientError', () => undefined);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function http(options: HttpClientOptions = {}): HttpClient {
  const made = createHttpClient({ ca: hierarchy.caPem, timeoutMs: 5000, ...options });
  clients.push(made);
  return made;
}

const ok = (_: IncomingMessage, response: ServerResponse): void => void response.end('ok');
const get = (url: string, more: object = {}) => ({ method: 'GET', url, ...more }) as const;

describe('trust', () => {
  it('accepts the given authority only', async () => {
    const url = await serve(ok);
    expect((await http().send(get(url))).status).toBe(200);
    await expect(http({ ca: stranger.caPem }).send(get(url))).rejects.toMatchObject({ code: 'TE_TLS' });
    await expect(http({ ca: undefined }).send(get(url))).rejects.toMatchObject({ code: 'TE_TLS' });
  });

  it('refuses a wrong name and an expired certificate', async () => {
    const url = await serve(ok);
    await expect(http({ servername: 'autre.example' }).send(get(url))).rejects.toMatchObject({ code: 'TE_TLS' });
    const old = hierarchy.server('localhost', { notAfter: Date.now() - 86_400_000 });
    const expired = await serve(ok, { cert: old.chainPem, key: old.keyPem });
    await expect(http().send(get(expired))).rejects.toMatchObject({
      code: 'TE_TLS',
      details: { networkCode: 'CERT_HAS_EXPIRED' },
    });
  });

  it('cannot be weakened by the environment', async () => {
    const url = await serve(ok);
    let proxied = 0;
    const proxy = createPlain((_, response) => void response.end()).on('connect', (_, socket) => {
      proxied += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const names = ['NODE_TLS_REJECT_UNAUTHORIZED', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'HTTP_PROXY'];
    const kept = names.map((name) => process.env[name]);
    try {
      process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
      for (const name of names.slice(1)) process.env[name] = proxyUrl;
      await expect(http({ ca: stranger.caPem }).send(get(url))).rejects.toMatchObject({ code: 'TE_TLS' });
      expect((await http().send(get(url))).status).toBe(200);
    } finally {
      names.forEach((name, index) => {
        if (kept[index] === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = kept[index];
      });
      proxy.close();
    }
    expect(proxied).toBe(0);
  });

  it('presents a client certificate, asked for at the first call', async () => {
    const { authentication } = hierarchy.professional;
    const url = await serve(
      ({ socket }, response) => {
        const peer = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
        response.end(peer?.fingerprint256);
      },
      { requestCert: true, rejectUnauthorized: true, ca: hierarchy.caPem },
    );
    let asked = 0;
    const client = http({
      identity: async () => {
        asked += 1;
        return { certificates: authentication.chainPem, privateKey: authentication.keyPem };
      },
    });
    expect(asked).toBe(0);
    const answers = await Promise.all([client.send(get(url)), client.send(get(url))]);
    expect(asked).toBe(1);
    expect(Buffer.from(answers[0].body).toString()).toMatch(/^([0-9A-F]{2}:){31}/);
    await expect(http().send(get(url))).rejects.toMatchObject({ code: 'TE_CLIENT_CERT' });
    const { authentication: other } = stranger.professional;
    await expect(
      http({ identity: { certificates: other.chainPem, privateKey: other.keyPem } }).send(get(url)),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^TE_(CLIENT_CERT|UNAVAILABLE)$/) });
  });

  it('asks again for an identity that could not be given', async () => {
    const url = await serve(ok);
    let calls = 0;
    const client = http({
      identity: async () => {
        calls += 1;
        if (calls === 1) throw new Error('no card');
        return undefined;
      },
    });
    await expect(client.send(get(url))).rejects.toThrow('no card');
    expect((await client.send(get(url))).status).toBe(200);
  });
});

describe('addresses and redirections', () => {
  it.each(['http://127.0.0.1', 'https://user@127.0.0.1', 'https://u:p@127.0.0.1', 'ftp://x', '', 'data:text/plain,x'])(
    'refuses %j',
    async (url) => {
      await expect(http().send(get(url))).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    },
  );

  it.each<[string, unknown]>([
    ['more headers than any request has', Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`x-${at}`, 'x']))],
    ['a header that is no text', { 'x-a': 1 }],
  ])('refuses %s', async (_, headers) => {
    const request = { ...get('https://127.0.0.1:9/'), headers: headers as Record<string, string> };
    await expect(http().send(request)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
  });

  it.each([301, 302, 303, 307, 308])('does not follow %i', async (status) => {
    let followed = 0;
    const target = await serve((_, response) => {
      followed += 1;
      response.end();
    });
    const url = await serve((request, response) => {
      request.resume();
      response.writeHead(status, { Location: target }).end();
    });
    await expect(http().send({ method: 'POST', url, body: Buffer.from('document') })).rejects.toMatchObject({
      code: 'TE_PROTOCOL',
      details: { status },
    });
    expect(followed).toBe(0);
  });
});

describe('bodies', () => {
  it('sends bytes and sources with their length, and reads errors as answers', async () => {
    const url = await serve((request, response) => {
      const hash = createHash('sha256');
      request.on('data', (chunk: Buffer) => hash.update(chunk));
      request.on('end', () => {
        response.writeHead(422, {
          'X-Length': request.headers['content-length'] ?? 'chunked',
          'Set-Cookie': ['a=1', 'b=2'],
        });
        response.end(hash.digest('hex'));
      });
    });
    const chunk = Buffer.alloc(65_536, 7);
    let opened = 0;
    const source = {
      byteLength: chunk.length * 160,
      async *open() {
        opened += 1;
        for (let index = 0; index < 160; index += 1) yield chunk;
      },
    };
    const answer = await http().send({ method: 'POST', url, body: source });
    const whole = createHash('sha256')
      .update(Buffer.alloc(chunk.length * 160, 7))
      .digest('hex');
    expect(answer.status).toBe(422);
    expect(answer.headers).toMatchObject({ 'x-length': String(chunk.length * 160), 'set-cookie': 'a=1, b=2' });
    expect(Buffer.from(answer.body).toString()).toBe(whole);
    expect(opened).toBe(1);
  });

  it('asks for no compression, and inflates none', async () => {
    const url = await serve((request, response) => void response.end(request.headers['accept-encoding'] ?? ''));
    expect(Buffer.from((await http().send(get(url))).body).toString()).toBe('identity');
  });

  it('stops at the limit, announced or not', async () => {
    let sent = 0;
    const url = await serve((request, response) => {
      const endless = (): void => {
        if (response.destroyed) return;
        sent += 1;
        response.write(Buffer.alloc(65_536), () => setImmediate(endless));
      };
      if (request.url === '/announced') response.writeHead(200, { 'Content-Length': 1_000_000_000 });
      endless();
    });
    for (const path of ['/endless', '/announced']) {
      sent = 0;
      await expect(http().send(get(`${url}${path}`, { maxResponseBytes: 200_000 }))).rejects.toMatchObject({
        code: 'TE_PROTOCOL',
      });
      expect(sent).toBeLessThan(200);
    }
  });

  it('keeps the connection for the next call when the answer was read whole', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('x'.repeat(100_000));
    });
    const client = http();
    for (let index = 0; index < 5; index += 1) await client.send(get(url));
    expect(ports.size).toBe(1);
  });

  it('streams, and discards', async () => {
    const url = await serve((_, response) => {
      response.write('a');
      setTimeout(() => response.end('b'), 20);
    });
    const answer = await http().stream(get(url));
    let text = '';
    for await (const chunk of answer.body) text += Buffer.from(chunk).toString();
    expect(text).toBe('ab');
    const dropped = await http().stream(get(url));
    dropped.discard();
  });
});

describe('ends', () => {
  it('times out without an answer, and in the middle of one', async () => {
    const never = await serve(() => undefined);
    await expect(http().send(get(never, { timeoutMs: 50 }))).rejects.toMatchObject({
      code: 'TE_TIMEOUT',
      retryable: true,
    });
    const half = await serve((_, response) => void response.write('half'));
    await expect(http({ idleMs: 50 }).send(get(half))).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
    await expect(http().send(get(half, { timeoutMs: 80 }))).rejects.toMatchObject({ code: 'TE_TIMEOUT' });
  });

  it('is cancelled by the caller, before and during', async () => {
    const never = await serve(() => undefined);
    await expect(http().send(get(never, { signal: AbortSignal.abort() }))).rejects.toMatchObject({
      code: 'TE_CANCELLED',
    });
    const controller = new AbortController();
    const call = http().send(get(never, { signal: controller.signal }));
    setTimeout(() => controller.abort(), 20);
    await expect(call).rejects.toMatchObject({ code: 'TE_CANCELLED' });
    const half = await serve((_, response) => void response.write('half'));
    const reading = new AbortController();
    const { body } = await http().stream(get(half, { signal: reading.signal }));
    setTimeout(() => reading.abort(), 20);
    await expect(
      (async () => {
        for await (const _ of body);
      })(),
    ).rejects.toMatchObject({ code: 'TE_CANCELLED' });
  });

  it('a cut, before and within the answer, and a closed port', async () => {
    const cut = await serve((request) => void request.socket.destroy());
    await expect(http().send(get(cut))).rejects.toMatchObject({ code: 'TE_UNAVAILABLE', retryable: true });
    const within = await serve((request, response) => {
      response.writeHead(200, { 'Content-Length': 100 });
      response.write('half', () => setTimeout(() => request.socket.destroy(), 10));
    });
    await expect(http().send(get(within))).rejects.toMatchObject({ code: 'TE_UNAVAILABLE' });
    await expect(http().send(get('https://127.0.0.1:1/'))).rejects.toMatchObject({ code: 'TE_UNAVAILABLE' });
  });

  it('a plain HTTP server on the port', async () => {
    const plain = createPlain((_, response) => void response.end());
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    await expect(http().send(get(`https://127.0.0.1:${(plain.address() as AddressInfo).port}`))).rejects.toMatchObject({
      code: expect.stringMatching(/^TE_(TLS|UNAVAILABLE)$/),
    });
    plain.close();
  });

  it('close ends what is in progress, and what comes after', async () => {
    const never = await serve(() => undefined);
    const client = createHttpClient({ ca: hierarchy.caPem });
    const call = client.send(get(never));
    const refused = expect(call).rejects.toMatchObject({ code: 'TE_CLOSED' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    await client.close();
    await client.close();
    await refused;
    await expect(client.send(get(never))).rejects.toMatchObject({ code: 'TE_CLOSED' });
  });

  it('an error holds no request, key, address or header', async () => {
    const { authentication } = hierarchy.professional;
    const client = http({
      ca: stranger.caPem,
      identity: { certificates: authentication.chainPem, privateKey: authentication.keyPem },
    });
    const url = await serve(ok);
    const error: unknown = await client
      .send({
        method: 'POST',
        url: `${url}/canari-chemin`,
        headers: { 'X-Canari': 'canari-entete' },
        body: Buffer.from('canari-corps'),
      })
      .catch((reason: unknown) => reason);
    const { inspect } = await import('node:util');
    const text = inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error);
    expect(text).not.toMatch(/canari|PRIVATE KEY|BEGIN CERTIFICATE/);
    expect(error).toMatchObject({ code: 'TE_TLS' });
  });
});
