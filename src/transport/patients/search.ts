import { isTerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { protocolFailure } from '../soap/outcome.ts';
import type { CandidatePage } from './candidates.ts';
import { keyOf } from './identifiers.ts';
import type { InstanceId } from './interaction.ts';
import type { PatientCandidate, PatientCandidates } from './model.ts';
import type { NextPage } from './write.ts';

/** How a search speaks to its server. */
export interface SearchCalls {
  first(call: CallOptions): Promise<CandidatePage>;
  next(page: NextPage, answered: InstanceId | null, call: CallOptions): Promise<CandidatePage>;
  cancel(answered: InstanceId | null, call: CallOptions): Promise<void>;
}

/** How long the end of a search is waited for once its result is there, in milliseconds. */
const longestCancelMs = 5_000;

/**
 * Follows the pages of a search up to a limit. A server that keeps more is told that the search is
 * over. Each page must bring somebody new and leave less than before: pages that go round would
 * never end.
 *
 * @throws TerrESanteError `TE_PROTOCOL`
 */
export async function followPages(
  calls: SearchCalls,
  { limit, pageSize }: { readonly limit: number; readonly pageSize: number },
  signal: AbortSignal,
): Promise<PatientCandidates> {
  const pages = new Pages(await calls.first({ signal }));

  try {
    while (pages.remaining > 0 && pages.candidates.length < limit) {
      const quantity = Math.min(pageSize, limit - pages.candidates.length);
      pages.add(await calls.next({ start: pages.received + 1, quantity }, pages.answered, { signal }));
    }
  } catch (error) {
    // The server keeps the rest in its memory until it is told, or tired.
    if (!signal.aborted) await endOf(calls, pages, signal);
    throw error;
  }

  const isEnded = pages.remaining === 0 || (await endOf(calls, pages, signal));
  return {
    candidates: pages.candidates.slice(0, limit),
    total: pages.total,
    hasMore: pages.hasMore || pages.candidates.length > limit,
    told: [...new Set([...pages.told, ...(isEnded ? [] : ['cancel'])])],
  };
}

/** Whether the server took the end of the search: a failure there spoils no result. */
async function endOf(calls: SearchCalls, { answered }: Pages, signal: AbortSignal): Promise<boolean> {
  try {
    await calls.cancel(answered, { signal, timeoutMs: longestCancelMs });
    return true;
  } catch (error) {
    if (isTerrESanteError(error)) return false;
    throw error;
  }
}

/** What the pages of one search have brought so far. */
class Pages {
  readonly candidates: PatientCandidate[] = [];
  readonly told: string[] = [];
  readonly #seen = new Set<string>();
  #last: CandidatePage;
  /** Of every page, those that came twice included: the server counts them. */
  received = 0;

  constructor(first: CandidatePage) {
    this.#last = first;
    this.#take(first);
  }

  get answered(): InstanceId | null {
    return this.#last.messageId;
  }

  get total(): number | null {
    return this.#last.total;
  }

  /** That the server says it keeps; without a word it keeps none. */
  get remaining(): number {
    return this.#last.remaining ?? 0;
  }

  /** Without a word about what remains, a total that is higher says that something does. */
  get hasMore(): boolean {
    const { remaining, total } = this.#last;
    return remaining === null ? (total ?? 0) > this.received : remaining > 0;
  }

  add(page: CandidatePage): void {
    const before = this.candidates.length;
    const left = this.remaining;
    if (page.total !== this.total) this.told.push('total');
    this.#last = page;
    this.#take(page);

    const isRound = this.candidates.length === before || this.remaining >= left;
    if (isRound) throw protocolFailure('paging', 'Les pages de la réponse tournent en rond.');
  }

  #take({ candidates, told, total, remaining }: CandidatePage): void {
    this.told.push(...told);
    this.received += candidates.length;
    for (const candidate of candidates) this.#takeOne(candidate);
    if (total !== null && total !== this.received + (remaining ?? 0)) this.told.push('total');
  }

  /** One without any identifier is kept: who says that it is the same? */
  #takeOne(candidate: PatientCandidate): void {
    const key = candidate.identifiers.map(keyOf).sort().join('\n');
    if (key !== '' && this.#seen.has(key)) {
      this.told.push('doubled');
      return;
    }
    this.#seen.add(key);
    this.candidates.push(candidate);
  }
}
