import { TerrESanteError } from '../../errors.ts';
import type { Logger } from '../../internal/observer.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { PlatformDescriptor, TerrESanteConfig } from '../../platform/index.ts';
import type { MssTransport, Outbox } from '../../transport/index.ts';
import { forward } from '../lazy.ts';
import type { ClientOutboxOptions, OutboxOperations } from './model.ts';

interface OpenOutbox {
  readonly outbox: Outbox;
  readonly transport: MssTransport;
}

/** The options of the outbox, with the logger of the client. */
type LoggedOptions = ClientOutboxOptions & { readonly logger?: Logger | undefined };

/** The outbox of a client: opened at the first use, closed with the client. */
export class ClientOutbox {
  readonly #config: TerrESanteConfig;
  readonly #descriptor: PlatformDescriptor;
  readonly #options: LoggedOptions | undefined;
  readonly #runtime: Runtime;
  #opened: Promise<OpenOutbox> | undefined;
  #closed = false;
  /** The host stopped the sending: a deposit does not start it again. */
  #held = false;

  constructor(
    config: TerrESanteConfig,
    descriptor: PlatformDescriptor,
    options: LoggedOptions | undefined,
    runtime: Runtime,
  ) {
    this.#config = config;
    this.#descriptor = descriptor;
    this.#options = options;
    this.#runtime = runtime;
  }

  /**
   * @throws TerrESanteError `TE_CLOSED`, `TE_UNSUPPORTED` when the client has no outbox, and those
   *   of the store
   */
  async open(): Promise<Outbox> {
    if (this.#closed) throw new TerrESanteError('TE_CLOSED', 'Le client est fermé.');
    if (!this.#options) {
      throw new TerrESanteError('TE_UNSUPPORTED', "Aucune boîte d'envoi n'est configurée.", {
        details: { operation: 'outbox' },
      });
    }

    // A failure is not remembered: the next call tries again.
    this.#opened ??= this.#make(this.#options).catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });

    return (await this.#opened).outbox;
  }

  /**
   * For deposits: begins to send, unless the host stopped it. `undefined` when the client has no
   * outbox.
   */
  async channel(): Promise<Outbox | undefined> {
    if (!this.#options) return undefined;

    const outbox = await this.open();
    this.#startUnlessHeld(outbox);
    return outbox;
  }

  async start(): Promise<void> {
    this.#held = false;
    // It may be stopped while the store is being opened.
    this.#startUnlessHeld(await this.open());
  }

  #startUnlessHeld(outbox: Outbox): void {
    if (!this.#held) outbox.start();
  }

  async stop(options?: Parameters<Outbox['stop']>[0]): Promise<void> {
    this.#held = true;
    const outbox = await this.open();
    await outbox.stop(options);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const opened = await this.#opened?.catch(() => undefined);
    try {
      await opened?.outbox.close();
    } finally {
      await opened?.transport.close();
    }
  }

  async #make(options: LoggedOptions): Promise<OpenOutbox> {
    const { createMssTransport, createOutbox, openSpoolStore, parseMssAddress } =
      await import('../../transport/index.ts');
    const { senderLabel } = await import('../../transport/mss/headers.ts');
    const { server, credentials, maxConnections, message, label, store, ...worker } = options;
    const { host, quai, user } = this.#config;
    const { subject, pdfCopy } = this.#descriptor.mssante;
    const runtime = this.#runtime;

    // Refused before anything is opened: a spool left open could not be opened again.
    const senderDomain = parseMssAddress(user.mssAddress).domain;

    const transport = createMssTransport({
      server,
      credentials,
      maxConnections,
      message: {
        nil: host.nil,
        subject: subject.value,
        pdfCopy: pdfCopy.value,
        ...message,
        from: { address: user.mssAddress, label: label ?? senderLabel(user) },
        to: quai.eMailSecur,
      },
      runtime,
    });
    const outbox = createOutbox({
      ...worker,
      store: await (typeof store === 'function' ? store() : openSpoolStore(store)),
      carrier: transport,
      senderDomain,
      runtime,
      sends: false,
    });
    return { outbox, transport };
  }
}

/** What the host calls: each call opens the outbox when it must. */
export function outboxOperations(outbox: ClientOutbox): OutboxOperations {
  const open = (): Promise<Outbox> => outbox.open();
  return {
    start: () => outbox.start(),
    stop: (options) => outbox.stop(options),
    ...forward(open, ['summary', 'status', 'retry', 'cancel', 'applyReport']),
    async *list(filter) {
      yield* (await open()).list(filter);
    },
    async *unmatched() {
      yield* (await open()).unmatched();
    },
  };
}
