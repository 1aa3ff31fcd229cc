import type { ItemStream } from './gathered-answer.ts';
import type { QuerySummary, RegistryItem, StoredQuery } from './query-model.ts';

/** Entries asked for at a time when a registry gives identifiers unasked. */
const defaultPage = 20;

/**
 * A search for documents. Identifiers that come in the place of entries, because a page size is
 * given or the registry prefers it, are followed, page by page.
 *
 * A page that repeats entries, holds others than were asked for, or lacks some, is told; with some
 * lacking, the whole is a partial success.
 *
 * @param ask - sends one query
 * @param first - the search itself
 */
export async function* searchDocuments(
  ask: (query: StoredQuery) => ItemStream,
  first: StoredQuery,
  pageSize: number = defaultPage,
): ItemStream {
  const references: string[] = [];
  const summary = yield* filtered(ask(first), (item) => {
    if (item.kind !== 'reference') return true;
    references.push(item.entryUuid);
    return false;
  });

  const summaries = [summary];
  for (let start = 0; start < references.length; start += pageSize) {
    const page = references.slice(start, start + pageSize);
    summaries.push(yield* onePage(ask({ query: 'GetDocuments', entryUuids: page }), page));
  }
  return joined(summaries);
}

/** The documents of one page that were asked for, each once. */
async function* onePage(items: ItemStream, page: readonly string[]): ItemStream {
  const asked = new Set(page);
  const given = new Set<string>();
  const told = new Set<string>();

  const { status, ...summary } = yield* filtered(items, (item) => {
    if (item.kind !== 'document') return false;

    const { entryUuid } = item.document;
    const oddity = asked.has(entryUuid) ? 'repeated' : 'unasked';
    const isNew = asked.has(entryUuid) && !given.has(entryUuid);
    if (isNew) given.add(entryUuid);
    else told.add(oddity);
    return isNew;
  });

  const isWhole = given.size === asked.size;
  if (!isWhole) told.add('missing');
  return {
    ...summary,
    status: isWhole ? status : 'PartialSuccess',
    told: [...summary.told, ...told],
  };
}

/** Some items of an answer, and how it ended. */
async function* filtered(items: ItemStream, isWanted: (item: RegistryItem) => boolean): ItemStream {
  let end: QuerySummary | null = null;
  try {
    for (let next = await items.next(); ; next = await items.next()) {
      if (next.done === true) {
        end = next.value;
        return end;
      }
      const wanted = next.value.filter(isWanted);
      if (wanted.length > 0) yield wanted;
    }
  } finally {
    if (end === null) await items.return({ status: 'PartialSuccess', errors: [], told: [] });
  }
}

function joined(summaries: readonly QuerySummary[]): QuerySummary {
  return {
    status: summaries.every(({ status }) => status === 'Success') ? 'Success' : 'PartialSuccess',
    errors: summaries.flatMap(({ errors }) => errors),
    told: [...new Set(summaries.flatMap(({ told }) => told))],
  };
}
