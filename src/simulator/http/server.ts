import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RefusedAssertion, type AcceptedAssertion, type VerifyOptions } from '../assertion/model.ts';
import { verifySimulatedAssertion } from '../assertion/verify.ts';
import type { HttpFault } from '../faults.ts';
import type { FhirService } from '../fhir/service.ts';
import { listen } from '../listen.ts';
import type { PortalReply } from '../portal/model.ts';
import { pagePolicy } from '../portal/pages.ts';
import type { SoapReply as StreamedReply } from '../soap/reply.ts';
import type { SoapReply } from '../sri/service.ts';
import type { PlatformState } from '../state/state.ts';
import type { Operation, Reply } from './operation.ts';
import { operations } from './operations.ts';
import { fields, Refusal, text } from './request.ts';

export interface HttpSideOptions {
  readonly state: PlatformState;
  /** The SOAP service under a path; `undefined` where there is none. */
  readonly soap: (path: string) => ((body: Uint8Array) => SoapReply) | undefined;
  /** The service under a path that reads its request by itself; `undefined` where there is none. */
  readonly stream: (path: string) => ((request: IncomingMessage) => Promise<StreamedReply>) | undefined;
  readonly fhir: Pick<FhirService, 'has' | 'answer' | 'send'>;
  /** The page under a path; `undefined` where there is none. */
  readonly portal: (path: string) => ((request: IncomingMessage) => Promise<PortalReply>) | undefined;
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

/** Requests remembered against replay; past this number all are forgotten. */
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

/** What one HTTP exchange works on. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
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

function sendSoap(response: ServerResponse, { status, body }: SoapReply, now: number): void {
  response.writeHead(status, {
    'Content-Type': 'application/soap+xml; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    Date: new Date(now).toUTCString(),
  });
  response.end(body);
}

/** A page for a browser, or where it goes on. */
function sendPage({ request, response }: Exchange, { status, location, html = '' }: PortalReply, now: number): void {
  request.resume();
  response.writeHead(status, {
    ...(location === undefined ? { 'Content-Type': 'text/html; charset=utf-8' } : { Location: location }),
    'Content-Length': Buffer.byteLength(html),
    'Content-Security-Policy': pagePolicy,
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    Date: new Date(now).toUTCString(),
    ...(!request.complete && { Connection: 'close' }),
  });
  response.end(html);
}

/** Documents go out as they are read. What was left unread of the request ends the connection. */
async function sendStream(
  { request, response }: Exchange,
  { status, contentType, body }: StreamedReply,
  now: number,
): Promise<void> {
  response.writeHead(status, {
    'Content-Type': contentType,
    'Content-Length': body.byteLength,
    'Cache-Control': 'no-store',
    Date: new Date(now).toUTCString(),
    ...(!request.complete && { Connection: 'close' }),
  });
  request.resume();
  await pipeline(Readable.from(body.open()), response);
}

function operationOf({ url, method, headers }: IncomingMessage): Operation {
  const operation = url !== undefined && Object.hasOwn(operations, url) ? operations[url] : undefined;
  if (!operation) throw new Refusal(404, 'not-found');
  if (method !== 'POST') throw new Refusal(405, 'invalid');

  const type = headers['content-type'];
  if (type === undefined || !/^application\/json\s*(;|$)/i.test(type)) throw new Refusal(415, 'invalid');
  return operation;
}

function parseBody(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Refusal(400, 'invalid');
  }

  return fields(parsed);
}

/** Status and word of the wire for a failed request. */
function refusalOf(error: unknown): { readonly status: number; readonly word: string } {
  if (error instanceof Refusal) return error;
  if (!(error instanceof RefusedAssertion)) return { status: 500, word: 'internal' };

  const { refusal } = error;
  const forbidden = refusal === 'certificate-rejected' || refusal === 'assertion-rejected';
  return { status: forbidden ? 403 : 401, word: refusal };
}

class SimulatedHttpSide implements HttpSide {
  readonly #options: HttpSideOptions;
  readonly #server: Server;
  /** Each request is taken once: an assertion may serve again, a whole request may not. */
  readonly #replays = new Set<string>();
  #port = 0;

