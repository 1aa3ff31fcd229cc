import { Readable } from 'node:stream';

import type { SMTPPoolOptions } from 'nodemailer/lib/smtp-pool';

import { TerrESanteError } from '../../errors.ts';
import { cancelled, throwIfAborted, type CallOptions } from '../../internal/abort.ts';
import { parseMssAddress } from './address.ts';
import type { ComposedMail } from './compose.ts';
import { tlsCertificate, tokenResponse, type MailServerAddress, type MssCredentials } from './credentials.ts';
import { smtpError, unknownOutcome } from './smtp-error.ts';

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

/** What the submission server said. @group MSSanté transport */
export interface SmtpAcceptance {
  readonly smtpCode: number;
  readonly enhancedStatus: string | null;
}

/** Sends composed mails, one recipient per transaction. */
export interface SmtpSender {
  send(mail: ComposedMail, options?: CallOptions): Promise<SmtpAcceptance>;
  /** Connects, encrypts and authenticates, without sending. */
  verify(options?: CallOptions): Promise<void>;
  close(): Promise<void>;
}

/** Node's default list of TLS 1.2 suites is wider; these are forward secret and authenticated. */
const ciphers = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_AES_128_GCM_SHA256',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':');

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

export async function poolOptions(options: SmtpOptions): Promise<SMTPPoolOptions & { pool: true }> {
  const { server, credentials, maxConnections = 3, connectTimeoutMs = 20_000, idleTimeoutMs = 120_000 } = options;
  const port = server.port ?? (server.implicitTls ? 465 : 587);
  const { token, external, password } = credentials;
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
    ...((token !== undefined || password !== undefined || external === true) && {
      auth: { type: 'custom', method: 'TE-SASL', user: token?.mailbox ?? '-', pass: '-' },
      forceAuth: true,
      customAuth: {
        'TE-SASL': async (context) => {
          if (password !== undefined) {
            const response = Buffer.from(`\u0000${password.user}\u0000${await password.provider()}`, 'utf8').toString(
              'base64',
            );
            expectSuccess((await context.sendCommand(`AUTH PLAIN ${response}`)).status);
            return;
          }
          if (token === undefined) {
            expectSuccess((await context.sendCommand('AUTH EXTERNAL =')).status);
            return;
          }
          const mechanism = token.mechanism ?? 'XOAUTH2';
          const mailbox = parseMssAddress(token.mailbox).address;
          const attempt = async (renew: boolean): Promise<number> => {
            const value = await token.provider({ renew });
            const reply = await context.sendCommand(
              `AUTH ${mechanism} ${tokenResponse(mechanism, mailbox, value, server.host, port)}`,
            );
            // The refusal comes as a challenge first; an empty (or dummy, RFC 7628) line brings the
            // real reply.
            return reply.status === 334
              ? (await context.sendCommand(mechanism === 'XOAUTH2' ? '' : 'AQ==')).status
              : reply.status;
          };
          const status = await attempt(false);
          expectSuccess(status === 535 ? await attempt(true) : status);
        },
      },
    }),
  };
}

function expectSuccess(status: number): void {
  if (status === 235) return;
  throw Object.assign(new Error('refused'), { responseCode: status });
}

/**
 * The pool of connections to one submission server. STARTTLS is required, only the given
 * authorities are trusted.
 */
export function createSmtpSender(options: SmtpOptions): SmtpSender {
  type Pool = import('nodemailer').Transporter;
  let pool: Promise<Pool> | undefined;
  let closed = false;
  const open = (): Promise<Pool> => {
    if (closed) throw new TerrESanteError('TE_CLOSED', 'Le transport de messagerie est fermé.');
    pool ??= (async () => {
      const [{ createTransport }, config] = await Promise.all([import('nodemailer'), poolOptions(options)]);
      const transport = createTransport(config) as unknown as Pool;
      // The library would start to read the message before the server asks for it; then a cut
      // before DATA could not be told from a cut after the final dot.
      transport.use('stream', (mail, done) => {
        const { raw } = mail.data;
        if (raw instanceof Readable) mail.message.createReadStream = () => raw;
        done();
      });
      return transport;
    })().catch((error: unknown) => {
      pool = undefined;
      throw error;
    });
    return pool;
  };
  return {
    async send(mail, { signal, timeoutMs } = {}) {
      throwIfAborted(signal);
      // The library repairs hostile addresses into others: only validated ones reach it.
      const from = parseMssAddress(mail.envelope.from).address;
      const to = parseMssAddress(mail.envelope.to).address;
      const transport = await open();
      const progress = { ended: false };
      // By hand: signals combined with a long-lived one would be kept as long as it lives.
      const stop = new AbortController();
      const deadline = { passed: false };
      const onAbort = (): void => stop.abort();
      signal?.addEventListener('abort', onAbort, { once: true });
      const timer =
        timeoutMs === undefined
          ? undefined
          : setTimeout(() => {
              deadline.passed = true;
              stop.abort();
            }, timeoutMs);
      const source = Readable.from(watched(mail.content.open(), progress), {
        objectMode: false,
        highWaterMark: 64 * 1_024,
      });
      try {
        const info = await transport.sendMail({
          raw: source,
          envelope: { from, to: [to], size: mail.byteLength },
          dsn: { id: mail.envelopeId, return: 'headers', notify: ['success', 'failure', 'delay'] },
          signal: stop.signal,
        });
        return accepted(info, to, mail.byteLength);
      } catch (error) {
        if (progress.ended && stop.signal.aborted && !(error instanceof TerrESanteError)) {
          throw unknownOutcome('EABORT');
        }
        if (signal?.aborted) throw cancelled(signal);
        if (deadline.passed) throw new TerrESanteError('TE_TIMEOUT', "Délai dépassé pendant l'envoi du message.");
        throw smtpError(error, { sourceEnded: progress.ended, messageBytes: mail.byteLength });
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        source.destroy();
      }
    },
    async verify({ signal } = {}) {
      throwIfAborted(signal);
      const transport = await open();
      try {
        await transport.verify();
      } catch (error) {
        throw smtpError(error, { sourceEnded: false, messageBytes: 0 });
      }
    },
    async close() {
      closed = true;
      const opened = pool;
      pool = undefined;
      await opened?.then(
        (transport) => transport.close(),
        () => undefined,
      );
    },
  };
}

async function* watched(
  chunks: AsyncIterable<Uint8Array>,
  progress: { ended: boolean },
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) yield chunk;
  progress.ended = true;
}

function accepted(info: { accepted?: unknown; response?: unknown }, to: string, messageBytes: number): SmtpAcceptance {
  const list = Array.isArray(info.accepted) ? (info.accepted as unknown[]) : [];
  if (list.length !== 1 || list[0] !== to) {
    throw smtpError({ code: 'EENVELOPE', responseCode: 550 }, { sourceEnded: false, messageBytes });
  }
  const [, code, status] =
    /^(\d{3})[ -](?:(\d\.\d{1,3}\.\d{1,3})\b)?/.exec(typeof info.response === 'string' ? info.response : '') ?? [];
  return { smtpCode: code === undefined ? 250 : Number(code), enhancedStatus: status ?? null };
}
