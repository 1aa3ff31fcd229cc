import { withDeadline, type CallOptions } from '../../internal/abort.ts';
import type { RegistryResponse } from '../registry/response.ts';
import { protocolFailure } from '../soap/outcome.ts';
import { registryError } from '../registry/refusal.ts';
import type { QueryResult, QuerySummary, RegistryAnswer, RegistryItem } from './query-model.ts';

/** Objects as they come, some at a time, and at last how the answer ended. */
export type ItemStream = AsyncGenerator<readonly RegistryItem[], QuerySummary>;

/**
 * An answer that is read item by item, or whole.
 *
 * @param T - what an item is for the caller
 */
export class ReadableAnswer<T> implements RegistryAnswer<T> {
  readonly #open: (call: CallOptions) => ItemStream;
  readonly #pick: (item: RegistryItem) => T | null;
  readonly #call: CallOptions;
  #summary: QuerySummary | null = null;

  constructor(open: (call: CallOptions) => ItemStream, pick: (item: RegistryItem) => T | null, call: CallOptions) {
    this.#open = open;
    this.#pick = pick;
    this.#call = call;
  }

  get summary(): QuerySummary | null {
    return this.#summary;
  }

  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    return this.#picked(this.#call);
  }

  async all(): Promise<QueryResult> {
    const items = (await this.#within((call) => gathered(this.#items(call)))).flat();
    if (!this.#summary) throw protocolFailure('status', 'La réponse ne dit pas si elle est un succès.');
    return resultOf(items, this.#summary);
  }

  /** What the reading item by item gives, all of it or an error. */
  async whole(): Promise<readonly T[]> {
    return this.#within((call) => gathered(this.#picked(call)));
  }

  /** The time of the call covers all that is read at once: nobody pauses here. */
  #within<R>(read: (call: CallOptions) => Promise<R>): Promise<R> {
    const { timeoutMs } = this.#call;
    return withDeadline(this.#call, (signal) => read({ signal, timeoutMs }), "Le service n'a pas répondu à temps.");
  }

  async *#picked(call: CallOptions): AsyncGenerator<T, void, undefined> {
    for await (const items of this.#items(call)) {
      for (const item of items) {
        const picked = this.#pick(item);
        if (picked !== null) yield picked;
      }
    }
    if (this.#summary?.status === 'PartialSuccess') throw notWhole(this.#summary);
  }

  async *#items(call: CallOptions): AsyncGenerator<readonly RegistryItem[], void, undefined> {
    this.#summary = null;
    this.#summary = yield* this.#open(call);
  }
}

async function gathered<R>(items: AsyncIterable<R>): Promise<R[]> {
  const all: R[] = [];
  for await (const item of items) all.push(item);
  return all;
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