  constructor(options: HttpSideOptions) {
    this.#options = options;
    const { tls, requireClientCertificate } = options;

    this.#server = createServer(
      {
        cert: tls.certPem,
        key: tls.keyPem,
        ca: tls.caPem,
        requestCert: requireClientCertificate,
        rejectUnauthorized: requireClientCertificate,
        minVersion: 'TLSv1.2',
        requestTimeout: 30_000,
        headersTimeout: 10_000,
        // A signed assertion stands in a header of the FHIR side.
        maxHeaderSize: 65_536,
      },
      (request, response) => this.#onRequest({ request, response }),
    );
    // A failed handshake ends its connection; there is nothing to answer.
    this.#server.on('tlsClientError', () => undefined);
  }

  get port(): number {
    return this.#port;
  }

  async listen(): Promise<void> {
    this.#port = await listen(this.#server, this.#options.port);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #onRequest(exchange: Exchange): void {
    this.#handle(exchange).catch((error: unknown) => {
      const { response } = exchange;
      if (response.headersSent || response.destroyed) return;

      const { status, word } = refusalOf(error);
      if (status === 413) response.setHeader('Connection', 'close');
      this.#send(response, status, { error: { code: word } });
    });
  }

  async #handle(exchange: Exchange): Promise<void> {
    const fault = this.#options.fault();
    if (fault && this.#play(fault, exchange)) return;

    const { request, response } = exchange;
    const { fhir } = this.#options;
    if (fhir.has(request)) {
      const reply = await fhir.answer(request);
      if (fault?.kind === 'http-lost-answer') request.socket.destroy();
      else fhir.send(request, response, reply);
      return;
    }

    const soap = request.method === 'POST' ? this.#options.soap(request.url ?? '') : undefined;
    if (soap) {
      const reply = soap(await readBody(request, this.#options.maxRequestBytes));
      if (fault?.kind === 'http-lost-answer') request.socket.destroy();
      else sendSoap(response, reply, this.#options.state.now);
      return;
    }

    const page = this.#options.portal(request.url ?? '');
    if (page) {
      sendPage(exchange, await page(request), this.#options.state.now);
      return;
    }

    const stream = request.method === 'POST' ? this.#options.stream(request.url ?? '') : undefined;
    if (stream) {
      const reply = await stream(request);
      if (fault?.kind === 'http-lost-answer') request.socket.destroy();
      else await sendStream(exchange, reply, this.#options.state.now);
      return;
    }

    const operation = operationOf(request);
    const body = parseBody(await readBody(request, this.#options.maxRequestBytes));

    // Who asks: read from the signed bytes of the assertion alone.
    const { state, countWithoutCutOff } = this.#options;
    const caller = await this.#authenticate(body);
    this.#refuseReplay(`${caller.id} ${text(body, 'correlationId', 64)}`);

    const reply = operation({ body, caller, state, countsWithoutCutOff: countWithoutCutOff });
    if (this.#options.callsCountAsConnection) state.connect(caller.nameId);

    // The act is done; only its answer may be lost.
    if (fault?.kind === 'http-lost-answer') request.socket.destroy();
    else this.#send(response, 200, reply);
  }

  /** Plays a fault of the exchange itself; whether the exchange is over. */
  #play(fault: HttpFault, { request, response }: Exchange): boolean {
    switch (fault.kind) {
      case 'http-lost-answer':
        return false;

      case 'http-hang':
        return true;

      case 'http-cut':
        request.socket.destroy();
        return true;

      case 'http-redirect':
        request.resume();
        response.writeHead(307, { Location: fault.location }).end();
        return true;

      case 'http-status':
        request.resume();
        this.#send(response, fault.status, {});
        return true;

      case 'http-malformed':
        request.resume();
        response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"state":');
        return true;
    }
  }

  #authenticate(body: Readonly<Record<string, unknown>>): Promise<AcceptedAssertion> {
    const assertion = body['assertion'];
    if (typeof assertion !== 'string' || assertion === '') throw new Refusal(401, 'assertion-absent');

    return verifySimulatedAssertion(assertion, { ...this.#options.assertion, now: this.#options.state.now });
  }

  #refuseReplay(key: string): void {
    if (this.#replays.has(key)) throw new Refusal(409, 'replayed');

    if (this.#replays.size >= replayMemory) this.#replays.clear();
    this.#replays.add(key);
  }

  #send(response: ServerResponse, status: number, reply: Reply): void {
    send(response, status, reply, this.#options.state.now);
  }
}

/**
 * The HTTPS side of the simulator, on 127.0.0.1 only. Nothing of a request is ever logged.
 */
export async function startHttpSide(options: HttpSideOptions): Promise<HttpSide> {
  const side = new SimulatedHttpSide(options);
  await side.listen();
  return side;
}
