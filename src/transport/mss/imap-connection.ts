import type { ImapFlow, ImapFlowOptions } from 'imapflow';

import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { throwIfAborted } from '../../internal/abort.ts';
import { foreignCode } from '../../internal/foreign-error.ts';
import { parseMssAddress } from './address.ts';
import { secretOf, type MssCredentials } from './credentials.ts';
import { imapError, unavailable } from './imap-error.ts';
import type { MailboxOptions } from './mailbox-model.ts';
import { imapOver, mailTunnel } from './mail-tunnel.ts';
import { tlsOptions } from './smtp-options.ts';

/**
 * How long an IDLE lasts before it is renewed: the standard allows 29 minutes (RFC 2177), many
 * routers forget a silent connection sooner.
 */
export const idleMs: number = 5 * 60_000;

const mebibyte = 1_024 * 1_024;

/**
 * Connects, encrypts and authenticates; a refused token is asked again once.
 *
 * @param signal - ends the attempt, and the callbacks of the host that it waits for
 */
export async function connectImap(options: MailboxOptions, signal: AbortSignal): Promise<ImapFlow> {
  const { token } = options.credentials;

  try {
    return await connectOnce(options, false, signal);
  } catch (error) {
    if (!token || !isTerrESanteError(error) || error.code !== 'TE_AUTHN_REJECTED') throw error;
    return connectOnce(options, true, signal);
  }
}

async function connectOnce(options: MailboxOptions, renew: boolean, signal: AbortSignal): Promise<ImapFlow> {
  const { ImapFlow: Client } = await import('imapflow');
  const config = await clientOptions(options, renew, signal);
  const call = { signal, timeoutMs: config.connectionTimeout };
  const tunnel = await mailTunnel(options.server, config.port, call);
  const client = new Client({ ...config, ...(tunnel && { transport: imapOver(tunnel) }) });

  // Errors come through the calls; without a listener they would end the process.
  client.on('error', () => undefined);
  const { token } = options.credentials;
  if (token && (token.mechanism ?? 'XOAUTH2') === 'XOAUTH2') preferXoauth2(client);

  const close = (): void => {
    client.close();
    tunnel?.destroy();
  };
  signal.addEventListener('abort', close, { once: true });
  try {
    throwIfAborted(signal);
    await client.connect();
    return client;
  } catch (error) {
    // Cut while STARTTLS was awaited, the library takes it for a server that does not offer it.
    const isCut = client.isClosed && foreignCode(error) === null;
    close();
    throwIfAborted(signal);
    throw isCut ? unavailable() : imapError(error);
  } finally {
    signal.removeEventListener('abort', close);
  }
}

async function clientOptions(
  options: MailboxOptions,
  renew: boolean,
  signal: AbortSignal,
): Promise<ImapFlowOptions & { readonly port: number }> {
  const { server, credentials, connectTimeoutMs = 20_000, limits = {} } = options;
  const { maxMessageBytes = 60 * mebibyte } = limits;

  return {
    host: server.host,
    port: server.port ?? (server.implicitTls ? 993 : 143),
    secure: server.implicitTls ?? false,
    ...(!server.implicitTls && { doSTARTTLS: true }),
    servername: server.serverName ?? server.host,
    tls: await tlsOptions(server, credentials, { signal }),
    auth: await loginOf(credentials, renew, signal),
    logger: false,
    disableAutoIdle: true,
    maxIdleTime: idleMs,
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    // The library would interrupt an IDLE to see whether the server is there: renewing it does.
    socketTimeout: idleMs + 60_000,
    // Some servers answer a request for a piece with the whole.
    maxLiteralSize: maxMessageBytes + mebibyte,
    maxLineLength: 16 * mebibyte,
    maxResponseSize: maxMessageBytes + 20 * mebibyte,
  };
}

async function loginOf(
  { token, password }: MssCredentials,
  renew: boolean,
  signal: AbortSignal,
): Promise<NonNullable<ImapFlowOptions['auth']>> {
  const call = { signal };

  if (token) {
    const { address: user } = parseMssAddress(token.mailbox);
    const ask = (over: AbortSignal): Promise<string> => token.provider({ renew, signal: over });
    return { user, accessToken: await secretOf('credentials.token.provider', ask, call) };
  }
  if (password) {
    const ask = (over: AbortSignal): Promise<string> => password.provider({ signal: over });
    return { user: password.user, pass: await secretOf('credentials.password.provider', ask, call) };
  }
  throw new TerrESanteError('TE_UNSUPPORTED', 'La lecture de la boîte demande un jeton ou un mot de passe.');
}

/**
 * The library prefers OAUTHBEARER whenever it is offered; an operator may accept only the mechanism
 * it documents.
 */
function preferXoauth2(client: ImapFlow): void {
  const steps = client as unknown as { authenticate(): Promise<unknown> };
  const authenticate = steps.authenticate.bind(client);

  steps.authenticate = () => {
    if (client.capabilities.has('AUTH=XOAUTH2')) client.capabilities.delete('AUTH=OAUTHBEARER');
    return authenticate();
  };
}
