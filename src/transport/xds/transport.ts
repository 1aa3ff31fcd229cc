import type { Submission } from '../../documents/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { needed, optionsOf, type Checks } from '../../internal/border.ts';
import type { ByteSource } from '../../internal/bytes.ts';
import {
  callback,
  count,
  methods,
  options as optionsIn,
  runtime as runtimeCheck,
  text,
} from '../../internal/option-checks.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import type { DepositAcceptance, DepositChannel, DepositMessage, SendOptions } from '../deposit.ts';
import type { OutboxCarrier } from '../outbox/outbox-model.ts';
import type { FindOut } from '../outbox/worker-model.ts';
import { ServerChannel, type DepositServer, type Recorded } from '../server-channel.ts';
import { callSoap } from '../soap/call.ts';
import { securityChecks } from '../soap/security-checks.ts';
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
  const checked = optionsOf('config', config, configChecks);
  const runtime = checked.runtime ?? systemRuntime;
  return new ServerChannel(new Registry(checked, runtime), runtime);
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

/** The registry: ITI-41 to deposit, ITI-18 to ask what became of it. */
class Registry implements DepositServer<'xds', DepositPayload> {
  readonly channel = 'xds';
  readonly #config: SoapXdsTransportConfig;
  readonly #runtime: Runtime;

  constructor(config: SoapXdsTransportConfig, runtime: Runtime) {
    this.#config = config;
    this.#runtime = runtime;
  }

  get address(): string {
    return this.#config.endpoints.register;
  }

  write(submission: Submission, unique: string): ByteSource {
    return writePayload(submission, unique);
  }

  read(content: ByteSource): Promise<DepositPayload> {
    return readPayload(content);
  }

  async provide(
    { request, documents, ...about }: DepositPayload,
    depositor: string | null,
    call: CallOptions,
  ): Promise<void> {
    const { http, endpoints, security, maxResponseBytes, maxEnvelopeBytes } = this.#config;
    const partner = {
      http,
      assertion: this.#assertionFor(about, depositor),
      runtime: this.#runtime,
      style: { security },
      limits: { maxBytes: maxResponseBytes ?? 16 * 1024 * 1024, maxRootBytes: maxEnvelopeBytes ?? 16 * 1024 * 1024 },
    };
    const answer = await callSoap(partner, {
      ...call,
      url: endpoints.register,
      action: actions.register,
      payload: request,
      written: documents,
      namesPerson: true,
      writes: true,
    });
    readRegisterAnswer(answer);
  }

  async recorded(
    { patientId, sourcePatientId }: DepositPayload,
    { depositor, uniqueIds }: Parameters<DepositServer<'xds', DepositPayload>['recorded']>[1],
    call: CallOptions,
  ): Promise<Recorded> {
    const assertion = this.#assertionFor({ patientId, sourcePatientId }, depositor);
    const client = createXdsClient({ ...this.#config, assertion });
    const { documents, status } = await client.query({ query: 'GetDocuments', uniqueIds }, call).all();
    return {
      hashesOf: (uniqueId) =>
        documents.filter((entry) => entry.uniqueId === uniqueId).map(({ hash }) => hash?.toLowerCase() ?? null),
      isWhole: status === 'Success',
    };
  }

  #assertionFor(
    about: Pick<DepositPayload, 'patientId' | 'sourcePatientId'>,
    depositor: string | null,
  ): XdsClientOptions['assertion'] {
    const { assertion } = this.#config;
    return assertion && ((call) => assertion({ ...call, ...about, depositor }));
  }
}
