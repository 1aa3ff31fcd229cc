import type { Submission } from '../../documents/index.ts';
import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { withDeadline, type CallOptions } from '../../internal/abort.ts';
import { quietly } from '../../internal/progress.ts';
import type { Runtime } from '../../internal/runtime.ts';
import { endsWithin } from '../../internal/wait.ts';
import { professionalOf } from '../../platform/config/people.ts';
import type { TerrESanteConfig } from '../../platform/index.ts';
import type {
  ComposedMail,
  ComposeDepositOptions,
  DepositMessage,
  DepositReceipt,
  Depositor,
  Outbox,
} from '../../transport/index.ts';
import { noMailWire } from '../../transport/outbox/mail.ts';
import { isFinal } from '../../transport/receipt/states.ts';
import type { ClientOutboxOptions } from './model.ts';
import type { Signer } from './registry-assertion.ts';
import { Replies } from './replies.ts';
import type { OpenOutbox, OutboxWire, SharedOutbox } from './shared.ts';
import { nodeCrypto } from '../../internal/node-crypto.ts';

/** The outbox as one professional sees it, and the connections behind. */
interface OpenView {
  readonly outbox: Outbox;
  /** Writes a message of this professional, of any size. */
  readonly compose: (submission: Submission) => Promise<DepositMessage>;
  /** The largest message that the far side takes, in bytes; `null` when it announces none. */
  readonly messageLimit: (options: CallOptions) => Promise<number | null>;
}

/** How one professional writes messages for a wire. */
type Writer = Pick<OpenView, 'compose' | 'messageLimit'> & { readonly deposited: Depositor['compose'] };

/** How large the message of a deposit is, and what the mail server takes. */
export interface MessageSize {
  readonly messageBytes: number;
  readonly maxMessageBytes: number | null;
}

/** What a mail that is no deposit leaves with. */
export interface MailRoom extends Pick<Extract<OutboxWire, { kind: 'mssante' }>, 'transport' | 'message'> {
  readonly outbox: Outbox;
  readonly from: ComposeDepositOptions['from'];
  readonly runtime: Runtime;
}

/**
 * The outbox of one professional: the store and the connections may be shared with others, the
 * deposits are not.
 */
export class ClientOutbox {
  readonly #shared: SharedOutbox;
  readonly #config: TerrESanteConfig;
  readonly #options: ClientOutboxOptions | undefined;
  readonly #runtime: Runtime;
  readonly #closing = new AbortController();
  readonly #replies: Replies | null;
  readonly #signer: Signer;
  #view: Promise<OpenView> | undefined;

  constructor(
    shared: SharedOutbox,
    config: TerrESanteConfig,
    options: ClientOutboxOptions | undefined,
    runtime: Runtime,
    signer: Signer,
  ) {
    this.#shared = shared;
    this.#config = config;
    this.#options = options;
    this.#runtime = runtime;
    this.#signer = signer;

    const failed = (error: TerrESanteError): void => quietly(() => options?.onError?.(error));
    this.#replies = options?.replies ? new Replies(options.replies, () => this.open(), failed) : null;
  }

  get isConfigured(): boolean {
    return this.#shared.isConfigured;
  }

