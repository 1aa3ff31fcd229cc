import { createServer as createTcp, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { createTestHierarchy, type TestHierarchy } from '../../../src/testing/index.ts';
import {
  createHttpClient,
  createSoapXdsTransport,
  type DepositMessage,
  type HttpClient,
  type SoapXdsTransport,
} from '../../../src/transport/index.ts';
import { submission } from '../../client/world.ts';
import { listening } from '../../helpers/test-server.ts';

let hierarchy: TestHierarchy;
let http: HttpClient;
let composed: DepositMessage;
const cleanups: (() => unknown)[] = [];

beforeAll(async () => {
  hierarchy = await createTestHierarchy();
  http = createHttpClient({ ca: hierarchy.caPem, timeoutMs: 10_000, allowClearLoopback: true });
  const endpoints = { register: 'https://entrepot.example/', query: 'https://registre.example/' };
  composed = await createSoapXdsTransport({ http, endpoints }).compose(await submission());
});
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});
afterAll(() => http.close());

/** A far side that sees what comes first of each request, and then does one thing. */
async function farSide(isTls: boolean, act: (socket: Socket) => void): Promise<SoapXdsTransport> {
  const { chainPem: cert, keyPem: key } = hierarchy.server();
  const listen = (socket: Socket): void => {
    socket.on('error', () => undefined);
    let length = 0;
    let isDone = false;
    socket.on('data', (bytes: Buffer) => {
      length += bytes.length;
      if (isDone || length < 20_000) return;
      isDone = true;
      act(socket);
    });
  };
  const server = await listening(isTls ? createTls({ cert, key }, listen) : createTcp(listen));
  cleanups.push(() => void server.close());
  const url = `http${isTls ? 's' : ''}://127.0.0.1:${String(server.port)}/`;
  return createSoapXdsTransport({ http, endpoints: { register: url, query: url } });
}

/** A deposit whose last document is much longer than what lines and buffers hold. */
function longDeposit(): { readonly message: DepositMessage; readonly read: number; readonly isLeft: boolean } {
  const more = 40_000_000;
  const piece = Buffer.alloc(50_000, 'x');
  const state = { read: 0, isLeft: false };
  async function* open(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of composed.content.open()) yield chunk;
      for (; state.read < more; state.read += piece.length) yield piece;
    } finally {
      state.isLeft = true;
    }
  }
  const byteLength = composed.byteLength + more;
  const message = { ...composed, byteLength, content: { byteLength, open } };
  return Object.assign(state, { message });
}

const answer = (status: string, body = 'CANARIPAGE'): string =>
  `HTTP/1.1 ${status}\r\nContent-Type: text/html\r\nContent-Length: ${String(body.length)}\r\nConnection: close\r\n\r\n${body}`;

const ways: readonly (readonly [string, (socket: Socket, text: string) => void])[] = [
  ['and reads on', (socket, text) => void socket.write(text)],
  ['and ends', (socket, text) => void socket.end(text)],
  ['reads no more, and ends', (socket, text) => void socket.pause().end(text)],
  ['reads no more, and closes', (socket, text) => void socket.pause().end(text, () => socket.destroy())],
];

describe('a far side that answers while the deposit is on its way', () => {
  it.each([
    ['413 Content Too Large', 'TE_TOO_LARGE', false],
    ['413 Content Too Large', 'TE_TOO_LARGE', true],
    ['401 Unauthorized', 'TE_AUTHN_REQUIRED', false],
  ])('%s is told as %s, however it closes (TLS: %s)', async (status, code, isTls) => {
    for (const [way, act] of ways) {
      const transport = await farSide(isTls, (socket) => act(socket, answer(status)));
      const deposit = longDeposit();
      const error: unknown = await transport.send(deposit.message).catch((reason: unknown) => reason);
      expect(error, way).toMatchObject({
        code,
        details: { status: Number(status.slice(0, 3)), unknownOutcome: false },
      });
      expect(JSON.stringify(error)).not.toContain('CANARI');
      await expect.poll(() => deposit.isLeft, { message: way }).toBe(true);
      expect(deposit.read).toBeLessThan(30_000_000);
    }
  });
});

describe('an upload that is given up', () => {
  it.each([
    ['by its caller', (giveUp: AbortController) => ({ signal: giveUp.signal }), 'TE_CANCELLED'],
    ['by its deadline', () => ({ timeoutMs: 150 }), 'TE_TIMEOUT'],
  ])('%s reads no more of its source', async (_who, options, code) => {
    const giveUp = new AbortController();
    // It takes what comes first, and then nothing.
    const transport = await farSide(false, (socket) => {
      socket.pause();
      giveUp.abort();
    });
    const deposit = longDeposit();
    await expect(transport.send(deposit.message, options(giveUp))).rejects.toMatchObject({
      code,
      details: { unknownOutcome: true },
    });
    await expect.poll(() => deposit.isLeft).toBe(true);
    const { read } = deposit;
    expect(read).toBeLessThan(30_000_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(deposit.read).toBe(read);
  });
});
