import type { Submission } from '../documents/index.ts';
import { isTerrESanteError, TerrESanteError } from '../errors.ts';
import type { CallOptions } from '../internal/abort.ts';
import { optionsOf, reading, readingLater } from '../internal/border.ts';
import type { ByteSource } from '../internal/bytes.ts';
import type { Runtime } from '../internal/runtime.ts';
import type { DepositAcceptance, DepositCallOptions, DepositChannel, DepositMessage, SendOptions } from './deposit.ts';
import { saysDuplicate } from './duplicate.ts';
import { checkedMessage, depositChecks, identifierChecks, sendChecks } from './message-checks.ts';
import type { OutboxCarrier } from './outbox/outbox-model.ts';
import type { FindOut } from './outbox/worker-model.ts';
import type { DepositedDocument, DepositReceipt } from './receipt/model.ts';
import { newReceipt } from './receipt/new-receipt.ts';
import { stateSentence } from './receipt/states.ts';
import { toldMessage } from './told-message.ts';

/** What a server has under the uniqueIds of a deposit. */
export interface Recorded {
  /** SHA-1, in lower case; `null` of a document whose hash the server does not tell. */
  hashesOf(uniqueId: string): readonly (string | null)[];
  /** Whether the server said everything: only then what it did not name is absent. */
  readonly isWhole: boolean;
}

/** The wire to a server that takes documents in while it answers. `P` is a deposit read back. */
export interface DepositServer<C extends DepositReceipt['channel'], P> {
  readonly channel: C;
  /** Holds nothing of a patient. */
  readonly address: string;
  write(submission: Submission, unique: string): ByteSource;
  read(content: ByteSource): Promise<P>;
  /** Resolves when the server took the documents in. */
  provide(payload: P, depositor: string | null, call: CallOptions): Promise<void>;
  /** Asks for the documents of these uniqueIds, whatever became of them since. */
  recorded(
    payload: P,
    about: { readonly depositor: string | null; readonly uniqueIds: readonly string[] },
    call: CallOptions,
  ): Promise<Recorded>;
}

/**
 * Deposits to a server that answers at once, directly or as the carrier of an outbox. A deposit
 * whose answer is unclear is asked for before it goes again.
 */
export class ServerChannel<C extends DepositReceipt['channel'], P> implements DepositChannel, OutboxCarrier {
  readonly channel: C;
  readonly whenUnknown = 'wait';
  readonly #server: DepositServer<C, P>;
  readonly #runtime: Runtime;
  readonly #closing = new AbortController();

  constructor(server: DepositServer<C, P>, runtime: Runtime) {
    this.channel = server.channel;
    this.#server = server;
    this.#runtime = runtime;
  }

  async compose(
    submission: Submission,
    identifiers?: { readonly messageId: string; readonly envelopeId: string },
  ): Promise<DepositMessage> {
    const unique = this.#runtime.ids.uuid();
    const { messageId = unique, envelopeId = unique } = optionsOf('identifiers', identifiers, identifierChecks);
    return reading('submission', () => {
      const content = this.#server.write(submission, unique);
      const envelope = { from: submission.submissionSet.sourceId, to: this.#server.address };
      return { envelope, messageId, envelopeId, byteLength: content.byteLength, content };
    });
  }

  async deposit(submission: Submission, options?: DepositCallOptions): Promise<DepositReceipt> {
    const { onProgress, ...call } = optionsOf('options', options, depositChecks);
    const message = await this.compose(submission);
    // Read before anything is sent, as the message was.
    const documents = reading('submission', () => submission.documents.map(depositedOf));
    await this.#sendOrFind(toldMessage(message, 'sending', onProgress), documents, call);

    const { channel } = this;
    const at = new Date(this.#runtime.clock.now()).toISOString();
    const detail = stateSentence('processed', channel);
    const answer = { state: 'processed', smtpCode: null, enhancedStatus: null, code: null, detail, at } as const;
    return newReceipt({
      uniqueIds: documents.map(({ uniqueId }) => uniqueId),
      channel,
      submittedAt: at,
      state: 'processed',
      recipients: [{ address: message.envelope.to, ...answer }],
    });
  }

  async send(message: DepositMessage, options?: SendOptions): Promise<DepositAcceptance> {
    const { depositor = null, ...call } = optionsOf('options', options, sendChecks);
    const { content } = checkedMessage('message', message);
    const payload = await readingLater('message', async () => this.#server.read(content));
    await this.#server.provide(payload, depositor, this.#limited(call));
    return { state: 'processed', smtpCode: null, enhancedStatus: null };
  }

  readonly findOut: FindOut = async (uniqueIds, { signal, documents, depositor, message }) => {
    const { content } = await message();
    const payload = await this.#server.read(content);
    return this.#find(payload, { depositor, uniqueIds }, documents, { signal });
  };

  async close(): Promise<void> {
    this.#closing.abort(closed());
  }

  /** A duplicate of the very same bytes is a success: an earlier attempt had landed. */
  async #sendOrFind(
    { content }: DepositMessage,
    documents: readonly DepositedDocument[],
    call: CallOptions,
  ): Promise<void> {
    const payload = await this.#server.read(content);
    try {
      await this.#server.provide(payload, null, this.#limited(call));
    } catch (error) {
      if (!isTerrESanteError(error) || !saysDuplicate(error)) throw error;

      const about = { depositor: null, uniqueIds: documents.map(({ uniqueId }) => uniqueId) };
      const found = await this.#find(payload, about, documents, call).catch(() => 'unknown');
      if (found !== 'present') throw error;
    }
  }

  /** Whether the server has these very documents. One without a hash proves nothing. */
  async #find(
    payload: P,
    about: { readonly depositor: string | null; readonly uniqueIds: readonly string[] },
    documents: readonly DepositedDocument[],
    call: CallOptions,
  ): ReturnType<FindOut> {
    const recorded = await this.#server.recorded(payload, about, this.#limited(call));

    const found = documents.map(({ uniqueId, sha1 }) => {
      const hashes = recorded.hashesOf(uniqueId);
      if (hashes.includes(sha1.toLowerCase())) return 'present';
      return hashes.includes(null) ? 'unknown' : 'absent';
    });
    if (found.length > 0 && found.every((answer) => answer === 'present')) return 'present';
    return recorded.isWhole && found.length > 0 && !found.includes('unknown') ? 'absent' : 'unknown';
  }

  /** @throws TerrESanteError `TE_CLOSED` */
  #limited({ signal, timeoutMs }: CallOptions): CallOptions {
    const closing = this.#closing.signal;
    if (closing.aborted) throw closed();
    return { timeoutMs, signal: signal ? AbortSignal.any([signal, closing]) : closing };
  }
}

function depositedOf({ entry, document }: Submission['documents'][number]): DepositedDocument {
  return { uniqueId: entry.uniqueId, sha1: document.sha1 };
}

function closed(): TerrESanteError {
  return new TerrESanteError('TE_CLOSED', 'Le canal de dépôt est fermé.');
}
