import { Readable } from 'node:stream';

import type { Transporter } from 'nodemailer';

import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { limitOf, throwIfAborted, type CallOptions } from '../../internal/abort.ts';
import { pause, unlessAborted } from '../../internal/wait.ts';
import { parseMssAddress } from './address.ts';
import type { ComposedMail } from './compose.ts';
import { plainMessage } from './plain-lines.ts';
import type { SubmissionProbe } from './probe.ts';
import { smtpError, unknownOutcome } from './smtp-error.ts';
import { poolOptions, type SmtpOptions } from './smtp-options.ts';

/** The reply of the submission server to a message it took. @group MSSanté transport */
export interface SmtpAcceptance {
  readonly smtpCode: number;
  readonly enhancedStatus: string | null;
}

/** Longest time of one message, for a server that trickles its replies and no other limit. */
const sendTimeoutMs = 600_000;

/** Time that the messages in flight have to end when the transport is closed. */
const closeGraceMs = 10_000;

/** Time that they have to say so once they are cut. */
const cutGraceMs = 1_000;

/**
 * The pool of connections to one submission server; sends composed mails, one recipient per
 * transaction. STARTTLS is required, only the given authorities are trusted.
 */
export class SmtpSender {
  readonly #options: SmtpOptions;
  /** Ends the callbacks of the host that are waited for. */
  readonly #closing = new AbortController();
  readonly #sending = new Set<Promise<unknown>>();
  #pool: Promise<Transporter> | undefined;

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

    const limit = limitOf({ timeoutMs: sendTimeoutMs, ...options }, "Délai dépassé pendant l'envoi du message.");
    const work = this.#sendWithin(mail, { from, to }, limit.signal);
    this.#sending.add(work);
    try {
      return await work;
    } finally {
      this.#sending.delete(work);
      limit.release();
    }
  }

  async #sendWithin(mail: ComposedMail, { from, to }: Ends, limit: AbortSignal): Promise<SmtpAcceptance> {
    const progress = { ended: false };
    let source: Readable | undefined;

    try {
      const pool = await unlessAborted(this.#open(), limit);
      source = Readable.from(watched(mail.content.open(), progress), { objectMode: false, highWaterMark: 64 * 1_024 });

      const info = await pool.sendMail({
        raw: source,
        envelope: { from, to: [to], size: mail.byteLength },
        dsn: { id: mail.envelopeId, return: 'headers', notify: ['success', 'failure', 'delay'] },
        signal: limit,
      });
      return accepted(info, to, mail.byteLength);
    } catch (error) {
      const failure = sendFailure(error, limit, progress.ended, mail.byteLength);
      // Cut by the closing before the last byte, and not by a reply: nothing was sent.
      const isReply = typeof failure.details['smtpCode'] === 'number';
      if (!progress.ended && !limit.aborted && !isReply) this.#requireOpen();
      throw failure;
    } finally {
      source?.destroy();
    }
  }

  /** Connects, encrypts and authenticates, without sending; gives what the server announces. */
  async probe({ signal, timeoutMs }: CallOptions = {}): Promise<SubmissionProbe> {
    throwIfAborted(signal);
    this.#requireOpen();
    const { probeSubmission } = await import('./probe.ts');

    const either = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
    try {
      return await probeSubmission(this.#options, { signal: either, ...(timeoutMs !== undefined && { timeoutMs }) });
    } catch (error) {
      throwIfAborted(signal);
      this.#requireOpen();
      throw error;
    }
  }

  /** Leaves the messages in flight a time to end, then cuts them. */
  async close(): Promise<void> {
    this.#closing.abort();
    const opened = this.#pool;
    this.#pool = undefined;

    const pool = await opened?.catch(() => undefined);
    pool?.close();

    const over = new AbortController();
    void Promise.allSettled([...this.#sending]).then(() => over.abort());
    await pause(closeGraceMs, { signal: over.signal });

    if (over.signal.aborted) return;
    pool?.close({ force: true });
    await pause(cutGraceMs, { signal: over.signal });
  }

  #requireOpen(): void {
    if (this.#closing.signal.aborted) throw new TerrESanteError('TE_CLOSED', 'Le transport de messagerie est fermé.');
  }

  async #open(): Promise<Transporter> {
    this.#requireOpen();

    this.#pool ??= makePool(this.#options, this.#closing.signal).catch((error: unknown) => {
      this.#pool = undefined;
      throw error;
    });
    return this.#pool;
  }
}

/** Envelope addresses, validated. */
interface Ends {
  readonly from: string;
  readonly to: string;
}

/** @param closing - ends the callbacks of the host that are waited for */
async function makePool(options: SmtpOptions, closing: AbortSignal): Promise<Transporter> {
  const [{ createTransport }, config] = await Promise.all([
    import('nodemailer'),
    poolOptions(options, { signal: closing }),
  ]);
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
