import { request as requestClear, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIPv6, type Socket } from 'node:net';

import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { throwIfAborted, withDeadline, type CallOptions } from '../../internal/abort.ts';
import { foreignCode } from '../../internal/foreign-error.ts';
import { eventOf, hostAnswer } from '../../internal/wait.ts';
import { proxyError, proxyFailure, refusedByProxy, type ProxyServer } from './proxy.ts';
import { trustOf } from './trust.ts';

/** A server to be reached. */
export interface Destination {
  readonly host: string;
  readonly port: number;
}

/**
 * Opens a line to a server through a proxy. What the server says first, together with the answer of
 * the proxy, is read from the line as what comes later.
 *
 * @see RFC 9110, section 9.3.6
 * @throws TerrESanteError `TE_PROXY`, `TE_UNAVAILABLE`, `TE_TIMEOUT`, `TE_CANCELLED`, with `proxy`
 *   in the details where the proxy is at fault
 */
export async function openTunnel(proxy: ProxyServer, to: Destination, call: CallOptions): Promise<Socket> {
  return withDeadline(
    call,
    async (signal) => {
      const authorization = await authorizationOf(proxy, { signal });
      return answered(connectRequest(proxy, to, authorization), signal);
    },
    'Le mandataire de la structure ne répond pas.',
  );
}

/** The value of `Proxy-Authorization`. What the host says when it fails may quote the password. */
async function authorizationOf({ credentials }: ProxyServer, call: CallOptions): Promise<string | undefined> {
  if (!credentials) return undefined;

  try {
    const { user, password } = await hostAnswer('proxy.credentials', (signal) => credentials({ signal }), call);
    // A colon would end the user, a control character the header.
    const isGood = [user, password].every((word: unknown) => typeof word === 'string' && !/\p{Cc}/u.test(word));
    if (isGood && !user.includes(':')) return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
  } catch (error) {
    if (isTerrESanteError(error)) throw error;
  }
  throw proxyError('credentials', "L'identifiant du mandataire de la structure n'a pas été obtenu.");
}

function connectRequest(proxy: ProxyServer, { host, port }: Destination, authorization?: string): ClientRequest {
  const { protocol, hostname, port: ownPort } = new URL(proxy.url);
  const isTls = protocol === 'https:';
  const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const common = {
    method: 'CONNECT',
    host: hostname.replaceAll(/[[\]]/g, ''),
    port: ownPort || (isTls ? 443 : 80),
    path: authority,
    agent: false,
    setHost: false,
    headers: { Host: authority, ...(authorization !== undefined && { 'Proxy-Authorization': authorization }) },
  } as const;

  try {
    if (!isTls) return requestClear(common);
    return requestTls({ ...common, minVersion: 'TLSv1.2', rejectUnauthorized: true, ...trustOf(proxy.ca) });
  } catch {
    // A host of the configuration that cannot stand in a request.
    throw new TerrESanteError('TE_INPUT_INVALID', 'Adresse de serveur refusée.', { details: { argument: 'host' } });
  }
}

/** What ends the wait for an answer to CONNECT. An upgrade and a plain answer are none. */
const failures = ['close', 'response', 'upgrade'];

async function answered(request: ClientRequest, signal: AbortSignal): Promise<Socket> {
  let line: Socket | undefined;
  // One that is given up fails once more, when nobody waits for it.
  request.on('error', () => undefined);
  request.on('connect', (_answer: IncomingMessage, socket: Socket, first: Buffer) => {
    line = socket;
    // A line that breaks while nobody listens would end the process.
    socket.on('error', () => undefined);
    if (first.length > 0) socket.unshift(first);
  });

  try {
    const { value } = await eventOf(request, ['connect'], { failures, failed, signal }, () => request.end());
    const { statusCode = 0, socket } = value as IncomingMessage;
    throwIfAborted(signal);
    if (statusCode < 200 || statusCode > 299) throw refusedByProxy(statusCode);
    return socket;
  } catch (error) {
    request.destroy();
    line?.destroy();
    throw error;
  }
}

function failed(name: string, value: unknown): TerrESanteError {
  if (name === 'close') return proxyFailure('ECONNRESET');
  return name === 'error' ? proxyFailure(foreignCode(value) ?? 'unknown') : proxyFailure('HPE_UNEXPECTED');
}
