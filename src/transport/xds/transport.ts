import type { Submission } from '../../documents/index.ts';
import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { needed, optionsOf, reading, readingLater, type Checks } from '../../internal/border.ts';
import {
  callback,
  count,
  methods,
  options as optionsIn,
  runtime as runtimeCheck,
  text,
} from '../../internal/option-checks.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import type { DepositAcceptance, DepositCallOptions, DepositChannel, DepositMessage, SendOptions } from '../deposit.ts';
import { saysDuplicate } from '../duplicate.ts';
import { checkedMessage, depositChecks, identifierChecks, sendChecks } from '../message-checks.ts';
import type { OutboxCarrier } from '../outbox/outbox-model.ts';
import type { FindOut } from '../outbox/worker-model.ts';
import type { DepositedDocument, DepositReceipt } from '../receipt/model.ts';
import { newReceipt } from '../receipt/new-receipt.ts';
import { stateSentence } from '../receipt/states.ts';
import { callSoap } from '../soap/call.ts';
import { securityChecks } from '../soap/security-checks.ts';
import { toldMessage } from '../told-message.ts';
import { actions, createXdsClient } from './client.ts';
import { readPayload, writePayload, type DepositPayload } from './deposit-payload.ts';
import type { XdsClientOptions } from './model.ts';
import { readRegisterAnswer } from './register.ts';

/** Everything a deposit to a registry needs. @group XDS */
export interface SoapXdsTransportConfig extends Omit<XdsClientOptions, 'endpoints' | 'assertion'> {
  readonly endpoints: {
    /** ITI-41. */
    readonly register: string;
    /** ITI-18: whether a deposit without a clear answer was registered is asked there. */
    readonly query: string;
  };
  /**
   * A signed assertion, as text, asked for at each attempt: a deposit may leave days after it was
   * made. Without it no `wsse:Security` header is sent.
   */
  readonly assertion?:
    | ((
        about: CallOptions & {
          /** CX, as the deposit gives it to the registry. */
          readonly patientId: string;
          /** CX in the domain of the sender. */
          readonly sourcePatientId: string | null;
          /** Who deposited, where several share an outbox. */
          readonly depositor: string | null;
        },
      ) => Promise<string>)
    | undefined;
}

/** Deposits to a registry, at once or as the carrier of an outbox. @group XDS */
export interface SoapXdsTransport extends DepositChannel, OutboxCarrier {
  readonly channel: 'xds';
  readonly whenUnknown: 'wait';
  readonly findOut: FindOut;
  /** The bytes of a deposit without envelope nor assertion; identifiers name it in an outbox. */
  compose(
    submission: Submission,
    identifiers?: { readonly messageId: string; readonly envelopeId: string },
  ): Promise<DepositMessage>;
  /** Sends a composed deposit; a retry passes the same one. */
  send(message: DepositMessage, options?: SendOptions): Promise<DepositAcceptance>;
}

/**
 * Deposits to a registry over SOAP (ITI-41), behind the same interface as `createMssTransport` and
 * in the same outbox. A deposit resolves as `processed`: the registry itself took the documents in.
 * One that may have arrived is asked for by its uniqueIds and hashes before it goes again, and is
 * not sent again as long as that cannot be asked. There is no `verify`: this wire has no call
 * without effect that every registry offers.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` for an option that is none; from `deposit` and `send`:
 *   {@link RegistryRefusal} (`TE_VALIDATION`, `TE_DUPLICATE`, `TE_CONFLICT`, `TE_UNAVAILABLE`),
 *   `TE_PROTOCOL`, `TE_AUTHN_REQUIRED`, `TE_AUTHN_REJECTED`, `TE_CLOCK_SKEW`, `TE_TOO_LARGE`,
 *   `TE_RATE_LIMITED`, `TE_OUTBOX` (bytes that are no deposit), `TE_CLOSED`, and those of
 *   `createHttpClient`. `details.unknownOutcome` says whether the registry may hold it all the
 *   same.
 *
 * @example
 * ```ts
 * // not run: needs a registry
 * import * as transport from 'terr-esante-sdk/transport';
 *
 * const outbox = transport.createOutbox({
 *   store: await transport.openSpoolStore({ folder: '/var/lib/cabinet/depots' }),
 *   carrier: transport.createSoapXdsTransport({
 *     http: transport.createHttpClient(),
 *     endpoints: {
 *       register: 'https://entrepot.example/iti41',
 *       query: 'https://registre.example/iti18',
 *     },
 *   }),
 *   onChange: ({ uniqueId, state }) => console.log(uniqueId, state),
 * });
 * await outbox.close();
 * ```
 *
 * @see IHE ITI TF-2, sections 3.18 and 3.41; CI-SIS, volet Partage de documents de santé
 * @group XDS
 */
export function createSoapXdsTransport(config: SoapXdsTransportConfig): SoapXdsTransport {
  return new RegistryTransport(optionsOf('config', config, configChecks));
}

const configChecks: Checks<SoapXdsTransportConfig> = {
  http: needed(methods('stream')),
  endpoints: needed(optionsIn({ register: needed(text), query: needed(text) })),
  assertion: callback,
  security: optionsIn(securityChecks),
  maxResponseBytes: count(1),
  maxEnvelopeBytes: count(1),
  runtime: runtimeCheck,
};

class RegistryTransport implements SoapXdsTransport {
  readonly channel = 'xds';
  readonly whenUnknown = 'wait';
  readonly #config: SoapXdsTransportConfig;
  readonly #runtime: Runtime;
  readonly #closing = new AbortController();

  constructor(config: SoapXdsTransportConfig) {
    this.#config = config;
    this.#runtime = config.runtime ?? systemRuntime;
  }

