import type { TerrESanteErrorCode } from '../../errors.ts';
import type { DepositReceipt, DepositState } from '../receipt/model.ts';
import { receiptOf } from '../receipt/receipt.ts';
import { depositStates } from '../receipt/states.ts';
import type { OutboxEntry, OutboxSummary, StoreDepositor } from './model.ts';

/** Whose a deposit is: the depositor it names, or else the mailbox that it leaves from. */
export function ownerOf({ depositor, envelope }: Pick<OutboxEntry, 'depositor' | 'envelope'>): string {
  const isNamed = depositor !== undefined && depositor !== null;
  return isNamed ? `id:${depositor}` : `from:${envelope.from.toLowerCase()}`;
}

/** The owners of the deposits that somebody sees; `null` sees all. */
export const ownersSeenBy = (who: StoreDepositor | null): readonly string[] | null =>
  who && [`id:${who.id}`, `from:${who.address.toLowerCase()}`];

/** What a summary counts of one deposit. */
export interface Counted {
  readonly owner: string;
  readonly state: DepositState;
  readonly problem: TerrESanteErrorCode | null;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export function countedOf(entry: OutboxEntry): Counted {
  const { state, problem } = receiptOf(entry);
  return { owner: ownerOf(entry), state, problem: problem?.code ?? null, createdAt: entry.createdAt };
}

/** Deposits that share owner, state and problem. */
export interface CountedGroup extends Pick<Counted, 'state' | 'problem'> {
  readonly count: number;
  /** Of the oldest of them. */
  readonly createdAt: number;
}

const isWaiting = (state: DepositState): boolean => state === 'queued' || state === 'sending';

/** Adds groups of deposits up. */
export function summaryOfGroups(groups: Iterable<CountedGroup>): OutboxSummary {
  const states = Object.fromEntries(Object.keys(depositStates).map((state) => [state, 0])) as Record<
    DepositState,
    number
  >;
  const problems: Partial<Record<TerrESanteErrorCode, number>> = {};
  let oldest = Number.POSITIVE_INFINITY;

  for (const { state, problem, count, createdAt } of groups) {
    states[state] += count;
    if (problem !== null) problems[problem] = (problems[problem] ?? 0) + count;
    if (isWaiting(state)) oldest = Math.min(oldest, createdAt);
  }

  const oldestWaiting = Number.isFinite(oldest) ? new Date(oldest).toISOString() : null;
  return { states, waiting: states.queued + states.sending, oldestWaiting, problems };
}

/** Counts the deposits of an outbox by their receipts. */
export async function summaryOf(receipts: AsyncIterable<DepositReceipt>): Promise<OutboxSummary> {
  const groups: CountedGroup[] = [];
  const byKey = new Map<string, { -readonly [K in keyof CountedGroup]: CountedGroup[K] }>();

  for await (const { state, submittedAt, problem } of receipts) {
    const code = problem?.code ?? null;
    const createdAt = Date.parse(submittedAt);
    const key = `${state} ${String(code)}`;
    const group = byKey.get(key);
    if (group) {
      group.count += 1;
      group.createdAt = Math.min(group.createdAt, createdAt);
    } else {
      byKey.set(key, { state, problem: code, count: 1, createdAt });
    }
  }

  groups.push(...byKey.values());
  return summaryOfGroups(groups);
}

/** What is known of an entry while the store is read; nothing is counted of one that is gone. */
interface Read {
  readonly revision: number;
  readonly counted: Counted | null;
}

/**
 * The counts of a store that one program has for itself: read once, when they are first asked for,
 * and kept up with each change. What is kept grows with the depositors and with what waits, not
 * with what is done.
 */
export class Tally {
  readonly #list: () => AsyncIterable<OutboxEntry>;
  /** By owner, state and problem. */
  readonly #counts = new Map<string, { readonly counted: Counted; count: number }>();
  /** When each deposit that waits was made. */
  readonly #waiting = new Map<string, Counted>();
  /** While the store is read: what is known of each entry, so that none is counted twice. */
  #reading: Map<string, Read> | null = null;
  #ready: Promise<void> | null = null;
  #isReady = false;

  constructor(list: () => AsyncIterable<OutboxEntry>) {
    this.#list = list;
  }

  async summary(who: StoreDepositor | null): Promise<OutboxSummary> {
    this.#ready ??= this.#read().catch((error: unknown) => {
      this.#ready = null;
      throw error;
    });
    await this.#ready;

    return summaryOfGroups(this.#groups(ownersSeenBy(who)));
  }

  /** An entry was written in place of another one; `null` for none. */
  changed(former: OutboxEntry | null, entry: OutboxEntry | null): void {
    const known = entry ?? former;
    if (!known) return;

    if (this.#reading) {
      const counted = entry && countedOf(entry);
      this.#reading.set(known.id, { revision: known.revision, counted });
      return;
    }

    if (!this.#isReady) return;
    if (former) this.#count(former.id, countedOf(former), -1);
    if (entry) this.#count(entry.id, countedOf(entry), 1);
  }

  async #read(): Promise<void> {
    const reading = new Map<string, Read>();
    this.#reading = reading;

    try {
      for await (const entry of this.#list()) {
        // What was changed meanwhile is newer than what the list found.
        const known = reading.get(entry.id);
        if (known && known.revision >= entry.revision) continue;
        reading.set(entry.id, { revision: entry.revision, counted: countedOf(entry) });
      }
    } finally {
      this.#reading = null;
    }

    for (const [id, { counted }] of reading) if (counted) this.#count(id, counted, 1);
    this.#isReady = true;
  }

  #count(id: string, counted: Counted, by: 1 | -1): void {
    const key = `${counted.owner} ${counted.state} ${String(counted.problem)}`;
    const group = this.#counts.get(key) ?? { counted, count: 0 };
    group.count += by;
    if (group.count === 0) this.#counts.delete(key);
    else this.#counts.set(key, group);

    if (!isWaiting(counted.state)) return;
    if (by > 0) this.#waiting.set(id, counted);
    else this.#waiting.delete(id);
  }

  *#groups(owners: readonly string[] | null): Generator<CountedGroup, void, undefined> {
    const isSeen = ({ owner }: Counted): boolean => owners === null || owners.includes(owner);

    for (const { counted, count } of this.#counts.values()) {
      const { state, problem } = counted;
      if (isSeen(counted)) yield { state, problem, count, createdAt: Number.POSITIVE_INFINITY };
    }
    for (const counted of this.#waiting.values()) {
      const { state, createdAt } = counted;
      if (isSeen(counted)) yield { state, problem: null, count: 0, createdAt };
    }
  }
}
