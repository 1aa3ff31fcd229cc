import type SMTPConnection from 'nodemailer/lib/smtp-connection';

import { TerrESanteError } from '../../errors.ts';
import { throwIfAborted, withDeadline, type CallOptions } from '../../internal/abort.ts';
import { calledBack } from '../../internal/wait.ts';
import { mailTunnel } from './mail-tunnel.ts';
import { smtpError } from './smtp-error.ts';
import { poolOptions, submissionPort, type SmtpOptions } from './smtp-options.ts';

/**
 * What a submission server announces, seen without sending anything.
 *
 * @group MSSanté transport
 */
export interface SubmissionProbe {
  /** Encrypted with a certificate of the given authorities. */
  readonly encrypted: boolean;
  readonly authenticated: boolean;
  /** Announced limit of a whole message in bytes, `null` when the server announces none. */
  readonly maxMessageBytes: number | null;
  /** Delivery reports can be asked for (RFC 3461). */
  readonly deliveryReports: boolean;
}

/**
 * Connects, encrypts and authenticates with a submission server, then leaves: nothing is sent.
 *
 * @throws TerrESanteError `TE_TLS`, `TE_CLIENT_CERT`, `TE_PROXY`, `TE_AUTHN_REJECTED`,
 *   `TE_UNAVAILABLE`, `TE_TIMEOUT`.
 *
 * @see RFC 1870 (SIZE), RFC 3461 (DSN)
 * @group MSSanté transport
 */
export async function probeSubmission(options: SmtpOptions, call: CallOptions = {}): Promise<SubmissionProbe> {
  return withDeadline(
    { timeoutMs: 60_000, ...call },
    async (signal) => probe(options, signal),
    'Le serveur de messagerie ne répond pas.',
  );
}

async function probe(options: SmtpOptions, signal: AbortSignal): Promise<SubmissionProbe> {
  const { default: Connection } = await import('nodemailer/lib/smtp-connection');
  const { auth, getSocket: _, ...config } = await poolOptions(options, { signal });
  throwIfAborted(signal);
  const { server, connectTimeoutMs = 20_000 } = options;
  const tunnel = await mailTunnel(server, submissionPort(server), { signal, timeoutMs: connectTimeoutMs });

  const connection = new Connection({ ...config, ...(tunnel && { connection: tunnel }) });
  // A failure while nothing waits for the server would end the process.
  connection.on('error', () => undefined);
  const close = (): void => {
    connection.close();
    tunnel?.destroy();
  };
  signal.addEventListener('abort', close, { once: true });

  try {
    await calledBack(connection, endings, (done) => connection.connect(done));
    const announced = announcementOf(connection);
    if (!auth) return { ...announced, authenticated: options.credentials.certificate !== undefined };

    const login = { ...auth, credentials: { user: auth.user, pass: '-' } };
    await calledBack(connection, endings, (done) => connection.login(login, done));
    return { ...announced, authenticated: true };
  } catch (error) {
    throw failure(error);
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

const failure = (error: unknown): TerrESanteError => smtpError(error, { sourceEnded: false, messageBytes: 0 });

/** A failure of the connection at any moment ends the wait in progress too. */
const endings = {
  failures: ['end'],
  failed: (name: string, error: unknown) => failure(name === 'error' ? error : { code: 'ECONNECTION' }),
};

/**
 * Reads the answer to EHLO. @throws TerrESanteError `TE_TLS` when it came over a clear connection
 */
function announcementOf(connection: SMTPConnection): Omit<SubmissionProbe, 'authenticated'> {
  if (!connection.secure) {
    throw new TerrESanteError('TE_TLS', 'Le serveur de messagerie ne propose pas de connexion chiffrée acceptable.');
  }

  const greeting = connection.lastServerResponse || '';
  const size = /^250[ -]SIZE (\d{1,15})\s*$/im.exec(greeting)?.[1];
  return {
    encrypted: true,
    maxMessageBytes: size === undefined || size === '0' ? null : Number(size),
    deliveryReports: /^250[ -]DSN\s*$/im.test(greeting),
  };
}
