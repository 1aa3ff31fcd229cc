import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TerrESanteError } from '../../errors.ts';
import { RefusedAssertion, verifySimulatedAssertion, type VerifyOptions } from '../assertion/verify.ts';
import type { SimulatorFault } from '../model.ts';
import type { PlatformState } from '../state/state.ts';
import { operations, type Operation, type Reply } from './operations.ts';
import { fields, Refusal, text } from './request.ts';

type HttpFault = Extract<SimulatorFault, { readonly kind: `http-${string}` }>;

export interface HttpSideOptions {
  readonly state: PlatformState;
  readonly tls: { readonly certPem: string; readonly keyPem: string; readonly caPem: string };
  readonly requireClientCertificate: boolean;
  readonly port: number;
  readonly maxRequestBytes: number;
  readonly callsCountAsConnection: boolean;
  /** Without the time, which is the simulator's. */
  readonly assertion: Omit<VerifyOptions, 'now'>;
  /** The next fault to play, consumed. */
  readonly fault: () => HttpFault | undefined;
  /** Whether the next count gives numbers without a cut-off, consumed. */
  readonly countWithoutCutOff: () => boolean;
}

export interface HttpSide {
  readonly port: number;
  close(): Promise<void>;
}

const statusOf: Readonly<Record<string, number>> = { 'certificate-rejected': 403, 'assertion-rejected': 403 };
const replayMemory = 100_000;

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  if (Number(request.headers['content-length'] ?? '0') > maxBytes) throw new Refusal(413, 'too-large');
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > maxBytes) throw new Refusal(413, 'too-large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, total);
}

function send(response: ServerResponse, status: number, reply: Reply, now: number): void {
  const bytes = reply instanceof Uint8Array ? reply : Buffer.from(JSON.stringify(reply));
  response.writeHead(status, {
    'Content-Type': reply instanceof Uint8Array ? 'application/octet-stream' : 'application/json',
    'Content-Length': bytes.length,
    'Cache-Control': 'no-store',
    Date: new Date(now).toUTCString(),
  });
  response.end(bytes);
}

/**
 * The HTTPS side of the simulator, on 127.0.0.1 only. Nothing that a request says is ever logged.
 */
export async function startHttpSide(options: HttpSideOptions): Promise<HttpSide> {
  const { state, tls, maxRequestBytes } = options;
  /** Each request is taken once: an assertion may serve again, a whole request may not. */
  const replays = new Set<string>();

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const fault = options.fault();
    if (fault?.kind === 'http-hang') return;
    if (fault?.kind === 'http-cut') {
      request.socket.destroy();
      return;
    }
    if (fault?.kind === 'http-redirect') {
      request.resume();
      response.writeHead(307, { Location: fault.location }).end();
      return;
    }
    if (fault?.kind === 'http-status') {
      request.resume();
      send(response, fault.status, {}, state.now);
      return;
    }
    if (fault?.kind === 'http-malformed') {
      request.resume();
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"state":');
      return;
    }
    const path = request.url ?? '';
    const operation: Operation | undefined = Object.hasOwn(operations, path) ? operations[path] : undefined;
    if (!operation) throw new Refusal(404, 'not-found');
    if (request.method !== 'POST') throw new Refusal(405, 'invalid');
    if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) throw new Refusal(415, 'invalid');
    let parsed: unknown;
    const bytes = await readBody(request, maxRequestBytes);
    try {
      parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    } catch {
      throw new Refusal(400, 'invalid');
    }
    const body = fields(parsed);
    const assertion = body['assertion'];
    if (typeof assertion !== 'string' || assertion === '') throw new Refusal(401, 'assertion-absent');
    const caller = await verifySimulatedAssertion(assertion, { ...options.assertion, now: state.now });
    const once = `${caller.id} ${text(body, 'correlationId', 64)}`;
    if (replays.has(once)) throw new Refusal(409, 'replayed');
    if (replays.size >= replayMemory) replays.clear();
    replays.add(once);
    const reply = operation({ body, caller, state, countsWithoutCutOff: options.countWithoutCutOff });
    if (options.callsCountAsConnection) state.connect(caller.nameId);
    if (fault?.kind === 'http-lost-answer') request.socket.destroy();
    else send(response, 200, reply, state.now);
  };

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) return;
      const [status, word] =
        error instanceof Refusal
          ? [error.status, error.word]
          : error instanceof RefusedAssertion
            ? [statusOf[error.refusal] ?? 401, error.refusal]
            : [500, 'internal'];
      if (status === 413) response.setHeader('Connection', 'close');
      send(response, status, { error: { code: word } }, state.now);
    });
  };

  const server: Server = createServer(
    {
      cert: tls.certPem,
      key: tls.keyPem,
      ca: tls.caPem,
      requestCert: options.requireClientCertificate,
      rejectUnauthorized: options.requireClientCertificate,
      minVersion: 'TLSv1.2',
      requestTimeout: 30_000,
      headersTimeout: 10_000,
      maxHeaderSize: 16_384,
    },
    onRequest,
  );
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', () =>
      reject(new TerrESanteError('TE_CONFIG_INVALID', 'Le simulateur ne peut pas écouter sur ce port.')),
    );
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
