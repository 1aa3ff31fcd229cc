import type { SigningProvider } from '../../auth/index.ts';
import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { foreignCode } from '../../internal/foreign-error.ts';
import { hostAnswer } from '../../internal/wait.ts';
import type { ProxyServer } from '../http/proxy.ts';

/**
 * How a mailbox proves who it is.
 *
 * `token`: a personal or organisational mailbox, with the access token of Pro Santé Connect; the
 * provider is asked at each new connection. `certificate`: an applicative mailbox; `external` also
 * sends `AUTH EXTERNAL` (what operators really ask is unverified). Mutual TLS and a token may be
 * combined.
 *
 * @see ANS, Référentiel socle MSSanté n° 2, exigence ECO.1.2.1
 * @group MSSanté transport
 */
export interface MssCredentials {
  /**
   * A certificate of the structure, or of the professional: its files, or a provider that holds
   * them. The provider is asked at each new transport. A card gives no identity to TLS: its key
   * stays inside and Node's TLS cannot use it, so the calls fail with `TE_UNSUPPORTED`; put a local
   * TLS proxy that can between the host and the operator, or use a token.
   */
  readonly certificate?:
    | { readonly certPem: string; readonly keyPem: string; readonly passphrase?: string | undefined }
    | { readonly pfx: Uint8Array; readonly passphrase: string }
    | { readonly provider: Pick<SigningProvider, 'kind' | 'tlsIdentity'> }
    | undefined;
  readonly external?: boolean | undefined;
  readonly token?:
    | {
        readonly mailbox: string;
        /** One fresh access token; `renew` when the previous one was refused. Never stored. */
        readonly provider: (request: {
          readonly renew: boolean;
          readonly signal?: AbortSignal | undefined;
        }) => Promise<string>;
        /** @defaultValue `'XOAUTH2'` */
        readonly mechanism?: 'XOAUTH2' | 'OAUTHBEARER' | undefined;
      }
    | undefined;
  /**
   * A password given over TLS (SASL PLAIN), for operators that ask one beside the certificate
   * (unverified).
   */
  readonly password?:
    | {
        readonly user: string;
        readonly provider: (request: { readonly signal?: AbortSignal | undefined }) => Promise<string>;
      }
    | undefined;
}

/** Where a mail server is and how it is trusted. @group MSSanté transport */
export interface MailServerAddress {
  readonly host: string;
  /** @defaultValue `587` for submission, `143` for reading */
  readonly port?: number | undefined;
  /** Name checked in the server's certificate. @defaultValue `host` */
  readonly serverName?: string | undefined;
  /** The only authorities trusted (IGC-Santé); the system's are never used. PEM. */
  readonly caPem: string;
  /**
   * Revocation lists in PEM, one of each authority above the server, asked at each new transport.
   * The SDK downloads nothing by itself.
   */
  readonly crl?: (() => Promise<string>) | undefined;
  /**
   * TLS from the first byte (465, 993) instead of STARTTLS. Never a silent fallback.
   *
   * @defaultValue `false`
   */
  readonly implicitTls?: boolean | undefined;
  /** What the connection goes through. @defaultValue none: the server is reached directly */
  readonly proxy?: ProxyServer | undefined;
}

/** SASL initial response, the same for SMTP and IMAP. RFC 7628 and its de facto predecessor. */
export function tokenResponse(
  mechanism: 'XOAUTH2' | 'OAUTHBEARER',
  mailbox: string,
  token: string,
  host: string,
  port: number,
): string {
  const text =
    mechanism === 'XOAUTH2'
      ? `user=${mailbox}\u0001auth=Bearer ${token}\u0001\u0001`
      : `n,a=${mailbox},\u0001host=${host}\u0001port=${String(port)}\u0001auth=Bearer ${token}\u0001\u0001`;
  return Buffer.from(text, 'utf8').toString('base64');
}

/**
 * A secret that a provider of the host gives. When it fails, no server was asked: the failure is
 * not one of the server, and its text, which may quote a token, goes no further.
 *
 * @param name - of the option that holds the provider
 *
 * @throws TerrESanteError `TE_AUTHN_REQUIRED`, `TE_TIMEOUT` (deadline of the caller),
 *   `TE_CANCELLED`, or what the provider says in our own words
 */
export async function secretOf(
  name: string,
  provide: (signal: AbortSignal) => Promise<string>,
  options: CallOptions,
): Promise<string> {
  const answer = { came: false };
  const ask = async (signal: AbortSignal): Promise<string> => {
    try {
      return await provide(signal);
    } finally {
      answer.came = true;
    }
  };

  try {
    const secret: unknown = await hostAnswer(name, ask, options);
    // A control character would end the field of the SASL message that carries the secret.
    if (typeof secret === 'string' && secret !== '' && !/\p{Cc}/u.test(secret)) return secret;
  } catch (error) {
    // No caller set a deadline: the silence is that of the provider, and not of a server.
    const isSilent = !answer.came && options.timeoutMs === undefined && options.signal?.aborted !== true;
    if (isTerrESanteError(error)) throw isSilent && error.code === 'TE_TIMEOUT' ? notObtained('no-answer') : error;
    throw notObtained(foreignCode(error) ?? 'provider');
  }
  throw notObtained('value');
}

const notObtained = (reason: string): TerrESanteError =>
  new TerrESanteError(
    'TE_AUTHN_REQUIRED',
    "Le moyen de s'authentifier à la messagerie n'a pas été obtenu : une connexion est à refaire.",
    { details: { reason } },
  );

/**
 * The certificate and key that TLS presents.
 *
 * @throws TerrESanteError `TE_UNSUPPORTED` when the key cannot leave its holder; those of the
 *   provider
 */
export async function tlsCertificate(
  certificate: MssCredentials['certificate'],
  options: CallOptions,
): Promise<Record<string, unknown>> {
  if (!certificate) return {};
  if ('provider' in certificate) return providerCertificate(certificate.provider, options);
  if ('pfx' in certificate) return { pfx: Buffer.from(certificate.pfx), passphrase: certificate.passphrase };

  const { certPem, keyPem, passphrase } = certificate;
  return { cert: certPem, key: keyPem, ...(passphrase !== undefined && { passphrase }) };
}

async function providerCertificate(
  provider: Pick<SigningProvider, 'kind' | 'tlsIdentity'>,
  options: CallOptions,
): Promise<Record<string, unknown>> {
  if (!provider.tlsIdentity) {
    throw new TerrESanteError(
      'TE_UNSUPPORTED',
      'La clé reste dans la carte et ne peut pas servir à la connexion de messagerie : passez par un mandataire TLS local, ou par un jeton Pro Santé Connect.',
      { details: { provider: provider.kind, operation: 'tls' } },
    );
  }

  const identity = await hostAnswer(
    'credentials.certificate.provider',
    async (signal) => provider.tlsIdentity?.({ signal }),
    options,
  );
  const { certificates, privateKey } = identity ?? {};
  return { cert: certificates, key: privateKey };
}
