import { Agent } from 'node:https';
import { Readable } from 'node:stream';
import type { AxiosResponseHeaders, RawAxiosResponseHeaders } from 'axios';
import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { cancelled, throwIfAborted, withDeadline } from '../../internal/abort.ts';
import { bytesSource, collect, type ByteSource } from '../../internal/bytes.ts';
import { httpFailure } from './failures.ts';
import type { HttpClient, HttpClientOptions, HttpRequest, HttpStream } from './model.ts';

const defaultMaxResponseBytes = 5 * 1024 * 1024;

function checkUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') {
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
 * The body with its limits: length, silence and cancellation. Whatever ends the reading before its
 * end also ends the connection, through `end`: destroying the library's stream does not reach the
 * socket.
 */
async function* limited(
  stream: Readable,
  end: AbortController,
  limits: { readonly maxBytes: number; readonly idleMs: number; readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array, void, undefined> {
  let total = 0;
  let whole = false;
  const onIdle = (): void => end.abort(new TerrESanteError('TE_TIMEOUT', 'Le serveur a cessé de répondre.'));
  let timer = setTimeout(onIdle, limits.idleMs);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      clearTimeout(timer);
      total += chunk.length;
      if (total > limits.maxBytes) {
        throw new TerrESanteError('TE_PROTOCOL', 'La réponse du serveur est trop longue.', {
          details: { maxBytes: limits.maxBytes },
        });
      }
      yield chunk;
      timer = setTimeout(onIdle, limits.idleMs);
    }
    whole = true;
  } catch (error) {
    throw reasonOf(end.signal) ?? reasonOf(limits.signal) ?? httpFailure(error);
  } finally {
    clearTimeout(timer);
    if (!whole) end.abort();
  }
}

/** Why a signal fired, as an error of ours. */
function reasonOf(signal: AbortSignal): TerrESanteError | undefined {
  if (!signal.aborted) return undefined;
  return isTerrESanteError(signal.reason) ? signal.reason : cancelled(signal);
}

/**
 * HTTPS client for the other transports: given authorities, client certificate, no redirection, no
 * proxy taken from the environment, bounded answers, deadlines.
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
export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  const { timeoutMs: defaultTimeoutMs = 30_000, idleMs = 15_000, maxConnections = 8 } = options;
  const closing = new AbortController();
  let agent: Promise<Agent> | undefined;

  const makeAgent = async (call: HttpRequest): Promise<Agent> => {
    const identity = typeof options.identity === 'function' ? await options.identity(call) : options.identity;
    return new Agent({
      keepAlive: true,
      maxSockets: maxConnections,
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
      ...(options.ca !== undefined && { ca: options.ca }),
      ...(options.servername !== undefined && { servername: options.servername }),
      ...(identity && { cert: identity.certificates, key: identity.privateKey }),
    });
  };
  const getAgent = (call: HttpRequest): Promise<Agent> => {
    agent ??= makeAgent(call).catch((error: unknown) => {
      agent = undefined;
      throw error;
    });
    return agent;
  };

  /** @param signal - ends the request and, later, the reading of its answer */
  const open = async (request: HttpRequest, signal: AbortSignal): Promise<HttpStream> => {
    const body: ByteSource | undefined = request.body instanceof Uint8Array ? bytesSource(request.body) : request.body;
    const httpsAgent = await getAgent(request);
    const { default: axios } = await import('axios');
    throwIfAborted(signal);
    const data = body && Readable.from(body.open(), { objectMode: false });
    const end = new AbortController();
    try {
      const answer = await axios.request<Readable>({
        adapter: 'http',
        method: request.method,
        url: request.url,
        headers: {
          Accept: '*/*',
          'Accept-Encoding': 'identity',
          'User-Agent': 'terr-esante-sdk',
          ...request.headers,
          ...(body && { 'Content-Length': String(body.byteLength) }),
        },
        data,
        transformRequest: [],
        transformResponse: [],
        responseType: 'stream',
        maxRedirects: 0,
        maxBodyLength: Infinity,
        maxContentLength: Infinity,
        decompress: false,
        proxy: false,
        httpsAgent,
        validateStatus: () => true,
        signal: AbortSignal.any([signal, end.signal]),
      });
      const stream = answer.data;
      if (answer.status >= 300 && answer.status < 400) {
        end.abort();
        throw new TerrESanteError('TE_PROTOCOL', 'Le serveur redirige vers une autre adresse : refusé.', {
          details: { status: answer.status },
        });
      }
      return {
        status: answer.status,
        headers: flatten(answer.headers),
        body: limited(stream, end, { maxBytes: request.maxResponseBytes ?? defaultMaxResponseBytes, idleMs, signal }),
        discard: () => end.abort(),
      };
    } catch (error) {
      throw reasonOf(signal) ?? httpFailure(error);
    } finally {
      data?.destroy();
    }
  };

  const run = <T>(request: HttpRequest, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    if (closing.signal.aborted) return Promise.reject(closed());
    return withDeadline(
      { signal: request.signal, timeoutMs: request.timeoutMs ?? defaultTimeoutMs },
      (deadline) => work(AbortSignal.any([deadline, closing.signal])),
      'Le serveur ne répond pas dans le délai.',
    );
  };

  return {
    async send(request) {
      checkUrl(request.url);
      return run(request, async (signal) => {
        const { status, headers, body } = await open(request, signal);
        return { status, headers, body: await collect(body) };
      });
    },
    async stream(request) {
      checkUrl(request.url);
      // The deadline covers the headers; the reading goes on under the caller's signal and the idle
      // limit.
      const reading = new AbortController();
      const whole = AbortSignal.any([reading.signal, closing.signal, ...(request.signal ? [request.signal] : [])]);
      return run(request, (deadline) => {
        const onDeadline = (): void => reading.abort(deadline.reason);
        deadline.addEventListener('abort', onDeadline, { once: true });
        return open(request, whole).finally(() => deadline.removeEventListener('abort', onDeadline));
      });
    },
    async close() {
      if (!closing.signal.aborted) closing.abort(closed());
      const current = agent;
      agent = undefined;
      if (current) await current.then((open_) => open_.destroy()).catch(() => undefined);
    },
  };
}

function closed(): TerrESanteError {
  return new TerrESanteError('TE_CLOSED', 'Le client est fermé.');
}
