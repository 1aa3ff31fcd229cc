import { TerrESanteError } from '../../errors.ts';
import type { Logger } from '../../internal/observer.ts';
import type { Runtime } from '../../internal/runtime.ts';
import { endsWithin, hostAnswer } from '../../internal/wait.ts';
import type { PlatformDescriptor, TerrESanteConfig } from '../../platform/index.ts';
import type { ComposeDepositOptions, MssTransport, Outbox, OutboxStore } from '../../transport/index.ts';
import type { ClientOutboxOptions } from './model.ts';

/** How long a client that closes waits for a store that is being opened. */
const openingMs = 2_000;

/** An outbox that is open, and the connections that carry its messages. */
export interface OpenOutbox {
  readonly outbox: Outbox;
  readonly transport: MssTransport;
  /** What every message has in common, whoever sends it. */
  readonly message: Omit<ComposeDepositOptions, 'from'>;
}

/** What the outbox of a client is made of. */
export interface SharedOutboxParts {
  readonly config: TerrESanteConfig;
  readonly descriptor: PlatformDescriptor;
  readonly options: ClientOutboxOptions | undefined;
  readonly logger: Logger | undefined;
  readonly runtime: Runtime;
}

/**
 * The store, the worker and the connections of all the professionals of one client: opened at the
 * first use, closed with the client.
 */
export class SharedOutbox {
  readonly #parts: SharedOutboxParts;
  #opened: Promise<OpenOutbox> | undefined;
  #closed = false;
  /** The host stopped the sending: a deposit does not start it again. */
  #held = false;

  constructor(parts: SharedOutboxParts) {
    this.#parts = parts;
  }

  get isConfigured(): boolean {
    return this.#parts.options !== undefined;
  }

  /**
   * @throws TerrESanteError `TE_CLOSED`, `TE_UNSUPPORTED` when the client has no outbox, and those
   *   of the store
   */
  async open(): Promise<OpenOutbox> {
    const { options } = this.#parts;
    if (this.#closed) throw new TerrESanteError('TE_CLOSED', 'Le client est fermé.');
    if (!options) {
      throw new TerrESanteError('TE_UNSUPPORTED', "Aucune boîte d'envoi n'est configurée.", {
        details: { operation: 'outbox' },
      });
    }

    // A failure is not remembered: the next call tries again.
    // One that is late is waited for anew: a store that opens twice refuses itself.
    this.#opened ??= this.#make(options).catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });

    const opening = this.#opened;
    return hostAnswer('outbox.store', () => opening);
  }

  /** Begins to send, unless the host stopped it. */
  async startUnlessHeld(): Promise<void> {
    const { outbox } = await this.open();
    // It may have been stopped while the store was being opened.
    if (!this.#held) outbox.start();
  }

  async start(): Promise<void> {
    this.#held = false;
    await this.startUnlessHeld();
  }

  async stop(options?: Parameters<Outbox['stop']>[0]): Promise<void> {
    this.#held = true;
    const { outbox } = await this.open();
    await outbox.stop(options);
  }

  /** A store that is still being opened is closed when it comes; it is not waited for long. */
  async close(): Promise<void> {
    this.#closed = true;
    const opening = this.#opened?.catch(() => undefined);
    if (!opening) return;

    const closing = opening.then((opened) => opened && closeAll(opened));
    if (await endsWithin(opening, openingMs)) await closing;
    else closing.catch(() => undefined);
  }

  async #make(options: ClientOutboxOptions): Promise<OpenOutbox> {
    const { createMssTransport, createOutbox, parseMssAddress } = await import('../../transport/index.ts');
    const {
      server,
      credentials,
      maxConnections,
      message: choices,
      label,
      store,
      replies,
      onChange,
      ...worker
    } = options;
    const { config, descriptor, logger, runtime } = this.#parts;
    const { subject, pdfCopy } = descriptor.mssante;

    // Refused before anything is opened: a spool left open could not be opened again.
    const { address, domain: senderDomain } = parseMssAddress(config.user.mssAddress);

    const message = {
      nil: config.host.nil,
      subject: subject.value,
      pdfCopy: pdfCopy.value,
      ...choices,
      to: config.quai.eMailSecur,
    };
    const transport = createMssTransport({
      server,
      credentials,
      maxConnections,
      message: { ...message, from: { address, label: label ?? address } },
      runtime,
    });
    const outbox = createOutbox({
      ...worker,
      logger,
      store: await openStore(store),
      carrier: transport,
      senderDomain,
      runtime,
      sends: false,
    });
    return { outbox, transport, message };
  }
}

async function closeAll({ outbox, transport }: OpenOutbox): Promise<void> {
  try {
    await outbox.close();
  } finally {
    await transport.close();
  }
}

async function openStore(store: ClientOutboxOptions['store']): Promise<OutboxStore> {
  if (typeof store === 'function') return store();

  const { createMemoryStore, openSpoolStore } = await import('../../transport/index.ts');
  return store === 'memory' ? createMemoryStore() : openSpoolStore(store);
}
