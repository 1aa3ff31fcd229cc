import { writeDocumentBundle, type Submission } from '../../documents/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { needed, optionsOf, type Checks } from '../../internal/border.ts';
import type { ByteSource } from '../../internal/bytes.ts';
import { callback, choice, count, flag, methods, runtime as runtimeCheck, text } from '../../internal/option-checks.ts';
import { isObject, objects, type Json } from '../../internal/json/index.ts';
import { systemRuntime } from '../../internal/runtime.ts';
import { askFhir, type FhirPartner } from '../fhir/exchange.ts';
import { partnerOf } from '../fhir/partner.ts';
import { ServerChannel, type DepositServer, type Recorded } from '../server-channel.ts';
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
  const checked = optionsOf('config', config, configChecks);
  return new ServerChannel(new FhirServer(checked), checked.runtime ?? systemRuntime);
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

/** The server: ITI-65 to deposit, ITI-67 to ask what became of it. */
class FhirServer implements DepositServer<'fhir', DepositPayload> {
  readonly channel = 'fhir';
  readonly #config: FhirTransportConfig;
  readonly #partner: FhirPartner;

  constructor(config: FhirTransportConfig) {
    this.#config = config;
    // Whose token it is depends on the deposit.
    this.#partner = partnerOf({ ...config, authorization: undefined });
  }

  get address(): string {
    return this.#partner.base.href;
  }

  write(submission: Submission): ByteSource {
    return writeDocumentBundle(submission, { runtime: this.#partner.runtime });
  }

  read(content: ByteSource): Promise<DepositPayload> {
    return readPayload(content);
  }

  async provide(payload: DepositPayload, depositor: string | null, call: CallOptions): Promise<void> {
    const partner = this.#for(depositor, payload);
    const patient = await this.#patientId(partner, payload, call);
    const related = await relatedDocuments(partner, payload, patient, call);
    const { replaceStyle = 'patch' } = this.#config;
    const uuid = (): string => this.#partner.runtime.ids.uuid();
    const bundle = resolvedBundle(payload.bundle, { patient, related, replaceStyle, uuid });

    const answer = await askFhir(partner, {
      ...call,
      method: 'POST',
      url: this.#partner.base.href.replace(/\/$/, ''),
      body: writeTransaction(bundle, payload.rest),
      writes: true,
    });
    const binaries = Array.from({ length: payload.binaries }, () => 'Binary');
    readTransactionAnswer(answer, [
      ...resourcesOf(bundle).map(({ resourceType }) => String(resourceType)),
      ...binaries,
    ]);
  }

  async recorded(
    payload: DepositPayload,
    { depositor, uniqueIds }: Parameters<DepositServer<'fhir', DepositPayload>['recorded']>[1],
    call: CallOptions,
  ): Promise<Recorded> {
    const partner = this.#for(depositor, payload);
    const patient = await this.#patientId(partner, payload, call);
    const values = uniqueIds.map((uniqueId) => `urn:oid:${uniqueId}`);
    const entries = await documentsBearing(partner, patient, values, call);
    return {
      hashesOf: (uniqueId) =>
        entries
          .filter(({ resource }) => uniqueIdOf(resource) === `urn:oid:${uniqueId}`)
          .flatMap(({ resource }) => objects(resource['content']))
          .map(({ attachment }) => hashOf(attachment)?.hex ?? null),
      isWhole: true,
    };
  }

  #patientId(partner: FhirPartner, { patient }: DepositPayload, call: CallOptions): Promise<string> {
    return patientId(partner, patient, { ...call, allowsAddress: this.#config.allowPatientInAddress === true });
  }

  #for(depositor: string | null, { patient: { system, value }, sourceId }: DepositPayload): FhirPartner {
    const { authorization } = this.#config;
    const patient = { system: system.replace(/^urn:oid:/, ''), value };
    return {
      ...this.#partner,
      authorization: authorization && ((call) => authorization({ ...call, depositor, patient, sourceId })),
    };
  }
}

function uniqueIdOf({ masterIdentifier }: Json): unknown {
  return isObject(masterIdentifier) ? masterIdentifier['value'] : null;
}
