import type { ImapFlow, ImapFlowOptions } from 'imapflow';

import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { parseMssAddress } from './address.ts';
import type { MailboxOptions } from './mailbox-model.ts';
import { tlsOptions } from './smtp.ts';

/** A server may say nothing for 29 minutes (RFC 2177); the wait is renewed before. */
export const idleMs: number = 25 * 60_000;

/** Connects, encrypts and authenticates; a refused token is asked again once. */
export async function connectImap({
  server,
  credentials,
  connectTimeoutMs = 20_000,
}: MailboxOptions): Promise<ImapFlow> {
  const { token, password } = credentials;
  if (!token && !password) {
    throw new TerrESanteError('TE_UNSUPPORTED', 'La lecture de la boîte demande un jeton ou un mot de passe.');
  }
  const { ImapFlow: Client } = await import('imapflow');
  const attempt = async (renew: boolean): Promise<ImapFlow> => {
    const config: ImapFlowOptions = {
      host: server.host,
      port: server.port ?? (server.implicitTls ? 993 : 143),
      secure: server.implicitTls ?? false,
      ...(!server.implicitTls && { doSTARTTLS: true }),
      servername: server.serverName ?? server.host,
      tls: await tlsOptions(server, credentials),
      auth: token
        ? { user: parseMssAddress(token.mailbox).address, accessToken: await token.provider({ renew }) }
        : { user: password?.user ?? '', pass: (await password?.provider()) ?? '' },
      logger: false,
      disableAutoIdle: true,
      maxIdleTime: idleMs,
      connectionTimeout: connectTimeoutMs,
      greetingTimeout: connectTimeoutMs,
    };
    const client = new Client(config);
    // Errors come through the calls; without a listener they would end the process.
    client.on('error', () => undefined);
    if (token && (token.mechanism ?? 'XOAUTH2') === 'XOAUTH2') {
      // The library prefers OAUTHBEARER whenever it is offered; an operator may accept only the
      // mechanism it documents.
      const steps = client as unknown as { authenticate(): Promise<unknown> };
      const authenticate = steps.authenticate.bind(client);
      steps.authenticate = () => {
        if (client.capabilities.has('AUTH=XOAUTH2')) client.capabilities.delete('AUTH=OAUTHBEARER');
        return authenticate();
      };
    }
    try {
      await client.connect();
      return client;
    } catch (error) {
      client.close();
      throw imapError(error);
    }
  };
  try {
    return await attempt(false);
  } catch (error) {
    if (!token || !isTerrESanteError(error) || error.code !== 'TE_AUTHN_REJECTED') throw error;
    return attempt(true);
  }
}

export const unavailable = (): TerrESanteError =>
  new TerrESanteError('TE_UNAVAILABLE', 'La boîte aux lettres ne répond pas.');

/** The library's messages may quote addresses and mails: only classes go on. */
export function imapError(error: unknown): TerrESanteError {
  if (isTerrESanteError(error)) return error;
  const raw: Record<string, unknown> = typeof error === 'object' && error !== null ? { ...error } : {};
  const text =
    `${error instanceof Error ? error.message : ''} ${typeof raw['response'] === 'string' ? raw['response'] : ''} ${typeof raw['responseText'] === 'string' ? raw['responseText'] : ''}`.slice(
      0,
      2_000,
    );
  const details = { reason: typeof raw['code'] === 'string' ? raw['code'] : '' };
  if (
    /alert (?:number 42|number 46|number 116|bad certificate|certificate required|certificate unknown)|certificate required|valid (?:ssl )?(?:client )?certificate/i.test(
      text,
    )
  ) {
    return new TerrESanteError('TE_CLIENT_CERT', 'Le serveur de messagerie a refusé le certificat du client.', {
      details,
    });
  }
  if (raw['authenticationFailed'] === true) {
    return new TerrESanteError('TE_AUTHN_REJECTED', "Le serveur de messagerie a refusé l'authentification.", {
      details,
    });
  }
  if (
    raw['tlsFailed'] === true ||
    /certificate|self[- ]signed|unable to verify|altnames|\bssl\b|\btls\b|STARTTLS|revoked/i.test(text)
  ) {
    return new TerrESanteError('TE_TLS', "La connexion chiffrée avec la boîte aux lettres n'est pas possible.", {
      details,
    });
  }
  return new TerrESanteError('TE_UNAVAILABLE', 'La boîte aux lettres ne répond pas.', { details });
}
