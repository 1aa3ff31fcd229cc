import type { QueryResult } from '../xds/query-model.ts';

/** Objects asked for at a time. @see GIE SESAM-Vitale, DMP, requirement EX_3.1-1020, as quoted */
export const batchSize = 20;

/** `null` when one page is not whole: what is left would pass for all. */
export async function inBatches(
  all: readonly string[],
  ask: (batch: readonly string[]) => Promise<QueryResult>,
): Promise<readonly QueryResult[] | null> {
  const pages: QueryResult[] = [];
  for (let start = 0; start < all.length; start += batchSize) {
    const page = await ask(all.slice(start, start + batchSize));
    if (page.status !== 'Success') return null;
    pages.push(page);
  }
  return pages;
}
