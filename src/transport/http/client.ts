import { Agent as HttpAgent } from 'node:http';
import { Readable } from 'node:stream';

import type { AxiosRequestConfig, AxiosResponseHeaders, RawAxiosResponseHeaders } from 'axios';

import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { throwIfAborted, withDeadline, type CallOptions } from '../../internal/abort.ts';
import {
  type Checks,
  longestTimerMs,
  needed,
  optionalNumber,
  optionsOf,
  refuseArgument,
} from '../../internal/border.ts';
import { bytesSource, collect, type ByteSource } from '../../internal/bytes.ts';
import {
  anyText,
  bytes,
  callback,
  callChecks,
  choice,
  count,
  either,
  flag,
  methods,
  number,
  record,
  text,
  wait,
} from '../../internal/option-checks.ts';
import { limitedBody, reasonOf } from './body.ts';
import { httpFailure } from './failures.ts';
import { KeptConnections } from './kept-connections.ts';
import type { HttpAnswer, HttpClient, HttpClientOptions, HttpRequest, HttpStream } from './model.ts';
import { proxyOf } from './proxy.ts';

const defaultMaxResponseBytes = 5 * 1024 * 1024;

function checkUrl(text: string, allowsLoopback: boolean): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isClear = url?.protocol === 'http:' && /^(?:127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  if (
    !url ||
    (url.protocol !== 'https:' && !(isClear && allowsLoopback)) ||
    url.username !== '' ||
    url.password !== ''
  ) {
    throw new TerrESanteError('TE_INPUT_INVALID', 'Adresse de service refusée : https attendu, sans identifiant.');
  }
}

function flatten(headers: RawAxiosResponseHeaders | AxiosResponseHeaders): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers) as [string, unknown][]) {
    if (typeof value === 'string') out[name.toLowerCase()] = value;
    else if (Array.isArray(value)) out[name.toLowerCase()] = value.join(', ');
  }
  return out;
}

/**
 * HTTPS client for the other transports: given authorities, client certificate and proxy, no
 * redirection, bounded answers, deadlines.
 *
 * Opens nothing before the first call. The environment cannot weaken it:
 * `NODE_TLS_REJECT_UNAUTHORIZED`, `HTTPS_PROXY` and `ALL_PROXY` have no effect.
 *
 * @example
 * ```ts
 * // not run: needs a server
 * import { createHttpClient } from 'terr-esante-sdk/transport';
 *
 * const http = createHttpClient({ timeoutMs: 10_000 });
 * const answer = await http.send({ method: 'GET', url: 'https://platform.example/metadata' });
 * answer.status;
 * await http.close();
 * ```
 *
 * @group HTTP
 */
export function createHttpClient(options?: HttpClientOptions): HttpClient {
  return new AxiosHttpClient(optionsOf('options', options, clientChecks));
}

const clientChecks: Checks<HttpClientOptions> = {
  ca: text,
  crl: callback,
  identity: either<HttpClientOptions['identity']>(record, callback),
  servername: text,
  proxy: proxyOf,
  timeoutMs: wait,
  idleMs: wait,
  allowClearLoopback: flag,
  maxConnections: count(1),
};

/** More than any request has: looking names up in a list takes the square of its length. */
const maxHeaders = 100;

/** Headers of a request, in text. What cannot stand in one is refused when it is sent. */
function headers(name: string, value: unknown): NonNullable<HttpRequest['headers']> {
  const given: Readonly<Record<string, unknown>> = record(name, value);
  const names = Object.keys(given);
  if (names.length > maxHeaders) refuseArgument(name, `${maxHeaders} en-têtes au plus`);
  return Object.fromEntries(names.map((header) => [header, anyText(name, given[header])]));
}

const requestChecks: Checks<HttpRequest> = {
  ...callChecks,
  method: needed(choice('GET', 'POST', 'PUT', 'PATCH', 'DELETE')),
  url: needed(text),
  headers,
  body: either<HttpRequest['body']>(methods<ByteSource>('open'), bytes),
  maxResponseBytes: number(),
};

