import { TerrESanteError } from '../../errors.ts';
import type { InsEnvironment, LocalIdentifier, PatientInput, PatientTraits } from '../../identity/index.ts';
import { withDeadline, type CallOptions } from '../../internal/abort.ts';
import { needed, optionsOf, reading, type Checks } from '../../internal/border.ts';
import {
  callback,
  callChecks,
  choice,
  count,
  methods,
  options as optionsIn,
  patient as patientRecord,
  runtime,
  text,
} from '../../internal/option-checks.ts';
import { systemRuntime } from '../../internal/runtime.ts';
import type { SoapAnswer } from '../soap/answer.ts';
import { callSoap, type SoapPartner } from '../soap/call.ts';
import { securityChecks } from '../soap/security-checks.ts';
import { readCandidates } from './candidates.ts';
import {
  askedIdentifier,
  checkedFeed,
  checkedSearch,
  checkedTraits,
  identifierChecks,
  oid,
  type IdentifierOptions,
  type SearchOptions,
} from './checks.ts';
import { requireComplete } from './complete.ts';
import { readFeedAnswer } from './feed.ts';
import { readCrossReference } from './identifiers.ts';
import { acknowledgementName } from './interaction.ts';
import { judge, requireSameQuestion } from './judge.ts';
import type {
  CrossReference,
  FeedReceipt,
  PatientCandidates,
  PatientFeed,
  PatientIdentityClient,
  PatientIdentityOptions,
} from './model.ts';
import { followPages } from './search.ts';
import {
  writeContinuation,
  writeFeed,
  writeIdentifierQuery,
  writeSearch,
  type Correspondents,
  type Message,
} from './write.ts';

type Endpoint = keyof PatientIdentityOptions['endpoints'];

/**
 * Client of an identity server over HL7 v3: identifiers of a patient (PIX), persons of given traits
 * (PDQ), feed. Opens nothing before the first call, follows no redirection, chooses no candidate;
 * no trait or identifier is in an error.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` for an option that is none; from the calls:
 *   {@link RegistryRefusal}, `TE_UNSUPPORTED` (no address), `TE_PROTOCOL`, `TE_AUTHN_REJECTED`,
 *   `TE_CLOCK_SKEW`, `TE_TOO_LARGE`, `TE_RATE_LIMITED`, and those of `createHttpClient`
 *
 * @example
 * ```ts
 * // not run: needs an identity server
 * import { createHttpClient, createPatientIdentityClient } from 'terr-esante-sdk/transport';
 *
 * const patients = createPatientIdentityClient({
 *   http: createHttpClient(),
 *   endpoints: { query: 'https://identites.example/pix', search: 'https://identites.example/pdq' },
 *   sender: '2.999.1.10.1',
 *   receiver: '2.999.1.1',
 * });
 * const { identifiers } = await patients.identifiers(
 *   { system: '2.999.1.10', value: 'PAT-000123' },
 *   { domains: ['2.999.1.1'] },
 * );
 * identifiers; // [{ system: '2.999.1.1', value: 'IDF-7F3K2', authority: null }]
 * ```
 *
 * @see IHE ITI TF-2, sections 3.44, 3.45, 3.47, appendices O and V
 * @group Patient identity
 */
export function createPatientIdentityClient(options: PatientIdentityOptions): PatientIdentityClient {
  return new SoapPatientIdentityClient(options);
}

const clientChecks: Checks<PatientIdentityOptions> = {
  http: needed(methods('stream')),
  endpoints: needed(optionsIn({ query: text, feed: text, search: text })),
  sender: needed(oid),
  receiver: needed(oid),
  processing: choice('production', 'training', 'debugging'),
  environment: choice('production', 'test', 'simulator'),
  assertion: callback,
  security: optionsIn(securityChecks),
  maxResponseBytes: count(1),
  runtime,
};
const processingCodes = { production: 'P', training: 'T', debugging: 'D' } as const;

class SoapPatientIdentityClient implements PatientIdentityClient {
  readonly #endpoints: PatientIdentityOptions['endpoints'];
  readonly #environment: InsEnvironment | undefined;
  readonly #from: Correspondents;
  readonly #partner: SoapPartner;

