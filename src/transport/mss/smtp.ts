import { Readable } from 'node:stream';

import type { Transporter } from 'nodemailer';

import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { limitOf, throwIfAborted, type CallOptions } from '../../internal/abort.ts';
import { parseMssAddress } from './address.ts';
import type { ComposedMail } from './compose.ts';
import { plainMessage } from './plain-lines.ts';
import { smtpError, unknownOutcome } from './smtp-error.ts';
import { poolOptions, type SmtpOptions } from './smtp-options.ts';

/** The reply of the submission server to a message it took. @group MSSanté transport */
export interface SmtpAcceptance {
  readonly smtpCode: number;
  readonly enhancedStatus: string | null;
}

/**
 * The pool of connections to one submission server; sends composed mails, one recipient per
 * transaction. STARTTLS is required, only the given authorities are trusted.
 */
export class SmtpSender {
  readonly #options: SmtpOptions;
  #pool: Promise<Transporter> | undefined;
  #closed = false;

  constructor(options: SmtpOptions) {
    this.#options = options;
  }

  /**
   * Waits for the reply even when it is stopped: only the reply proves whether the mail was taken.
   */
  async send(mail: ComposedMail, options: CallOptions = {}): Promise<SmtpAcceptance> {
    throwIfAborted(options.signal);

    // The library repairs hostile addresses into others: only validated ones reach it.
    const from = parseMssAddress(mail.envelope.from).address;
    const to = parseMssAddress(mail.envelope.to).address;
    const transport = await this.#open();

    const limit = limitOf(options, "Délai dépassé pendant l'envoi du message.");
    const progress = { ended: false };
    const source = Readable.from(watched(mail.content.open(), progress), {
      objectMode: false,
      highWaterMark: 64 * 1_024,
    });
    try {
      const info = await transport.sendMail({
        raw: source,
        envelope: { from, to: [to], size: mail.byteLength },
        dsn: { id: mail.envelopeId, return: 'headers', notify: ['success', 'failure', 'delay'] },
        signal: limit.signal,
      });
      return accepted(info, to, mail.byteLength);
    } catch (error) {
      throw sendFailure(error, limit.signal, progress.ended, mail.byteLength);
    } finally {
      limit.release();
      source.destroy();
    }
  }

  /** Connects, encrypts and authenticates, without sending. */
  async verify({ signal }: CallOptions = {}): Promise<void> {
    throwIfAborted(signal);
    const transport = await this.#open();

    try {
      await transport.verify();
    } catch (error) {
      throw smtpError(error, { sourceEnded: false, messageBytes: 0 });
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const opened = this.#pool;
    this.#pool = undefined;
    await opened?.then(
      (transport) => transport.close(),
      () => undefined,
    );
  }

  #open(): Promise<Transporter> {
    if (this.#closed) throw new TerrESanteError('TE_CLOSED', 'Le transport de messagerie est fermé.');

    this.#pool ??= makePool(this.#options).catch((error: unknown) => {
      this.#pool = undefined;
      throw error;
    });
    return this.#pool;
  }
}

async function makePool(options: SmtpOptions): Promise<Transporter> {
  const [{ createTransport }, config] = await Promise.all([import('nodemailer'), poolOptions(options)]);
  const transport = createTransport(config) as unknown as Transporter;

  // The library would start to read the message before the server asks for it; then a cut before
  // DATA could not be told from a cut after the final dot.
  transport.use('stream', (mail, done) => {
    const { raw } = mail.data;
    if (raw instanceof Readable) mail.message.createReadStream = () => plainMessage(raw);
    done();
  });
  return transport;
}

function sendFailure(error: unknown, limit: AbortSignal, sourceEnded: boolean, messageBytes: number): TerrESanteError {
  const isOther = isTerrESanteError(error) && error !== limit.reason;

  // Stopped after the last byte: the server may have taken the message.
  if (sourceEnded && limit.aborted && !isOther) return unknownOutcome('EABORT');
  if (limit.aborted) return limit.reason as TerrESanteError;

  return smtpError(error, { sourceEnded, messageBytes });
}

async function* watched(
  chunks: AsyncIterable<Uint8Array>,
  progress: { ended: boolean },
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) yield chunk;
  progress.ended = true;
}

const replyShape = /^(?<code>\d{3})[ -](?:(?<status>\d\.\d{1,3}\.\d{1,3})\b)?/;

function accepted(info: { accepted?: unknown; response?: unknown }, to: string, messageBytes: number): SmtpAcceptance {
  const list = Array.isArray(info.accepted) ? (info.accepted as unknown[]) : [];
  if (list.length !== 1 || list[0] !== to) {
    throw smtpError({ code: 'EENVELOPE', responseCode: 550 }, { sourceEnded: false, messageBytes });
  }

  const reply = typeof info.response === 'string' ? replyShape.exec(info.response)?.groups : undefined;
  return { smtpCode: reply ? Number(reply['code']) : 250, enhancedStatus: reply?.['status'] ?? null };
}
