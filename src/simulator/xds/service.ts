import type { IncomingMessage } from 'node:http';
import type { Runtime } from '../../internal/runtime.ts';
import type { ReadElement, Xml } from '../../internal/xml/index.ts';
import { xdsNames } from '../../transport/registry/names.ts';
import type { VerifyOptions } from '../assertion/model.ts';
import { callerOf } from '../soap/caller.ts';
import { writeAnswer } from '../soap/envelope.ts';
import { checkHeaders, type CheckedHeaders } from '../soap/headers.ts';
import { SoapRefusal, type Subcode } from '../soap/refusal.ts';
import { multipartReply, plainReply, type SoapReply } from '../soap/reply.ts';
import type { SoapRequest } from '../soap/request.ts';
import { payloadOf, respond } from '../soap/respond.ts';
import type { PlatformState } from '../state/state.ts';
import type { XdsContext } from './context.ts';
import { RefusedRequest, registryResponse, type Problem } from './problem.ts';
import { provide, readProvided } from './provide.ts';
import { query, queryResponse } from './query.ts';
import { responseSet, retrieve, type RetrieveAnswer } from './retrieve.ts';
import { update } from './update.ts';

/** Faults of a registry that are played on purpose. */
export interface XdsFaults {
  /** A code of the standard that the next request is refused with, consumed. */
  readonly registryError: () => string | undefined;
  /** The fault that the next request gets: `Receiver`, or a subcode of `Sender`. Consumed. */
  readonly soapFault: () => 'Receiver' | Subcode | undefined;
}

export interface XdsServiceOptions {
  readonly state: PlatformState;
  readonly runtime: Runtime;
  readonly requireIns: boolean;
  readonly requireAssertion: boolean;
  /** Largest request, documents included. */
  readonly maxBytes: number;
  /** Without the time, which is the simulator's. */
  readonly assertion: Omit<VerifyOptions, 'now'>;
  readonly faults: XdsFaults;
}

/** What a transaction gives: an element of the body, and documents beside it. */
type Answer = Omit<RetrieveAnswer, 'parts'> & { readonly parts?: RetrieveAnswer['parts'] };

interface Transaction {
  readonly action: string;
  readonly payload: { readonly localName: string; readonly namespace: string };
  /** Answers a request; throws RefusedRequest or SoapRefusal. */
  readonly answer: (payload: ReadElement, request: SoapRequest, context: XdsContext, unique: string) => Promise<Answer>;
  /** The same with nothing but problems. */
  readonly failure: (problems: readonly Problem[]) => Xml;
}

const success = (): Answer => ({ body: registryResponse('Success') });
const failure = (problems: readonly Problem[]): Xml => registryResponse('Failure', problems);

/**
 * The transactions by their path.
 *
 * @see IHE ITI TF-2, sections 3.18, 3.41, 3.43 and 3.57
 */
const transactions = {
  iti41: {
    action: 'urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b',
    payload: { localName: 'ProvideAndRegisterDocumentSetRequest', namespace: xdsNames.xds },
    async answer(payload, request, context) {
      // All that waits comes before: two deposits of one document cannot both find its place empty.
      const provided = await readProvided(payload, request);
      provide(provided, context);
      return success();
    },
    failure,
  },
  iti18: {
    action: 'urn:ihe:iti:2007:RegistryStoredQuery',
    payload: { localName: 'AdhocQueryRequest', namespace: xdsNames.query },
    answer: async (payload, _request, context) => ({ body: query(payload, context) }),
    failure: (problems) => queryResponse('Failure', problems, []),
  },
  iti43: {
    action: 'urn:ihe:iti:2007:RetrieveDocumentSet',
    payload: { localName: 'RetrieveDocumentSetRequest', namespace: xdsNames.xds },
    answer: async (payload, _request, context, unique) => retrieve(payload, context, unique),
    failure: (problems) => responseSet(failure(problems)),
  },
  iti57: {
    action: 'urn:ihe:iti:2010:UpdateDocumentSet',
    payload: { localName: 'SubmitObjectsRequest', namespace: xdsNames.lifeCycle },
    async answer(payload, _request, context) {
      update(payload, context);
      return success();
    },
    failure,
  },
} as const satisfies Readonly<Record<string, Transaction>>;

type TransactionName = keyof typeof transactions;
const prefix = '/xds/';

/** Path of a transaction of the registry or repository. */
export const xdsPath = (name: TransactionName): string => `${prefix}${name}`;

/**
 * The registry and the repository of the simulator: ITI-18, ITI-41, ITI-43 and ITI-57 over SOAP 1.2
 * with MTOM.
 */
export class XdsService {
  readonly #options: XdsServiceOptions;

  constructor(options: XdsServiceOptions) {
    this.#options = options;
  }

  /** The service under a path; `undefined` where there is none. */
  at(path: string): ((request: IncomingMessage) => Promise<SoapReply>) | undefined {
    const name = path.startsWith(prefix) ? path.slice(prefix.length) : '';
    if (!Object.hasOwn(transactions, name)) return undefined;
    const transaction: Transaction = transactions[name as TransactionName];
    return (incoming) => respond(incoming, this.#options.maxBytes, (request) => this.#answer(transaction, request));
  }

  async #answer(transaction: Transaction, request: SoapRequest): Promise<SoapReply> {
    const { state, runtime, requireIns, requireAssertion, assertion } = this.#options;
    const headers = checkHeaders(request.message, request.httpAction, (action) => action === transaction.action);
    this.#playFault();
    const caller = await callerOf(request, requireAssertion, { ...assertion, now: state.now });
    const payload = payloadOf(transaction.payload, request);

    const unique = runtime.ids.uuid();
    const { body, parts } = await this.#outcome(transaction, payload, request, { state, caller, requireIns }, unique);
    const envelope = envelopeOf(transaction, headers, body);
    // Who sends MTOM reads MTOM; the answer of a retrieve is always one.
    const isMultipart = request.isMultipart || transaction.action === transactions.iti43.action;
    return isMultipart ? multipartReply(envelope, parts ?? [], unique) : plainReply(200, envelope);
  }

  async #outcome(
    transaction: Transaction,
    payload: ReadElement,
    request: SoapRequest,
    context: XdsContext,
    unique: string,
  ): Promise<Answer> {
    try {
      const code = this.#options.faults.registryError();
      if (code !== undefined) throw new RefusedRequest({ code, context: 'Erreur demandée au simulateur.' });
      return await transaction.answer(payload, request, context, unique);
    } catch (error) {
      if (!(error instanceof RefusedRequest)) throw error;
      return { body: transaction.failure(error.problems) };
    }
  }

  /** @throws SoapRefusal */
  #playFault(): void {
    const fault = this.#options.faults.soapFault();
    if (fault === undefined) return;

    const reason = 'Faute demandée au simulateur.';
    throw fault === 'Receiver'
      ? new SoapRefusal('Receiver', reason)
      : new SoapRefusal('Sender', reason, { subcodes: [fault] });
  }
}

function envelopeOf({ action }: Transaction, { messageId }: CheckedHeaders, body: Xml): string {
  return writeAnswer(body, `${action}Response`, messageId);
}
