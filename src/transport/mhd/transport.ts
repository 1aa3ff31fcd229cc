import { writeDocumentBundle, type Submission } from '../../documents/index.ts';
import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { needed, optionsOf, reading, readingLater, type Checks } from '../../internal/border.ts';
import { callback, choice, count, flag, methods, runtime as runtimeCheck, text } from '../../internal/option-checks.ts';
import { isObject, objects, type Json } from '../../internal/json/index.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import type { DepositAcceptance, DepositCallOptions, DepositMessage, SendOptions } from '../deposit.ts';
import { saysDuplicate } from '../duplicate.ts';
import { baseOf } from '../fhir/address.ts';
import { askFhir, type FhirPartner } from '../fhir/exchange.ts';
import { checkedMessage, depositChecks, identifierChecks, sendChecks } from '../message-checks.ts';
import type { FindOut } from '../outbox/worker-model.ts';
import type { DepositedDocument, DepositReceipt } from '../receipt/model.ts';
import { newReceipt } from '../receipt/new-receipt.ts';
import { stateSentence } from '../receipt/states.ts';
import { toldMessage } from '../told-message.ts';
import { readTransactionAnswer } from './answer.ts';
import { hashOf } from './hash.ts';
import type { FhirTransport, FhirTransportConfig } from './model.ts';
import { readPayload, resourcesOf, writeTransaction, type DepositPayload } from './payload.ts';
import { documentsBearing, patientId, relatedDocuments } from './resolve.ts';
import { resolvedBundle } from './transaction.ts';

/**
 * Deposits to a FHIR server (MHD, ITI-65, under the French profiles PDSm), behind the interface of
 * `createMssTransport` and `createSoapXdsTransport` and in the same outbox. The id of the patient
 * is asked of the server at each attempt, by POST. A deposit resolves as `processed`: the server
 * itself took the documents in. One that may have arrived is looked for by its uniqueIds and hashes
 * before it goes again, and is not sent again as long as that cannot be asked.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` for an option that is none; from `deposit` and `send`:
 *   {@link RegistryRefusal}, `TE_NOT_FOUND` (patient, or replaced document, unknown to the server),
 *   `TE_IDENTITY_AMBIGUOUS`, `TE_DUPLICATE`, `TE_CONFLICT`, `TE_VALIDATION`, `TE_PROTOCOL`,
 *   `TE_AUTHN_REQUIRED`, `TE_AUTHN_REJECTED`, `TE_FORBIDDEN`, `TE_TOO_LARGE`, `TE_RATE_LIMITED`,
 *   `TE_UNAVAILABLE`, `TE_UNSUPPORTED` (folders, signature), `TE_CONFIG_INVALID` (no such service
 *   at the address), `TE_OUTBOX` (bytes that are no deposit), `TE_CLOSED`, and those of
 *   `createHttpClient`. `details.unknownOutcome` says whether the server may hold it all the same.
 *
 * @example
 * ```ts
 * // not run: needs a FHIR server
 * import * as transport from 'terr-esante-sdk/transport';
 *
 * const outbox = transport.createOutbox({
 *   store: await transport.openSpoolStore({ folder: '/var/lib/cabinet/depots' }),
 *   carrier: transport.createFhirTransport({
 *     http: transport.createHttpClient(),
 *     baseUrl: 'https://entrepot.example/fhir',
 *   }),
 *   onChange: ({ uniqueId, state }) => console.log(uniqueId, state),
 * });
 * await outbox.close();
 * ```
 *
 * @see IHE ITI MHD, section 2:3.65; ANS, guide Partage de documents de santé (PDSm) 3.1.1
 * @group FHIR
 */
export function createFhirTransport(config: FhirTransportConfig): FhirTransport {
  return new MhdTransport(optionsOf('config', config, configChecks));
}

const configChecks: Checks<FhirTransportConfig> = {
  http: needed(methods('stream')),
  baseUrl: needed(text),
  authorization: callback,
  replaceStyle: choice('patch', 'relatesTo'),
  allowPatientInAddress: flag,
  maxResponseBytes: count(1),
  runtime: runtimeCheck,
};

class MhdTransport implements FhirTransport {
  readonly channel = 'fhir';
  readonly whenUnknown = 'wait';
  readonly #config: FhirTransportConfig;
  readonly #base: URL;
  readonly #runtime: Runtime;
  readonly #closing = new AbortController();

  constructor(config: FhirTransportConfig) {
    this.#config = config;
    this.#base = baseOf(config.baseUrl);
    this.#runtime = config.runtime ?? systemRuntime;
  }

