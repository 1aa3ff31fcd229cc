import { TerrESanteError } from '../../errors.ts';
import { writeProvideAndRegister, type DocumentEntry, type Submission } from '../../documents/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { systemRuntime } from '../../internal/runtime.ts';
import { needed, optionsOf, reading, refuseArgument, type Checks } from '../../internal/border.ts';
import {
  anyText,
  callback,
  callChecks,
  count,
  listOf,
  methods,
  options as optionsIn,
  orNull,
  runtime,
  text,
} from '../../internal/option-checks.ts';
import { securityChecks } from '../soap/security-checks.ts';
import { callSoap, callSoapList, payloadOf, type SoapPartner } from '../soap/call.ts';
import type { DocumentRequest, RegisteredDocuments, RetrievedDocuments, XdsClient, XdsClientOptions } from './model.ts';
import { registryResponseName, xdsNames } from '../registry/names.ts';
import { currentEntryOf } from './current-entry.ts';
import { writeMetadataUpdate, type MetadataUpdate } from './metadata-update.ts';
import { writeQuery, type WrittenQuery } from './query.ts';
import { objectList, readQueryAnswer } from './query-answer.ts';
import { ReadableAnswer, type ItemStream } from './gathered-answer.ts';
import { searchDocuments } from './search.ts';
import type {
  DocumentFilter,
  DocumentSearchOptions,
  RegistryAnswer,
  RegistryItem,
  StoredQuery,
} from './query-model.ts';
import { readRegisterAnswer } from './register.ts';
import { readRetrieveAnswer, writeRetrieve } from './retrieve.ts';

/** Actions of the transactions. @see IHE ITI TF-2, sections 3.18, 3.41, 3.43 and 3.57 */
export const actions = {
  register: 'urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b',
  query: 'urn:ihe:iti:2007:RegistryStoredQuery',
  update: 'urn:ihe:iti:2010:UpdateDocumentSet',
  retrieve: 'urn:ihe:iti:2007:RetrieveDocumentSet',
} as const;

/**
 * Client of a registry and a repository: deposit, query, retrieve, over SOAP 1.2 with MTOM. Opens
 * nothing before the first call; follows no redirection; documents pass as streams both ways.
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` for an option that is none; from the calls:
 *   {@link RegistryRefusal}, `TE_UNSUPPORTED` (no address), `TE_PROTOCOL`, `TE_AUTHN_REJECTED`,
 *   `TE_CLOCK_SKEW`, `TE_TOO_LARGE`, `TE_RATE_LIMITED`, and those of `createHttpClient`
 *
 * @example
 * ```ts
 * // not run: needs a registry
 * import { createHttpClient, createXdsClient } from 'terr-esante-sdk/transport';
 *
 * const xds = createXdsClient({
 *   http: createHttpClient(),
 *   endpoints: { query: 'https://registre.example/iti18', retrieve: 'https://entrepot.example/iti43' },
 * });
 * const patientId = '279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH';
 * for await (const { title } of xds.findDocuments({ patientId })) title;
 * ```
 *
 * @see IHE ITI TF-2, sections 3.18, 3.41, 3.43 and appendix V; CI-SIS, volet Partage de documents
 *   de santé
 * @group XDS
 */
export function createXdsClient(options: XdsClientOptions): XdsClient {
  return new SoapXdsClient(options);
}

const clientChecks: Checks<XdsClientOptions> = {
  http: needed(methods('stream')),
  endpoints: needed(optionsIn({ register: text, query: text, retrieve: text, update: text })),
  assertion: callback,
  security: optionsIn(securityChecks),
  maxResponseBytes: count(1),
  maxEnvelopeBytes: count(1),
  runtime,
};
const searchChecks: Checks<DocumentSearchOptions> = { ...callChecks, pageSize: count(1) };
const requestChecks: Checks<DocumentRequest> = {
  repositoryUniqueId: needed(text),
  uniqueId: needed(text),
  homeCommunityId: text,
  hash: orNull(anyText),
  size: orNull(count(0)),
};

class SoapXdsClient implements XdsClient {
  readonly #endpoints: XdsClientOptions['endpoints'];
  readonly #partner: SoapPartner;