  constructor(given: PatientIdentityOptions) {
    const options = optionsOf('options', given, clientChecks);
    const maxBytes = options.maxResponseBytes ?? 16 * 1024 * 1024;
    this.#endpoints = options.endpoints;
    this.#environment = options.environment;
    this.#from = {
      sender: options.sender,
      receiver: options.receiver,
      processingCode: processingCodes[options.processing ?? 'production'],
      runtime: options.runtime ?? systemRuntime,
    };
    this.#partner = {
      http: options.http,
      assertion: options.assertion,
      runtime: this.#from.runtime,
      style: { security: options.security },
      limits: { maxBytes, maxRootBytes: maxBytes },
    };
  }

  async identifiers(patient: LocalIdentifier | PatientInput, options?: IdentifierOptions): Promise<CrossReference> {
    const { domains = [], ...call } = optionsOf('options', options, identifierChecks);
    const asked = reading('patient', () => askedIdentifier(patientRecord('patient', patient), this.#environment));
    const sent = writeIdentifierQuery(this.#from, asked, domains);

    const answer = await this.#call('query', sent, 'PRPA_IN201309UV02', 'PRPA_IN201310UV02', call);
    const judged = judge(answer, sent, 'PRPA_IN201310UV02');
    requireSameQuestion(judged.interaction, sent);
    return readCrossReference(judged, asked, domains);
  }

  async search(traits: PatientTraits, options?: SearchOptions): Promise<PatientCandidates> {
    const { domains, limit, pageSize = limit, signal, timeoutMs, identifier: given } = checkedSearch(options);
    const wanted = given && reading('identifier', () => askedIdentifier(given, this.#environment));
    const asked = checkedTraits(traits, wanted);
    const sent = reading('traits', () =>
      writeSearch(this.#from, { traits: asked, identifier: wanted, domains, pageSize }),
    );

    const page = (answer: SoapAnswer, message: Message): ReturnType<typeof readCandidates> => {
      const judged = judge(answer, message, 'PRPA_IN201306UV02');
      requireSameQuestion(judged.interaction, message);
      return readCandidates(judged, asked);
    };
    const calls: Parameters<typeof followPages>[0] = {
      first: async (call) =>
        page(await this.#call('search', sent, 'PRPA_IN201305UV02', 'PRPA_IN201306UV02', call), sent),
      next: async (next, answered, call) => {
        const message = writeContinuation(this.#from, sent, answered, next);
        const action = 'QUQI_IN000003UV01_Continue';
        return page(await this.#call('search', message, action, 'PRPA_IN201306UV02', call), message);
      },
      cancel: async (answered, call) => {
        const message = writeContinuation(this.#from, sent, answered, null);
        const action = 'QUQI_IN000003UV01_Cancel';
        judge(await this.#call('search', message, action, acknowledgementName, call), message, acknowledgementName);
      },
    };
    return withDeadline({ signal, timeoutMs }, (limited) => followPages(calls, { limit, pageSize }, limited));
  }

  async feed(given: PatientFeed, options?: CallOptions): Promise<FeedReceipt> {
    const feed = checkedFeed(given);
    const call = optionsOf('options', options, callChecks);
    const sent = reading('patient', () => {
      requireComplete(feed.patient, this.#environment);
      if (feed.event === 'merge') askedIdentifier(feed.replaces, this.#environment);
      return writeFeed(this.#from, feed, this.#environment);
    });

    const name = { add: 'PRPA_IN201301UV02', revise: 'PRPA_IN201302UV02', merge: 'PRPA_IN201304UV02' }[feed.event];
    return readFeedAnswer(await this.#call('feed', sent, name, acknowledgementName, call), sent);
  }

  async #call(
    endpoint: Endpoint,
    { payload }: Message,
    action: string,
    answer: string,
    call: CallOptions,
  ): Promise<SoapAnswer> {
    return callSoap(this.#partner, {
      signal: call.signal,
      timeoutMs: call.timeoutMs,
      url: this.#address(endpoint),
      action: `urn:hl7-org:v3:${action}`,
      answerAction: `urn:hl7-org:v3:${answer}`,
      payload,
      writes: endpoint === 'feed',
      namesPerson: true,
    });
  }

  #address(name: Endpoint): string {
    const url = this.#endpoints[name];
    if (url !== undefined) return url;
    throw new TerrESanteError('TE_UNSUPPORTED', "Aucune adresse n'est donnée pour cette opération.", {
      details: { endpoint: name },
    });
  }
}
