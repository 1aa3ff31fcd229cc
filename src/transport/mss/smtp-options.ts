import type { SMTPPoolOptions } from 'nodemailer/lib/smtp-pool';

import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { hostAnswer } from '../../internal/wait.ts';
import { revocationLists } from '../http/revocation-lists.ts';
import { CarriedFailure } from './carried-failure.ts';
import { tlsCertificate, type MailServerAddress, type MssCredentials } from './credentials.ts';
import { tunnelsOf } from './mail-tunnel.ts';
import { SaslLogin } from './sasl-login.ts';

/** How the submission server is used. @group MSSanté transport */
export interface SmtpOptions {
  readonly server: MailServerAddress;
  readonly credentials: MssCredentials;
  /** Name given to the server. @defaultValue the domain of the sender */
  readonly clientName?: string | undefined;
  /** @defaultValue `3` */
  readonly maxConnections?: number | undefined;
  /** Messages per connection, when the operator limits them. */
  readonly maxMessagesPerConnection?: number | undefined;
  /** @defaultValue `20_000` */
  readonly connectTimeoutMs?: number | undefined;
  /** Longest silence of the server. @defaultValue `120_000` */
  readonly idleTimeoutMs?: number | undefined;
}

/** Node's default list of TLS 1.2 suites is wider; these are forward secret and authenticated. */
const ciphers = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_AES_128_GCM_SHA256',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':');

/**
 * TLS towards a mail server: its given authorities only, and the certificate of the client.
 *
 * @param options - how long the callbacks of the host are waited for
 */
export async function tlsOptions(
  server: MailServerAddress,
  { certificate }: MssCredentials,
  options: CallOptions,
): Promise<Record<string, unknown>> {
  if (!server.caPem.includes('-----BEGIN CERTIFICATE-----')) {
    throw new TerrESanteError('TE_CONFIG_INVALID', "Aucune autorité de certification n'est donnée pour la messagerie.");
  }

  const { crl: askCrl } = server;
  const crl = askCrl && (await hostAnswer('server.crl', () => askCrl(), options));
  return {
    ca: server.caPem,
    servername: server.serverName ?? server.host,
    minVersion: 'TLSv1.2',
    ciphers,
    rejectUnauthorized: true,
    ...(crl !== undefined && { crl: revocationLists('server.crl', crl) }),
    ...(await tlsCertificate(certificate, options)),
  };
}

/**
 * The options of the mail library, with everything that it would do by itself switched off.
 *
 * @param call - how long the callbacks of the host are waited for, now and at each connection
 */
export async function poolOptions(
  options: SmtpOptions,
  call: CallOptions = {},
): Promise<SMTPPoolOptions & { pool: true }> {
  const { server, credentials, maxConnections = 3, connectTimeoutMs = 20_000, idleTimeoutMs = 120_000 } = options;
  const port = submissionPort(server);

  return {
    pool: true,
    host: server.host,
    port,
    secure: server.implicitTls ?? false,
    requireTLS: true,
    tls: await tlsOptions(server, credentials, call),
    ...(options.clientName !== undefined && { name: options.clientName }),
    maxConnections,
    maxMessages: options.maxMessagesPerConnection ?? Infinity,
    // A source is read once: resending is decided here, with a fresh source, never by the pool.
    maxRequeues: 0,
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: idleTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
    ...tunnelsOf(server, port, { signal: call.signal, timeoutMs: connectTimeoutMs }),
    ...authenticationOptions(new SaslLogin(credentials, server.host, port, call)),
  };
}

export function submissionPort({ port, implicitTls }: MailServerAddress): number {
  return port ?? (implicitTls ? 465 : 587);
}

type CustomAuth = NonNullable<SMTPPoolOptions['customAuth']>[string];

/** Our own SASL exchange, since the library knows neither EXTERNAL nor a token that is renewed. */
function authenticationOptions(login: SaslLogin): Pick<SMTPPoolOptions, 'auth' | 'forceAuth' | 'customAuth'> {
  if (!login.isWanted) return {};

  const authenticate: CustomAuth = async (context) => {
    try {
      await login.run(async (command) => (await context.sendCommand(command)).response);
    } catch (error) {
      throw isTerrESanteError(error) ? new CarriedFailure(error) : error;
    }
  };

  // The library asks for a user and a password; the exchange above reads neither.
  return {
    auth: { type: 'custom', method: 'TE-SASL', user: login.user, pass: '-' },
    forceAuth: true,
    customAuth: { 'TE-SASL': authenticate },
  };
}
