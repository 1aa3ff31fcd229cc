import type { ClaimRequest } from './model.ts';

interface DueItem {
  readonly at: number;
  readonly id: string;
}

/** Ids by due time: a binary heap whose outdated items are skipped when they come up. */
export class DueQueue {
  readonly #heap: DueItem[] = [];
  /** The due time that counts for each id; an item of the heap with another time is outdated. */
  readonly #times = new Map<string, number>();
  /** Ids whose time is the end of a lease. */
  readonly #leases = new Set<string>();
  /** The clock at the last claim; before the first one, the times come from an earlier process. */
  #latest = Infinity;

  get size(): number {
    return this.#times.size;
  }

  has(id: string): boolean {
    return this.#times.has(id);
  }

  set(id: string, at: number, isLease = false): void {
    if (isLease) this.#leases.add(id);
    else this.#leases.delete(id);

    if (this.#times.get(id) === at) return;
    this.#times.set(id, at);
    this.#push({ at, id });

    // Many changes of few items leave mostly outdated ones behind.
    if (this.#heap.length > 1_000 && this.#heap.length > 4 * this.#times.size) this.#rebuild();
  }

  delete(id: string): void {
    this.#times.delete(id);
    this.#leases.delete(id);
  }

  /**
   * Once the clock was set back, times that were planned by the former one would be far away: an
   * item later than the longest wait is due at once, a lease ends as if it began now.
   */
  followClock({ now, leaseMs, longestWaitMs = Infinity }: ClaimRequest): void {
    const isSetBack = now < this.#latest;
    this.#latest = now;
    if (!isSetBack) return;

    for (const [id, at] of [...this.#times]) {
      const isLease = this.#leases.has(id);
      if (isLease && at > now + 2 * leaseMs) this.set(id, now + leaseMs, true);
      if (!isLease && at > now + longestWaitMs) this.set(id, now);
    }
  }

  /** Due time of the first item, or `null`. */
  peek(): number | null {
    this.#skip();
    return this.#heap[0]?.at ?? null;
  }

  /** Removes and returns the first item due at `now`, or `null`. */
  take(now: number): string | null {
    this.#skip();
    const first = this.#heap[0];
    if (!first || first.at > now) return null;

    this.#pop();
    this.delete(first.id);
    return first.id;
  }

  /** Drops outdated items from the top. */
  #skip(): void {
    for (let first = this.#heap[0]; first && this.#times.get(first.id) !== first.at; first = this.#heap[0]) {
      this.#pop();
    }
  }

  /** Adds an item at the end and lets it rise to its place. */
  #push(item: DueItem): void {
    let index = this.#heap.length;
    this.#heap.push(item);

    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfLess(index, parent)) return;
      index = parent;
    }
  }

  /** Removes the top, puts the last item in its place and lets it sink to where it belongs. */
  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    heap[0] = last;

    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) return;

      const right = heap[child + 1];
      if (right && right.at < (heap[child]?.at ?? Infinity)) child += 1;
      if (!this.#swapIfLess(child, index)) return;
      index = child;
    }
  }

  #swapIfLess(child: number, parent: number): boolean {
    const a = this.#heap[child];
    const b = this.#heap[parent];
    if (!a || !b || a.at >= b.at) return false;

    this.#heap[child] = b;
    this.#heap[parent] = a;
    return true;
  }

  #rebuild(): void {
    const items = [...this.#times];
    this.#heap.length = 0;
    this.#times.clear();
    for (const [id, at] of items.sort(([, a], [, b]) => a - b)) this.set(id, at, this.#leases.has(id));
  }
}