class AxiosHttpClient implements HttpClient {
  readonly #options: HttpClientOptions;
  readonly #timeoutMs: number;
  readonly #idleMs: number;
  readonly #closing = new AbortController();
  readonly #connections: KeptConnections;
  /** For addresses of this machine. */
  readonly #clear: HttpAgent;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#timeoutMs = optionalNumber('timeoutMs', options.timeoutMs, 30_000, { max: longestTimerMs });
    this.#idleMs = optionalNumber('idleMs', options.idleMs, 15_000, { max: longestTimerMs });
    const maxSockets = optionalNumber('maxConnections', options.maxConnections, 8, { min: 1, integer: true });
    this.#connections = new KeptConnections(options, this.#timeoutMs, this.#closing.signal);
    this.#clear = new HttpAgent({ keepAlive: true, maxSockets });
  }

  async send(given: HttpRequest): Promise<HttpAnswer> {
    const request = optionsOf('request', given, requestChecks);
    checkUrl(request.url, this.#options.allowClearLoopback === true);

    return this.#run(request, async (signal) => {
      const { status, headers, body } = await this.#open(request, signal);
      return { status, headers, body: await collect(body) };
    });
  }

  async stream(given: HttpRequest): Promise<HttpStream> {
    const request = optionsOf('request', given, requestChecks);
    checkUrl(request.url, this.#options.allowClearLoopback === true);

    // The deadline covers the headers; the reading goes on under the caller's signal and the idle
    // limit.
    const reading = new AbortController();
    const signals = [reading.signal, this.#closing.signal];
    if (request.signal) signals.push(request.signal);
    const whole = AbortSignal.any(signals);

    return this.#run(request, (deadline) => {
      const onDeadline = (): void => reading.abort(deadline.reason);
      deadline.addEventListener('abort', onDeadline, { once: true });
      return this.#open(request, whole).finally(() => deadline.removeEventListener('abort', onDeadline));
    });
  }

  async close(): Promise<void> {
    if (!this.#closing.signal.aborted) this.#closing.abort(closed());

    this.#clear.destroy();
    await this.#connections.close();
  }

  async #run<T>(call: CallOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#closing.signal.aborted) throw closed();

    const timeoutMs = optionalNumber('timeoutMs', call.timeoutMs, this.#timeoutMs, { max: longestTimerMs });
    return withDeadline(
      { signal: call.signal, timeoutMs },
      (deadline) => work(AbortSignal.any([deadline, this.#closing.signal])),
      'Le serveur ne répond pas dans le délai.',
    );
  }

  async #open(request: HttpRequest, signal: AbortSignal): Promise<HttpStream> {
    if (!request.url.startsWith('https:')) return this.#exchange(request, { httpAgent: this.#clear }, signal);

    const httpsAgent = await this.#connections.get();
    try {
      return await this.#exchange(request, { httpsAgent }, signal);
    } catch (error) {
      if (!isTerrESanteError(error) || !(await this.#connections.renew(httpsAgent, error))) throw error;
    }
    return this.#exchange(request, { httpsAgent: await this.#connections.get() }, signal);
  }

  /** @param signal - ends the request and, later, the reading of its answer */
  async #exchange(
    request: HttpRequest,
    agent: Pick<AxiosRequestConfig, 'httpAgent' | 'httpsAgent'>,
    signal: AbortSignal,
  ): Promise<HttpStream> {
    const maxBytes = optionalNumber('maxResponseBytes', request.maxResponseBytes, defaultMaxResponseBytes);
    const body = request.body instanceof Uint8Array ? bytesSource(request.body) : request.body;
    const { default: axios } = await import('axios');
    throwIfAborted(signal);

    const data = body && Readable.from(body.open(), { objectMode: false });
    const end = new AbortController();
    let isAnswered = false;
    try {
      const answer = await axios.request<Readable>({
        ...plainRequest,
        method: request.method,
        url: request.url,
        headers: headersOf(request, body),
        data,
        ...agent,
        signal: AbortSignal.any([signal, end.signal]),
      });
      if (answer.status >= 300 && answer.status < 400) {
        end.abort();
        throw new TerrESanteError('TE_PROTOCOL', 'Le serveur redirige vers une autre adresse : refusé.', {
          details: { status: answer.status },
        });
      }

      // Who refuses a request reads no more of it: its source is not read further.
      if (answer.status >= 400) data?.unpipe();
      isAnswered = true;
      return {
        status: answer.status,
        headers: flatten(answer.headers),
        body: limitedBody(answer.data, data, end, { maxBytes, idleMs: this.#idleMs, signal }),
        discard: () => {
          end.abort();
          data?.destroy();
        },
      };
    } catch (error) {
      throw reasonOf(signal) ?? httpFailure(error);
    } finally {
      if (!isAnswered) data?.destroy();
    }
  }
}

/** Everything that the library would do by itself, switched off. */
const plainRequest: AxiosRequestConfig = {
  adapter: 'http',
  transformRequest: [],
  transformResponse: [],
  responseType: 'stream',
  maxRedirects: 0,
  // Any limit, even an endless one, would put another stream between the socket and its reader.
  maxBodyLength: -1,
  maxContentLength: -1,
  decompress: false,
  proxy: false,
  validateStatus: () => true,
};

function headersOf(request: HttpRequest, body: ByteSource | undefined): Record<string, string> {
  return {
    Accept: '*/*',
    'Accept-Encoding': 'identity',
    'User-Agent': 'terr-esante-sdk',
    ...request.headers,
    ...(body && { 'Content-Length': String(body.byteLength) }),
  };
}

function closed(): TerrESanteError {
  return new TerrESanteError('TE_CLOSED', 'Le client est fermé.');
}