  /**
   * @throws TerrESanteError `TE_CLOSED`, `TE_UNSUPPORTED` when the client has no outbox, and those
   *   of the store
   */
  async open(): Promise<Outbox> {
    return (await this.#open()).outbox;
  }

  /**
   * For deposits: begins to send, unless the host stopped it. `undefined` when the client has no
   * outbox.
   */
  async channel(): Promise<Outbox | undefined> {
    if (!this.#shared.isConfigured) return undefined;

    const outbox = await this.open();
    await this.#shared.startUnlessHeld();
    this.#replies?.start();
    return outbox;
  }

  async start(): Promise<void> {
    await this.open();
    await this.#shared.start();
    this.#replies?.start();
  }

  async stop(options?: Parameters<Outbox['stop']>[0]): Promise<void> {
    this.#requireOpen();
    await this.#shared.stop(options);
  }

  /**
   * Waits for a final state. Ends with `TE_CLOSED` when this client is closed meanwhile.
   *
   * @param look - what else may know more: called at each change; its answer is the receipt
   */
  async wait(uniqueId: string, options: CallOptions, look: Look | null): Promise<DepositReceipt> {
    const outbox = await this.open();
    // The reports are what ends most waits.
    this.#replies?.start();

    return withDeadline(
      options,
      async (deadline) => {
        const signal = AbortSignal.any([deadline, this.#closing.signal]);
        try {
          return look ? await waitAndLook(outbox, uniqueId, signal, look) : await outbox.wait(uniqueId, { signal });
        } catch (error) {
          this.#requireOpen();
          throw error;
        }
      },
      "Le dépôt n'est pas arrivé à son terme dans le délai.",
    );
  }

  /**
   * The size of a message, and the largest that the server takes: it is asked once. `null` when the
   * client has no outbox.
   */
  async measure(submission: Submission, options: CallOptions): Promise<MessageSize | null> {
    if (!this.#shared.isConfigured) return null;

    const { compose, messageLimit } = await this.#open();
    const { byteLength } = await compose(submission);
    return { messageBytes: byteLength, maxMessageBytes: await messageLimit(options) };
  }

  /**
   * The outbox, and what the mails of this professional have in common.
   *
   * @throws TerrESanteError as {@link open}, `TE_UNSUPPORTED` where deposits go to a registry
   */
  async mailRoom(): Promise<MailRoom> {
    const outbox = await this.open();
    const { wire } = await this.#shared.open();
    if (wire.kind !== 'mssante') throw noMailWire(wire.transport.channel);

    const { transport, message } = wire;
    return { outbox, transport, message, from: await this.#sender(), runtime: this.#runtime };
  }

  /**
   * Connects, encrypts and authenticates with the mail server, without sending. The store is not
   * opened: another program may hold it.
   *
   * @throws TerrESanteError `TE_TLS`, `TE_CLIENT_CERT`, `TE_AUTHN_REQUIRED`, `TE_AUTHN_REJECTED`,
   *   `TE_UNAVAILABLE`, `TE_TIMEOUT`
   */
  async verifyServer(call: CallOptions = {}): Promise<void> {
    this.#requireOpen();
    const { server, credentials } = this.#options ?? {};
    if (!server || !credentials) return;

    const { probeSubmission } = await import('../../transport/mss/probe.ts');
    await probeSubmission({ ...this.#options, server, credentials }, call);
  }

  /** The same for the mailbox of replies, where there is one. */
  async verifyReplies(call: CallOptions = {}): Promise<void> {
    this.#requireOpen();
    await this.#replies?.verify(call);
  }

  /** What this professional opened; the store and the connections are closed apart. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#replies?.close();
    this.#shared.removeSigner(depositorId(this.#config));

    // A view that is still being opened holds nothing of its own.
    const closing = this.#view?.then(({ outbox }) => outbox.close()).catch(() => undefined);
    if (closing) await endsWithin(closing, 0);
  }

  async #open(): Promise<OpenView> {
    this.#requireOpen();
    this.#view ??= this.#shared
      .open()
      .then((opened) => this.#viewOf(opened))
      .catch((error: unknown) => {
        this.#view = undefined;
        throw error;
      });
    return this.#view;
  }

  async #viewOf({ outbox, wire }: OpenOutbox): Promise<OpenView> {
    const id = depositorId(this.#config);
    const { deposited, ...writer } = wire.kind === 'mssante' ? await this.#mails(wire) : registryWriter(wire);
    if (wire.kind !== 'mssante') this.#shared.addSigner(id, this.#signer);

    const view = outbox.forDepositor({
      id,
      address: this.#config.user.mssAddress,
      compose: deposited,
      onChange: (receipt) => this.#options?.onChange?.(receipt),
    });
    return { outbox: view, ...writer };
  }

  async #mails({ transport, message }: Extract<OutboxWire, { kind: 'mssante' }>): Promise<Writer> {
    const [{ composeDeposit }, { packageXdm }, from] = await Promise.all([
      import('../../transport/index.ts'),
      import('../../documents/index.ts'),
      this.#sender(),
    ]);
    const common = { ...message, from, runtime: this.#runtime };
    const compose = async (submission: Submission, choices: Partial<ComposeDepositOptions>): Promise<ComposedMail> =>
      composeDeposit(submission, await packageXdm(submission), { ...common, ...choices });

    return {
      // What the server would refuse by its size is refused before it is stored, once that is
      // known.
      deposited: (submission, identifiers) =>
        compose(submission, {
          ...identifiers,
          maxMessageBytes: smallerOf(message.maxMessageBytes, transport.knownLimit),
        }),
      compose: (submission) => compose(submission, { maxMessageBytes: undefined }),
      messageLimit: (options) => transport.messageLimit(options),
    };
  }

  async #sender(): Promise<ComposeDepositOptions['from']> {
    const { senderLabel } = await import('../../transport/mss/headers.ts');
    const { user } = this.#config;
    return { address: user.mssAddress, label: this.#options?.label ?? senderLabel(user) };
  }

  #requireOpen(): void {
    if (this.#closing.signal.aborted) throw new TerrESanteError('TE_CLOSED', 'Le client est fermé.');
  }
}

/** A server that answers at once announces no limit. */
function registryWriter({ transport }: Exclude<OutboxWire, { kind: 'mssante' }>): Writer {
  return {
    deposited: (submission, identifiers) => transport.compose(submission, identifiers),
    compose: (submission) => transport.compose(submission),
    messageLimit: async () => null,
  };
}

/** Looks in the dossier: the receipt as it then is, `null` when it cannot be looked at. */
type Look = (signal: AbortSignal) => Promise<DepositReceipt | null>;

/** How often the dossier is asked while no report comes. */
const lookEveryMs = 30_000;

/** Waits for the mails, and for the dossier where a report is late or never comes. */
async function waitAndLook(outbox: Outbox, uniqueId: string, signal: AbortSignal, look: Look): Promise<DepositReceipt> {
  for (;;) {
    const receipt = await outbox.wait(uniqueId, { signal, timeoutMs: lookEveryMs }).catch((error: unknown) => {
      if (isTerrESanteError(error) && error.code === 'TE_TIMEOUT') return null;
      throw error;
    });
    if (receipt && receipt.state !== 'processed') return receipt;

    const seen = await look(signal).catch(() => null);
    if (seen && isFinal(seen.state)) return seen;
    if (receipt) return receipt;
  }
}

/** Names a professional in the store: the same at each start, and not the number itself. */
export function depositorId(config: TerrESanteConfig): string {
  const { nationalId } = professionalOf(config);
  return `ps-${nodeCrypto().createHash('sha256').update(`depositor:${nationalId}`).digest('hex').slice(0, 32)}`;
}

/** The smaller of two limits, either of which may be unknown. */
function smallerOf(left: number | undefined, right: number | null): number | undefined {
  if (left === undefined || right === null) return left ?? right ?? undefined;
  return Math.min(left, right);
}