  constructor(given: XdsClientOptions) {
    const options = optionsOf('options', given, clientChecks);
    this.#endpoints = options.endpoints;
    this.#partner = {
      http: options.http,
      assertion: options.assertion,
      runtime: options.runtime ?? systemRuntime,
      style: { security: options.security },
      limits: {
        maxBytes: options.maxResponseBytes ?? 512 * 1024 * 1024,
        maxRootBytes: options.maxEnvelopeBytes ?? 64 * 1024 * 1024,
      },
    };
  }

  async registerDocuments(submission: Submission, options?: CallOptions): Promise<RegisteredDocuments> {
    const call = optionsOf('options', options, callChecks);
    const { body, documents } = reading('submission', () => writeProvideAndRegister(submission));
    const answer = await callSoap(this.#partner, {
      ...call,
      url: this.#address('register'),
      action: actions.register,
      payload: body,
      attachments: documents.map(({ contentId, mimeType, content }) => ({ contentId, contentType: mimeType, content })),
      writes: true,
    });

    return readRegisterAnswer(answer);
  }

  findDocuments(filter: DocumentFilter, options?: DocumentSearchOptions): RegistryAnswer<DocumentEntry> {
    const { pageSize, ...call } = optionsOf('options', options, searchChecks);
    const returnType = pageSize === undefined ? 'LeafClass' : 'ObjectRef';
    const query = reading('filter', (): StoredQuery => ({ ...filter, query: 'FindDocuments', returnType }));
    const { patientId } = writeQuery(query);

    return new ReadableAnswer(
      (own) => searchDocuments((next) => this.#ask({ ...writeQuery(next), patientId }, own), query, pageSize),
      (item) => (item.kind === 'document' ? item.document : null),
      call,
    );
  }

  query(given: StoredQuery, options?: CallOptions): RegistryAnswer<RegistryItem> {
    const call = optionsOf('options', options, callChecks);
    const written = writeQuery(given);
    return new ReadableAnswer(
      (own) => this.#ask(written, own),
      (item) => item,
      call,
    );
  }

  async currentEntry(uniqueId: string, options?: CallOptions): Promise<DocumentEntry> {
    const call = optionsOf('options', options, callChecks);
    const id = text('uniqueId', uniqueId);
    const answer = new ReadableAnswer(
      (own) => searchDocuments((next) => this.#ask(writeQuery(next), own), { query: 'GetDocuments', uniqueIds: [id] }),
      (item) => (item.kind === 'document' ? item.document : null),
      call,
    );

    return currentEntryOf(id, await answer.whole());
  }

  async updateMetadata(update: MetadataUpdate, options?: CallOptions): Promise<RegisteredDocuments> {
    const call = optionsOf('options', options, callChecks);
    const payload = reading('update', () => writeMetadataUpdate(update));
    const request = { ...call, url: this.#address('update'), action: actions.update, payload, writes: true };
    return readRegisterAnswer(await callSoap(this.#partner, request));
  }

  async *#ask({ payload, patientId }: WrittenQuery, call: CallOptions): ItemStream {
    const request = { ...call, url: this.#address('query'), action: actions.query, payload, writes: false };
    const list = await callSoapList(this.#partner, request, objectList);
    return yield* readQueryAnswer(list, patientId);
  }

  async retrieveDocuments(given: readonly DocumentRequest[], options?: CallOptions): Promise<RetrievedDocuments> {
    const requests = listOf(optionsIn(requestChecks))('requests', given);
    const call = optionsOf('options', options, callChecks);
    if (requests.length === 0) refuseArgument('requests', 'liste non vide attendue');
    const answer = await callSoap(this.#partner, {
      ...call,
      url: this.#address('retrieve'),
      action: actions.retrieve,
      payload: writeRetrieve(requests),
      writes: false,
      readsParts: true,
    });

    const expected = { localName: 'RetrieveDocumentSetResponse', namespace: xdsNames.xds };
    try {
      const payload = payloadOf(answer, [expected, registryResponseName]);
      return readRetrieveAnswer(answer, payload, requests, this.#partner.limits.maxRootBytes);
    } catch (error) {
      answer.discard();
      throw error;
    }
  }

  #address(name: keyof XdsClientOptions['endpoints']): string {
    const url = this.#endpoints[name];
    if (url === undefined) {
      throw new TerrESanteError('TE_UNSUPPORTED', "Aucune adresse n'est donnée pour cette opération.", {
        details: { endpoint: name },
      });
    }
    return url;
  }
}
