import { TerrESanteError } from '../../errors.ts';
import {
  contextHeaders,
  insiResultName,
  readInsiAnswer,
  requireAssertion,
  requireVerifiable,
  traitsQuestion,
  vitaleQuestion,
  type InsiAnswer,
  type InsiPort,
  type InsiQuestion,
  type InsiTraitsQuery,
  type InsiVerification,
  type InsiVerifier,
  type InsiVitaleQuery,
} from '../../identity/insi/index.ts';
import type { PatientInput } from '../../identity/index.ts';
import { withDeadline, type CallOptions } from '../../internal/abort.ts';
import { optionsOf, reading, recordOf } from '../../internal/border.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import { callChecks, listOf, patient as patientCheck } from '../../internal/option-checks.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import { callSoap, payloadOf, type SoapPartner } from '../soap/call.ts';
import { protocolFailure } from '../soap/outcome.ts';
import { checkedConfig, type InsiClientConfig } from './config.ts';
import { insiFaultError } from './fault.ts';

/** An answer is one person: 1 MiB is far beyond it. */
const limits = { maxBytes: 1024 * 1024, maxRootBytes: 1024 * 1024 };

/**
 * A client of the INSi téléservice, for the two searches of the published service description. One
 * question, one call: it never tries the given names one after the other, and never picks among
 * several answers. Names are sent in the form that the service accepts.
 *
 * The messages of verification are not published: `verify` and `verifyBatch` go to the `verifier`
 * that is given.
 *
 * @throws TerrESanteError `TE_CONFIG_INVALID`; calls throw `TE_INSI_FAULT` (with the code of the
 *   service), `TE_PROTOCOL`, `TE_INPUT_INVALID` and `TE_NAME_INVALID` for a question,
 *   `TE_INS_INVALID` for an INS that is wrong, `TE_RATE_LIMITED`, `TE_TIMEOUT`, and those of
 *   `createHttpClient`
 *
 * @example
 * ```ts
 * // not run: needs the téléservice, a certificate and an authorisation number
 * import { createHttpClient, createInsiClient } from 'terr-esante-sdk/transport';
 *
 * declare const certificates: string, privateKey: string;
 * const insi = createInsiClient({
 *   endpoint: 'https://insi.example/lps',
 *   environment: 'test',
 *   sender: {
 *     authorizationNumber: '0000',
 *     softwareName: 'MonLogiciel',
 *     softwareVersion: '1.0',
 *     instanceId: 'b3549edd-4ae9-472a-b26f-fd2fb4ef397f',
 *     emitter: 'CABINET FICTIF',
 *   },
 *   http: createHttpClient({ identity: { certificates, privateKey } }),
 * });
 * const answer = await insi.searchByTraits({ birthName: 'MARTIN', firstNames: ['ZOE'], sex: 'F', birthDate: '1985-01-12' });
 * if (answer.result === 'found') console.log(answer.ins.kind);
 * ```
 *
 * @see CNAM, service description ServiceIdentiteCertifiee v1
 * @group INSi
 */
export function createInsiClient(config: InsiClientConfig): InsiPort {
  return new SoapInsiClient(checkedConfig(config));
}

class SoapInsiClient implements InsiPort {
  readonly #config: InsiClientConfig;
  readonly #runtime: Runtime;
  readonly #partner: SoapPartner;

  constructor(config: InsiClientConfig) {
    this.#config = config;
    this.#runtime = config.runtime ?? systemRuntime;

    const { http, assertion } = config;
    this.#partner = {
      http,
      assertion: assertion && (async (call) => requireAssertion(await assertion(call))),
      runtime: this.#runtime,
      limits,
      // The service description names these two addressing headers and no other.
      style: { addressing: 'action-and-id', security: { mustUnderstand: false } },
      faultError: insiFaultError,
    };
  }

  async searchByTraits(query: InsiTraitsQuery, options?: CallOptions): Promise<InsiAnswer> {
    const call = optionsOf('options', options, callChecks);
    return this.#ask(
      reading('query', () => traitsQuestion(query)),
      call,
    );
  }

  async searchByVitale(query: InsiVitaleQuery, options?: CallOptions): Promise<InsiAnswer> {
    const call = optionsOf('options', options, callChecks);
    return this.#ask(
      reading('query', () => vitaleQuestion(query)),
      call,
    );
  }

  async verify(patient: PatientInput, options?: CallOptions): Promise<InsiVerification> {
    const call = optionsOf('options', options, callChecks);
    recordOf('patient', patient, 'patient attendu');
    reading('patient', () => requireVerifiable(patient, 'patient'));

    return this.#verified('verify', (carry, inner) => carry(patient, inner), call);
  }

  async verifyBatch(patients: readonly PatientInput[], options?: CallOptions): Promise<readonly InsiVerification[]> {
    const call = optionsOf('options', options, callChecks);
    const all = listOf(patientCheck)('patients', patients) as readonly PatientInput[];
    all.forEach((patient, place) =>
      reading('patients', () => requireVerifiable(patient, `patients[${String(place)}]`)),
    );

    const results = await this.#verified('verifyBatch', (carry, inner) => carry(all, inner), call);
    // A result of another place would be that of another patient.
    if (results.length === all.length) return results;
    throw protocolFailure('count', 'La vérification ne répond pas pour chaque patient.');
  }

  /** One question, one exchange, one answer. */
  async #ask({ action, body, asked }: InsiQuestion, call: CallOptions): Promise<InsiAnswer> {
    const { endpoint: url, environment, sender } = this.#config;
    const { ids, clock } = this.#runtime;
    const exchange = { messageId: `uuid:${ids.uuid()}`, askedAt: isoUtc(clock.now()) };
    const blocks = contextHeaders({ sender, ids: [ids.uuid(), ids.uuid()], time: exchange.askedAt });

    return this.#inTime(call, async (limit) => {
      const answer = await callSoap(this.#partner, {
        ...limit,
        url,
        action,
        payload: body,
        messageId: exchange.messageId,
        blocks,
        writes: false,
      });
      return readInsiAnswer(payloadOf(answer, [insiResultName]), { exchange, environment, asked });
    });
  }

  async #verified<N extends keyof InsiVerifier, T>(
    name: N,
    ask: (carry: NonNullable<InsiVerifier[N]>, call: CallOptions) => Promise<T>,
    call: CallOptions,
  ): Promise<T> {
    const { verifier } = this.#config;
    const carry = verifier?.[name]?.bind(verifier) as NonNullable<InsiVerifier[N]> | undefined;
    if (carry) return this.#inTime(call, (limit) => ask(carry, limit));

    throw new TerrESanteError(
      'TE_UNSUPPORTED',
      "La vérification de l'INS n'est pas offerte : ses messages ne sont pas publics.",
      { details: { operation: `insi.${name}` } },
    );
  }

  #inTime<T>(call: CallOptions, work: (limit: CallOptions) => Promise<T>): Promise<T> {
    const { timeoutMs = 30_000 } = this.#config;
    return withDeadline(
      { signal: call.signal, timeoutMs: call.timeoutMs ?? timeoutMs },
      (signal) => work({ signal }),
      "Le téléservice INSi n'a pas répondu à temps.",
    );
  }
}
