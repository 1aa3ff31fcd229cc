import { TerrESanteError } from '../../errors.ts';
import { withDeadline, type CallOptions } from '../../internal/abort.ts';
import { smtpError } from './smtp-error.ts';
import { poolOptions, type SmtpOptions } from './smtp.ts';

/**
 * What a submission server says of itself, seen without sending anything.
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
 * @throws TerrESanteError `TE_TLS`, `TE_CLIENT_CERT`, `TE_AUTHN_REJECTED`, `TE_UNAVAILABLE`,
 *   `TE_TIMEOUT`.
 *
 * @see RFC 1870 (SIZE), RFC 3461 (DSN)
 * @group MSSanté transport
 */
export async function probeSubmission(options: SmtpOptions, call: CallOptions = {}): Promise<SubmissionProbe> {
  const { default: SMTPConnection } = await import('nodemailer/lib/smtp-connection');
  const { auth, ...config } = await poolOptions(options);
  const connection = new SMTPConnection(config);
  try {
    return await withDeadline(
      { timeoutMs: 60_000, ...call },
      () =>
        new Promise<SubmissionProbe>((resolve, reject) => {
          const fail = (error: unknown): void => reject(smtpError(error, { sourceEnded: false, messageBytes: 0 }));
          connection.on('error', fail);
          connection.once('end', () => fail({ code: 'ECONNECTION' }));
          connection.connect((problem) => {
            if (problem) {
              fail(problem);
              return;
            }
            const greeting = connection.lastServerResponse || '';
            const size = /^250[ -]SIZE (\d{1,15})\s*$/im.exec(greeting)?.[1];
            const said = {
              encrypted: connection.secure,
              maxMessageBytes: size === undefined || size === '0' ? null : Number(size),
              deliveryReports: /^250[ -]DSN\s*$/im.test(greeting),
            };
            if (!said.encrypted) {
              reject(
                new TerrESanteError(
                  'TE_TLS',
                  'Le serveur de messagerie ne propose pas de connexion chiffrée acceptable.',
                ),
              );
              return;
            }
            if (!auth) {
              resolve({ ...said, authenticated: options.credentials.certificate !== undefined });
              return;
            }
            connection.login({ ...auth, credentials: { user: auth.user, pass: '-' } }, (refusal) => {
              if (refusal) fail(refusal);
              else resolve({ ...said, authenticated: true });
            });
          });
        }),
      'Le serveur de messagerie ne répond pas.',
    );
  } finally {
    connection.close();
  }
}
