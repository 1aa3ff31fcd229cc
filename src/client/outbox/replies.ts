import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { endsWithin, hostAnswer, pause, unlessAborted } from '../../internal/wait.ts';
import type { Mailbox, Outbox } from '../../transport/index.ts';
import type { RepliesOptions } from './model.ts';

/** How long a mailbox that cannot be read is left alone. */
const pauseMs = 30_000;

/** How long a mailbox, and the host that deals with a message, may take to end. */
const closeMs = 1_000;

/**
 * Reads a reply mailbox for as long as the client is open, and ties each report to its deposit. A
 * mailbox that fails is tried again.
 */
export class Replies {
  readonly #options: RepliesOptions;
  readonly #outbox: () => Promise<Pick<Outbox, 'applyReport'>>;
  readonly #failed: (error: TerrESanteError) => void;
  readonly #closing = new AbortController();
  #mailbox: Promise<Mailbox> | undefined;
  #reading: Promise<void> | undefined;

  constructor(
    options: RepliesOptions,
    outbox: () => Promise<Pick<Outbox, 'applyReport'>>,
    failed: (error: TerrESanteError) => void,
  ) {
    this.#options = options;
    this.#outbox = outbox;
    this.#failed = failed;
  }

  /** Begins to read, once. */
  start(): void {
    this.#reading ??= this.#readOn();
  }

  /** Connects, authenticates and opens the folder. */
  async verify(call: CallOptions): Promise<void> {
    const mailbox = await this.#open();
    await mailbox.verify(call);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#reading) await endsWithin(this.#reading, closeMs);
    await endsWithin(this.#closeMailbox(), closeMs);
  }

  /** One that is still being opened is closed when it comes; nobody waits for that. */
  async #closeMailbox(): Promise<void> {
    const { mailbox: given } = this.#options;
    const mailbox = typeof given === 'function' ? await this.#mailbox : given;
    await mailbox?.close();
  }

  async #readOn(): Promise<void> {
    const { signal } = this.#closing;
    let after = this.#options.after;

    while (!signal.aborted) {
      try {
        await this.#read(after, (cursor) => {
          after = cursor;
        });
      } catch (error) {
        if (!this.#closing.signal.aborted) this.#failed(ownError(error));
      }
      await pause(pauseMs, { signal, keepsAlive: false });
    }
  }

  async #read(after: string | undefined, done: (cursor: string) => void): Promise<void> {
    const { signal } = this.#closing;
    const { followReports } = await import('../../transport/index.ts');
    const outbox = await this.#outbox();
    const mailbox = await this.#open();

    const how = { watch: true, signal, after, onError: this.#failed };
    for await (const { item, outcome, error } of followReports(outbox, mailbox, how)) {
      if (error) this.#failed(error);
      await unlessAborted(Promise.resolve(this.#options.onItem?.(item, outcome)), signal);
      done(item.cursor);
    }
  }

  async #open(): Promise<Mailbox> {
    const { mailbox } = this.#options;
    if (typeof mailbox !== 'function') return mailbox;

    // A failure is not remembered: the next round tries again. One that is late is waited for anew,
    // so that no second one is opened.
    this.#mailbox ??= (async () => mailbox())().catch((error: unknown) => {
      this.#mailbox = undefined;
      throw error;
    });
    const opening = this.#mailbox;
    return hostAnswer('outbox.replies.mailbox', () => opening, { signal: this.#closing.signal });
  }
}

/** The text of a foreign error may quote a mail: it is not passed on. */
function ownError(error: unknown): TerrESanteError {
  if (isTerrESanteError(error)) return error;
  return new TerrESanteError('TE_OUTBOX', 'La boîte de retour ne se laisse pas lire.', { retryable: true });
}
