import type { RegistryResponse } from '../registry/response.ts';
import { protocolFailure } from '../soap/outcome.ts';
import { registryError } from '../registry/refusal.ts';
import type { QueryResult, QuerySummary, RegistryAnswer, RegistryItem } from './query-model.ts';

/** Objects as they come, and at last how the answer ended. */
export type ItemStream = AsyncGenerator<RegistryItem, QuerySummary>;

/**
 * An answer that is read item by item, or whole.
 *
 * @param T - what an item is for the caller
 */
export class ReadableAnswer<T> implements RegistryAnswer<T> {
  readonly #open: () => ItemStream;
  readonly #pick: (item: RegistryItem) => T | null;
  #summary: QuerySummary | null = null;

  constructor(open: () => ItemStream, pick: (item: RegistryItem) => T | null) {
    this.#open = open;
    this.#pick = pick;
  }

  get summary(): QuerySummary | null {
    return this.#summary;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const item of this.#items()) {
      const picked = this.#pick(item);
      if (picked !== null) yield picked;
    }
    if (this.#summary?.status === 'PartialSuccess') throw notWhole(this.#summary);
  }

  async all(): Promise<QueryResult> {
    const items: RegistryItem[] = [];
    for await (const item of this.#items()) items.push(item);
    if (!this.#summary) throw protocolFailure('status', 'La réponse ne dit pas si elle est un succès.');
    return resultOf(items, this.#summary);
  }

  async *#items(): AsyncGenerator<RegistryItem, void, undefined> {
    this.#summary = null;
    this.#summary = yield* this.#open();
  }
}

/** What was given is right, and not all of it. */
function notWhole({ status, errors }: QuerySummary): Error {
  const response: RegistryResponse = { status, statusName: status, errors, highestSeverity: null };
  if (errors.some(({ severity }) => severity === 'Error')) return registryError(response);
  return protocolFailure('partial', 'La réponse du registre est incomplète.');
}

function resultOf(items: readonly RegistryItem[], summary: QuerySummary): QueryResult {
  return {
    ...summary,
    documents: items.flatMap((item) => (item.kind === 'document' ? item.document : [])),
    submissionSets: items.flatMap((item) => (item.kind === 'submission-set' ? item.submissionSet : [])),
    folders: items.flatMap((item) => (item.kind === 'folder' ? item.folder : [])),
    associations: items.flatMap((item) => (item.kind === 'association' ? item.association : [])),
    objectRefs: items.flatMap((item) => (item.kind === 'reference' ? item.entryUuid : [])),
    oddities: new Map(
      items.flatMap((item) =>
        item.kind === 'document' && item.oddities.length > 0 ? [[item.document.entryUuid, item.oddities]] : [],
      ),
    ),
  };
}