  async compose(
    submission: Submission,
    identifiers?: { readonly messageId: string; readonly envelopeId: string },
  ): Promise<DepositMessage> {
    const unique = this.#runtime.ids.uuid();
    const { messageId = unique, envelopeId = unique } = optionsOf('identifiers', identifiers, identifierChecks);
    return reading('submission', () => {
      const content = writeDocumentBundle(submission, { runtime: this.#runtime });
      return {
        envelope: { from: submission.submissionSet.sourceId, to: this.#base.href },
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
    const detail = stateSentence('processed', 'fhir');
    const answer = { state: 'processed', smtpCode: null, enhancedStatus: null, code: null, detail, at } as const;
    return newReceipt({
      uniqueIds: documents.map(({ uniqueId }) => uniqueId),
      channel: 'fhir',
      submittedAt: at,
      state: 'processed',
      recipients: [{ address: message.envelope.to, ...answer }],
    });
  }

  async send(message: DepositMessage, options?: SendOptions): Promise<DepositAcceptance> {
    const { depositor = null, ...call } = optionsOf('options', options, sendChecks);
    const { content } = checkedMessage('message', message);
    const payload = await readingLater('message', async () => readPayload(content));
    return this.#provide(payload, depositor, call);
  }

  readonly findOut: FindOut = async (uniqueIds, { signal, documents, depositor, message }) => {
    const { content } = await message();
    return this.#find(await readPayload(content), depositor, uniqueIds, documents, { signal });
  };

  async close(): Promise<void> {
    this.#closing.abort(closed());
  }

  async #provide(payload: DepositPayload, depositor: string | null, given: CallOptions): Promise<DepositAcceptance> {
    const call = this.#limited(given);
    const partner = this.#partner(depositor);
    const patient = await patientId(partner, payload.patient, { ...call, allowsAddress: this.#allowsAddress });
    const related = await relatedDocuments(partner, payload, patient, call);
    const { replaceStyle = 'patch' } = this.#config;
    const bundle = resolvedBundle(payload.bundle, {
      patient,
      related,
      replaceStyle,
      uuid: () => this.#runtime.ids.uuid(),
    });

    const answer = await askFhir(partner, {
      ...call,
      method: 'POST',
      url: this.#base.href.replace(/\/$/, ''),
      body: writeTransaction(bundle, payload.rest),
      writes: true,
    });
    const binaries = Array.from({ length: payload.binaries }, () => 'Binary');
    readTransactionAnswer(answer, [
      ...resourcesOf(bundle).map(({ resourceType }) => String(resourceType)),
      ...binaries,
    ]);
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
      await this.#provide(payload, null, call);
    } catch (error) {
      if (!isTerrESanteError(error) || !saysDuplicate(error)) throw error;

      const ids = documents.map(({ uniqueId }) => uniqueId);
      const found = await this.#find(payload, null, ids, documents, call).catch(() => 'unknown');
      if (found !== 'present') throw error;
    }
  }

  /**
   * Whether the server has these very documents, by uniqueId and hash, whatever became of them
   * since. A description without a hash proves nothing.
   */
  async #find(
    payload: DepositPayload,
    depositor: string | null,
    uniqueIds: readonly string[],
    documents: readonly DepositedDocument[],
    given: CallOptions,
  ): ReturnType<FindOut> {
    const call = this.#limited(given);
    const partner = this.#partner(depositor);
    const patient = await patientId(partner, payload.patient, { ...call, allowsAddress: this.#allowsAddress });
    const values = uniqueIds.map((uniqueId) => `urn:oid:${uniqueId}`);
    const entries = await documentsBearing(partner, patient, values, call);

    const hashesOf = (uniqueId: string): (string | null)[] =>
      entries
        .filter(({ resource }) => uniqueIdOf(resource) === `urn:oid:${uniqueId}`)
        .flatMap(({ resource }) =>
          objects(resource['content']).map(({ attachment }) => hashOf(attachment)?.hex ?? null),
        );
    const found = documents.map(({ uniqueId, sha1 }) => {
      const hashes = hashesOf(uniqueId);
      if (hashes.includes(sha1.toLowerCase())) return 'present';
      return hashes.includes(null) ? 'unknown' : 'absent';
    });
    if (found.length > 0 && found.every((answer) => answer === 'present')) return 'present';
    return found.length > 0 && !found.includes('unknown') ? 'absent' : 'unknown';
  }

  get #allowsAddress(): boolean {
    return this.#config.allowPatientInAddress === true;
  }

  #partner(depositor: string | null): FhirPartner {
    const { http, authorization, maxResponseBytes } = this.#config;
    return {
      http,
      base: this.#base,
      runtime: this.#runtime,
      maxBytes: maxResponseBytes ?? 16 * 1024 * 1024,
      authorization: authorization && ((call) => authorization({ ...call, depositor })),
    };
  }

  /** @throws TerrESanteError `TE_CLOSED` */
  #limited({ signal, timeoutMs }: CallOptions): CallOptions {
    const closing = this.#closing.signal;
    if (closing.aborted) throw closed();
    return { timeoutMs, signal: signal ? AbortSignal.any([signal, closing]) : closing };
  }
}

function uniqueIdOf({ masterIdentifier }: Json): unknown {
  return isObject(masterIdentifier) ? masterIdentifier['value'] : null;
}

function closed(): TerrESanteError {
  return new TerrESanteError('TE_CLOSED', 'Le canal de dépôt est fermé.');
}