  async compose(
    submission: Submission,
    identifiers?: { readonly messageId: string; readonly envelopeId: string },
  ): Promise<DepositMessage> {
    const unique = this.#runtime.ids.uuid();
    const { messageId = unique, envelopeId = unique } = optionsOf('identifiers', identifiers, identifierChecks);
    return reading('submission', () => {
      const content = writePayload(submission, unique);
      return {
        envelope: { from: submission.submissionSet.sourceId, to: this.#config.endpoints.register },
        messageId,
        envelopeId,
        byteLength: content.byteLength,
        content,
      };
    });
  }

  async deposit(submission: Submission, options?: DepositCallOptions): Promise<DepositReceipt> {
    const { onProgress, ...call } = optionsOf('options', options, depositChecks);
    const message = await this.compose(submission);
    const documents = submission.documents.map(({ entry: { uniqueId }, document: { sha1 } }): DepositedDocument => ({
      uniqueId,
      sha1,
    }));
    await this.#sendOrFind(toldMessage(message, 'sending', onProgress), documents, call);

    const at = new Date(this.#runtime.clock.now()).toISOString();
    const detail = stateSentence('processed', 'xds');
    const answer = { state: 'processed', smtpCode: null, enhancedStatus: null, code: null, detail, at } as const;
    return newReceipt({
      uniqueIds: documents.map(({ uniqueId }) => uniqueId),
      channel: 'xds',
      submittedAt: at,
      state: 'processed',
      recipients: [{ address: message.envelope.to, ...answer }],
    });
  }

  async send(message: DepositMessage, options?: SendOptions): Promise<DepositAcceptance> {
    const { depositor = null, ...call } = optionsOf('options', options, sendChecks);
    const { content } = checkedMessage('message', message);
    const payload = await readingLater('message', async () => readPayload(content));
    return this.#register(payload, depositor, call);
  }

  readonly findOut: FindOut = async (uniqueIds, { signal, documents, depositor, message }) => {
    const { content } = await message();
    return this.#find(await readPayload(content), depositor, uniqueIds, documents, { signal });
  };

  async close(): Promise<void> {
    this.#closing.abort(closed());
  }

  async #register(
    { request, documents, ...about }: DepositPayload,
    depositor: string | null,
    call: CallOptions,
  ): Promise<DepositAcceptance> {
    const { http, endpoints, security, maxResponseBytes, maxEnvelopeBytes } = this.#config;
    const partner = {
      http,
      assertion: this.#assertionFor(about, depositor),
      runtime: this.#runtime,
      style: { security },
      limits: { maxBytes: maxResponseBytes ?? 16 * 1024 * 1024, maxRootBytes: maxEnvelopeBytes ?? 16 * 1024 * 1024 },
    };
    const answer = await callSoap(partner, {
      ...this.#limited(call),
      url: endpoints.register,
      action: actions.register,
      payload: request,
      written: documents,
      namesPerson: true,
      writes: true,
    });
    readRegisterAnswer(answer);
    return { state: 'processed', smtpCode: null, enhancedStatus: null };
  }

  /** A duplicate of the very same bytes is a success: an earlier attempt had landed. */
  async #sendOrFind(
    message: DepositMessage,
    documents: readonly DepositedDocument[],
    call: CallOptions,
  ): Promise<void> {
    const payload = await readPayload(message.content);
    try {
      await this.#register(payload, null, call);
    } catch (error) {
      if (!isTerrESanteError(error) || !saysDuplicate(error)) throw error;

      const ids = documents.map(({ uniqueId }) => uniqueId);
      const found = await this.#find(payload, null, ids, documents, call).catch(() => 'unknown');
      if (found !== 'present') throw error;
    }
  }

  /**
   * Whether the registry has these very documents, by uniqueId and hash, whatever became of them
   * since. An entry without a hash proves nothing.
   */
  async #find(
    { patientId, sourcePatientId }: DepositPayload,
    depositor: string | null,
    uniqueIds: readonly string[],
    documents: readonly DepositedDocument[],
    call: CallOptions,
  ): ReturnType<FindOut> {
    const assertion = this.#assertionFor({ patientId, sourcePatientId }, depositor);
    const client = createXdsClient({ ...this.#config, assertion });
    const query = { query: 'GetDocuments', uniqueIds } as const;
    const { documents: entries, status } = await client.query(query, this.#limited(call)).all();

    const hashesOf = (uniqueId: string): (string | null)[] =>
      entries.filter((entry) => entry.uniqueId === uniqueId).map(({ hash }) => hash?.toLowerCase() ?? null);
    const found = documents.map(({ uniqueId, sha1 }) => {
      const hashes = hashesOf(uniqueId);
      if (hashes.includes(sha1.toLowerCase())) return 'present';
      return hashes.includes(null) ? 'unknown' : 'absent';
    });
    if (found.length > 0 && found.every((answer) => answer === 'present')) return 'present';
    return status === 'Success' && found.length > 0 && !found.includes('unknown') ? 'absent' : 'unknown';
  }

  #assertionFor(
    about: Pick<DepositPayload, 'patientId' | 'sourcePatientId'>,
    depositor: string | null,
  ): XdsClientOptions['assertion'] {
    const { assertion } = this.#config;
    return assertion && ((call) => assertion({ ...call, ...about, depositor }));
  }

  /** @throws TerrESanteError `TE_CLOSED` */
  #limited({ signal, timeoutMs }: CallOptions): CallOptions {
    const closing = this.#closing.signal;
    if (closing.aborted) throw closed();
    return { timeoutMs, signal: signal ? AbortSignal.any([signal, closing]) : closing };
  }
}

function closed(): TerrESanteError {
  return new TerrESanteError('TE_CLOSED', 'Le canal de dépôt est fermé.');
}
