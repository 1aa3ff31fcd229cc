import type { ImapFlow, ImapFlowOptions } from 'imapflow';

import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { foreignCode } from '../../internal/foreign-error.ts';
import { parseMssAddress } from './address.ts';
import type { MssCredentials } from './credentials.ts';
import type { MailboxOptions } from './mailbox-model.ts';
import { tlsOptions } from './smtp-options.ts';

/** A server may stay silent for 29 minutes (RFC 2177); the wait is renewed before. */
export const idleMs: number = 25 * 60_000;

/** Connects, encrypts and authenticates; a refused token is asked again once. */
export async function connectImap(options: MailboxOptions): Promise<ImapFlow> {
  const { token } = options.credentials;

  try {
    return await connectOnce(options, false);
  } catch (error) {
    if (!token || !isTerrESanteError(error) || error.code !== 'TE_AUTHN_REJECTED') throw error;
    return connectOnce(options, true);
  }
}

async function connectOnce(options: MailboxOptions, renew: boolean): Promise<ImapFlow> {
  const { server, credentials, connectTimeoutMs = 20_000 } = options;
  const { ImapFlow: Client } = await import('imapflow');

  const config: ImapFlowOptions = {
    host: server.host,
    port: server.port ?? (server.implicitTls ? 993 : 143),
    secure: server.implicitTls ?? false,
    ...(!server.implicitTls && { doSTARTTLS: true }),
    servername: server.serverName ?? server.host,
    tls: await tlsOptions(server, credentials),
    auth: await loginOf(credentials, renew),
    logger: false,
    disableAutoIdle: true,
    maxIdleTime: idleMs,
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
  };
  const client = new Client(config);

  // Errors come through the calls; without a listener they would end the process.
  client.on('error', () => undefined);
  if (credentials.token && (credentials.token.mechanism ?? 'XOAUTH2') === 'XOAUTH2') preferXoauth2(client);

  try {
    await client.connect();
    return client;
  } catch (error) {
    client.close();
    throw imapError(error);
  }
}

async function loginOf(
  { token, password }: MssCredentials,
  renew: boolean,
): Promise<NonNullable<ImapFlowOptions['auth']>> {
  if (token) return { user: parseMssAddress(token.mailbox).address, accessToken: await token.provider({ renew }) };
  if (password) return { user: password.user, pass: await password.provider() };
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

export const unavailable = (): TerrESanteError =>
  new TerrESanteError('TE_UNAVAILABLE', 'La boîte aux lettres ne répond pas.');

const clientCertificateRefused =
  /alert (?:number 42|number 46|number 116|bad certificate|certificate required|certificate unknown)|certificate required|valid (?:ssl )?(?:client )?certificate/i;
const tlsRefused = /certificate|self[- ]signed|unable to verify|altnames|\bssl\b|\btls\b|STARTTLS|revoked/i;

/**
 * Class of failure of the mailbox. The library's messages may quote addresses and mails: only
 * classes go on.
 */
export function imapError(error: unknown): TerrESanteError {
  if (isTerrESanteError(error)) return error;

  const raw: Readonly<Record<string, unknown>> = typeof error === 'object' && error !== null ? { ...error } : {};
  const texts = [error instanceof Error ? error.message : null, raw['response'], raw['responseText']];
  const text = texts
    .filter((item) => typeof item === 'string')
    .join(' ')
    .slice(0, 2_000);
  const details = { reason: foreignCode(error) };

  if (clientCertificateRefused.test(text)) {
    return new TerrESanteError('TE_CLIENT_CERT', 'Le serveur de messagerie a refusé le certificat du client.', {
      details,
    });
  }
  if (raw['authenticationFailed'] === true) {
    return new TerrESanteError('TE_AUTHN_REJECTED', "Le serveur de messagerie a refusé l'authentification.", {
      details,
    });
  }
  if (raw['tlsFailed'] === true || tlsRefused.test(text)) {
    return new TerrESanteError('TE_TLS', "La connexion chiffrée avec la boîte aux lettres n'est pas possible.", {
      details,
    });
  }
  return new TerrESanteError('TE_UNAVAILABLE', 'La boîte aux lettres ne répond pas.', { details });
}
