import type { SMTPPoolOptions } from 'nodemailer/lib/smtp-pool';

import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { foreignCode } from '../../internal/foreign-error.ts';
import { parseMssAddress } from './address.ts';
import { CarriedFailure } from './carried-failure.ts';
import { tlsCertificate, tokenResponse, type MailServerAddress, type MssCredentials } from './credentials.ts';

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

/** TLS towards a mail server: its given authorities only, and the certificate of the client. */
export async function tlsOptions(
  server: MailServerAddress,
  { certificate }: MssCredentials,
): Promise<Record<string, unknown>> {
  if (!server.caPem.includes('-----BEGIN CERTIFICATE-----')) {
    throw new TerrESanteError('TE_CONFIG_INVALID', "Aucune autorité de certification n'est donnée pour la messagerie.");
  }

  const crl = await server.crl?.();
  return {
    ca: server.caPem,
    servername: server.serverName ?? server.host,
    minVersion: 'TLSv1.2',
    ciphers,
    rejectUnauthorized: true,
    ...(crl !== undefined && { crl }),
    ...(await tlsCertificate(certificate)),
  };
}

/** The options of the mail library, with everything that it would do by itself switched off. */
export async function poolOptions(options: SmtpOptions): Promise<SMTPPoolOptions & { pool: true }> {
  const { server, credentials, maxConnections = 3, connectTimeoutMs = 20_000, idleTimeoutMs = 120_000 } = options;
  const port = server.port ?? (server.implicitTls ? 465 : 587);

  return {
    pool: true,
    host: server.host,
    port,
    secure: server.implicitTls ?? false,
    requireTLS: true,
    tls: await tlsOptions(server, credentials),
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
    ...authenticationOptions(credentials, server.host, port),
  };
}

type CustomAuth = NonNullable<SMTPPoolOptions['customAuth']>[string];
type SendCommand = (command: string) => Promise<{ readonly status: number }>;

/** Our own SASL exchange, since the library knows neither EXTERNAL nor a token that is renewed. */
function authenticationOptions(
  credentials: MssCredentials,
  host: string,
  port: number,
): Pick<SMTPPoolOptions, 'auth' | 'forceAuth' | 'customAuth'> {
  const { token, password, external } = credentials;
  if (token === undefined && password === undefined && external !== true) return {};

  const authenticate: CustomAuth = async (context) => {
    const send: SendCommand = (command) => context.sendCommand(command);
    const status = await authenticationStatus(credentials, host, port, send).catch((error: unknown) => {
      throw isTerrESanteError(error) ? new CarriedFailure(error) : error;
    });
    expectSuccess(status);
  };

  // The library asks for a user and a password; the exchange above reads neither.
  return {
    auth: { type: 'custom', method: 'TE-SASL', user: token?.mailbox ?? '-', pass: '-' },
    forceAuth: true,
    customAuth: { 'TE-SASL': authenticate },
  };
}

async function authenticationStatus(
  { token, password }: MssCredentials,
  host: string,
  port: number,
  send: SendCommand,
): Promise<number> {
  if (password !== undefined) {
    const plain = `\u0000${password.user}\u0000${await secretOf(() => password.provider())}`;
    return (await send(`AUTH PLAIN ${Buffer.from(plain, 'utf8').toString('base64')}`)).status;
  }
  if (token === undefined) return (await send('AUTH EXTERNAL =')).status;

  const { mechanism = 'XOAUTH2', provider } = token;
  const mailbox = parseMssAddress(token.mailbox).address;
  const attempt = async (renew: boolean): Promise<number> => {
    const value = await secretOf(() => provider({ renew }));
    const { status } = await send(`AUTH ${mechanism} ${tokenResponse(mechanism, mailbox, value, host, port)}`);
    if (status !== 334) return status;

    // The refusal comes as a challenge first; an empty (or dummy, RFC 7628) line brings the real
    // reply.
    return (await send(mechanism === 'XOAUTH2' ? '' : 'AQ==')).status;
  };

  // A refused token may only be too old: one fresh token is asked.
  const status = await attempt(false);
  return status === 535 ? attempt(true) : status;
}

/**
 * What a provider of the host gives. When it fails, no server was asked: the failure is not one of
 * the server, and its text, which may quote a token, goes no further.
 *
 * @throws TerrESanteError `TE_AUTHN_REQUIRED`, or what the provider says in our own words
 */
async function secretOf(provide: () => Promise<string>): Promise<string> {
  try {
    return await provide();
  } catch (error) {
    if (isTerrESanteError(error)) throw error;

    throw new TerrESanteError(
      'TE_AUTHN_REQUIRED',
      "Le moyen de s'authentifier à la messagerie n'a pas été obtenu : une connexion est à refaire.",
      { details: { reason: foreignCode(error) ?? 'provider' } },
    );
  }
}

function expectSuccess(status: number): void {
  if (status === 235) return;
  throw Object.assign(new Error('refused'), { responseCode: status });
}
