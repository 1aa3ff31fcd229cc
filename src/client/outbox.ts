import { TerrESanteError } from '../errors.ts';
import type { Runtime } from '../internal/runtime.ts';
import type { PlatformDescriptor, TerrESanteConfig } from '../platform/index.ts';
import type {
  ComposeDepositOptions,
  DepositReceipt,
  DepositState,
  MssTransport,
  Outbox,
  OutboxStore,
  SmtpOptions,
  SpoolOptions,
  UnmatchedReport,
  WorkerOptions,
} from '../transport/index.ts';

/**
 * The usual way of depositing: by mail, from the mailbox of the user to the one of the platform, as
 * the configuration and the descriptor say.
 *
 * @group Client
 */
export interface ClientOutboxOptions
  extends WorkerOptions, Pick<SmtpOptions, 'server' | 'credentials' | 'maxConnections'> {
  /**
   * The folder of a spool and its key, or a store opened otherwise. Opened at the first use, closed
   * with the client.
   */
  readonly store: SpoolOptions | (() => Promise<OutboxStore>);
  /** Label of the sender. @defaultValue `<Prénom>_<NOM>` of the user */
  readonly label?: string | undefined;
  /** What is particular to the mails. @defaultValue what the descriptor says */
  readonly message?: Partial<Omit<ComposeDepositOptions, 'from' | 'to' | 'messageId' | 'envelopeId'>> | undefined;
  /** Told at each change of a deposit. */
  readonly onChange?: ((receipt: DepositReceipt) => void) | undefined;
  /** Told when the store or the far side fails; the outbox tries again by itself. */
  readonly onError?: ((error: TerrESanteError) => void) | undefined;
}

/**
 * Deposits that wait, and what became of the others. Each call opens the store when it must.
 *
 * @throws TerrESanteError from every call: `TE_UNSUPPORTED` without `outbox` in the options of the
 *   client, `TE_OUTBOX` when the store cannot be used, `TE_CLOSED` once the client is closed
 *
 * @group Client
 */
export interface OutboxOperations {
  /**
   * Sends what is due, from now on: call it when the host starts, so that a crash is made up for. A
   * deposit does it too.
   */
  start(): Promise<void>;
  /**
   * Stops sending; messages in flight have `graceMs` to end. Deposits are still taken.
   *
   * @defaultValue `10_000`
   */
  stop(options?: { readonly graceMs?: number | undefined }): Promise<void>;
  list(filter?: { readonly states?: readonly DepositState[] | undefined }): AsyncIterable<DepositReceipt>;
  /** By uniqueId; `null` when it was never deposited here. */
  show(uniqueId: string): Promise<DepositReceipt | null>;
  /**
   * Sends again, now: a deposit that waits, or one that failed and whose message is still stored.
   */
  retry(uniqueId: string): Promise<DepositReceipt>;
  /** Gives up a deposit that is not being sent. */
  cancel(uniqueId: string): Promise<DepositReceipt>;
  /** Ties a report of the reply mailbox to its deposit; `followReports` takes this object. */
  applyReport: Outbox['applyReport'];
  /** Reports that could not be tied to a deposit. */
  unmatched(): AsyncIterable<UnmatchedReport>;
}

/** The outbox of a client: made at the first use. */
export interface ClientOutbox {
  readonly operations: OutboxOperations;
  /** For deposits; begins to send. `undefined` when there is no outbox. */
  channel(): Promise<Outbox | undefined>;
  close(): Promise<void>;
}

export function createClientOutbox(
  config: TerrESanteConfig,
  descriptor: PlatformDescriptor,
  options: ClientOutboxOptions | undefined,
  runtime: Runtime,
): ClientOutbox {
  let opened: Promise<{ outbox: Outbox; transport: MssTransport }> | undefined;
  let closed = false;

  const make = async (given: ClientOutboxOptions): Promise<{ outbox: Outbox; transport: MssTransport }> => {
    const { createMssTransport, createOutbox, openSpoolStore, parseMssAddress, senderLabel } =
      await import('../transport/index.ts');
    const { server, credentials, maxConnections, message, label, store, ...rest } = given;
    const { givenName, familyName, mssAddress } = config.user;
    // Refused before anything is opened: a spool left open could not be opened again.
    const senderDomain = parseMssAddress(mssAddress).domain;
    const from = { address: mssAddress, label: label ?? senderLabel({ givenName, familyName }) };
    const transport = createMssTransport({
      server,
      credentials,
      maxConnections,
      message: {
        nil: config.host.nil,
        subject: descriptor.mssante.subject.value,
        pdfCopy: descriptor.mssante.pdfCopy.value,
        ...message,
        from,
        to: config.quai.eMailSecur,
      },
      runtime,
    });
    const outbox = createOutbox({
      ...rest,
      store: await (typeof store === 'function' ? store() : openSpoolStore(store)),
      carrier: transport,
      senderDomain,
      runtime,
      sends: false,
    });
    return { outbox, transport };
  };
  const open = async (): Promise<Outbox> => {
    if (closed) throw new TerrESanteError('TE_CLOSED', 'Le client est fermé.');
    if (!options) {
      throw new TerrESanteError('TE_UNSUPPORTED', "Aucune boîte d'envoi n'est configurée.", {
        details: { operation: 'outbox' },
      });
    }
    opened ??= make(options).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return (await opened).outbox;
  };

  return {
    operations: {
      start: async () => (await open()).start(),
      stop: async (how) => (await open()).stop(how),
      async *list(filter) {
        yield* (await open()).list(filter);
      },
      show: async (uniqueId) => (await open()).status(uniqueId),
      retry: async (uniqueId) => (await open()).retry(uniqueId),
      cancel: async (uniqueId) => (await open()).cancel(uniqueId),
      applyReport: async (report) => (await open()).applyReport(report),
      async *unmatched() {
        yield* (await open()).unmatched();
      },
    },
    async channel() {
      if (!options) return undefined;
      const outbox = await open();
      outbox.start();
      return outbox;
    },
    async close() {
      closed = true;
      const all = await opened?.catch(() => undefined);
      try {
        await all?.outbox.close();
      } finally {
        await all?.transport.close();
      }
    },
  };
}
