import { longestTimerMs, optionalNumber } from '../../internal/border.ts';
import { Alarm, endsWithin } from '../../internal/wait.ts';
import { Delivery } from './delivery.ts';
import type { OutboxEntry } from './model.ts';
import { ownError } from './own-error.ts';
import { longestWaitMs } from './retry-policy.ts';
import type { WorkerParts } from './worker-model.ts';

/** How long what is cut may take to end, and to be recorded. */
const leaveMs = 500;

/**
 * Sends what is due, one message at a time per slot, until it is stopped. It starts at once and
 * never throws: failures of the store go to `failed`, and are tried again.
 */
export class Worker {
  readonly #parts: WorkerParts;
  readonly #concurrency: number;
  readonly #leaseMs: number;
  readonly #pollMs: number;
  readonly #delivery: Delivery;
  readonly #stopping = new AbortController();
  /** Nobody waits any more for what did not end when it was stopped. */
  readonly #leaving = new AbortController();
  /** Messages in flight. */
  readonly #running = new Set<Promise<void>>();
  /** The last one of each entry. */
  readonly #latest = new Map<string, Promise<void>>();
  #stopped = false;
  /** An idle outbox does not keep the process alive. */
  readonly #alarm = new Alarm();
  /** The look in progress. */
  #looking: Promise<void> | null = null;
  /** Something changed since the look in progress began. */
  #again = false;

  constructor(parts: WorkerParts) {
    const timer = { max: longestTimerMs };
    const concurrency = optionalNumber('concurrency', parts.concurrency, 3, { min: 1, integer: true });
    const sendTimeoutMs = optionalNumber('sendTimeoutMs', parts.sendTimeoutMs, 600_000, timer);
    const leaseMarginMs = optionalNumber('leaseMarginMs', parts.leaseMarginMs, 60_000, timer);
    const pollMs = optionalNumber('pollMs', parts.pollMs, 1_000, timer);
    this.#parts = parts;
    this.#concurrency = concurrency;
    this.#leaseMs = sendTimeoutMs + leaseMarginMs;
    this.#pollMs = pollMs;
    this.#delivery = new Delivery(parts, {
      sendTimeoutMs,
      leaseMs: this.#leaseMs,
      stopping: this.#stopping.signal,
      leaving: this.#leaving.signal,
    });
    this.wake();
  }

  /** Something may be due: looks now. */
  wake(): void {
    if (this.#stopped) return;
    this.#again = true;
    if (this.#looking) return;

    this.#alarm.off();
    this.#looking = this.#lookAll();
  }

  /**
   * Stops claiming; waits up to `graceMs` for the messages in flight, then cuts them. What does not
   * let itself be cut, a store or a carrier that answers no more, is left behind.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    this.#alarm.off();

    const idle = this.#idle();
    if (await endsWithin(idle, graceMs)) return;
    this.#stopping.abort();
    if (await endsWithin(idle, leaveMs)) return;
    this.#leaving.abort();
    await endsWithin(idle, leaveMs);
  }

  async #idle(): Promise<void> {
    await this.#looking;
    while (this.#running.size > 0) await Promise.allSettled([...this.#running]);
    await this.#delivery.pay().catch(() => undefined);
  }

  async #lookAll(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        await this.#look();
      } catch (error) {
        this.#parts.failed(ownError(error));
        this.#wakeIn(this.#pollMs);
      }
    }
    this.#looking = null;
  }

  /** Fills the free slots; when nothing is due, comes back at the next due time. */
  async #look(): Promise<void> {
    const { store, runtime } = this.#parts;
    await this.#delivery.pay();

    while (this.#hasSlot()) {
      const claims = await store.claim({
        now: runtime.clock.now(),
        limit: this.#concurrency - this.#running.size,
        owner: this.#parts.owner,
        leaseMs: this.#leaseMs,
        longestWaitMs: longestWaitMs(this.#parts.retry),
      });
      if (claims.length === 0) break;
      for (const claim of claims) this.#begin(claim);
    }
    if (!this.#hasSlot()) return;

    const next = await store.nextDue();
    const wait = next === null ? this.#pollMs : Math.min(this.#pollMs, Math.max(1, next - runtime.clock.now()));
    this.#wakeIn(wait);
  }

  #hasSlot(): boolean {
    return !this.#stopped && this.#running.size < this.#concurrency;
  }

  #begin(claim: OutboxEntry): void {
    // The store answered when nobody waited any more.
    if (this.#leaving.signal.aborted) return;
    const former = this.#latest.get(claim.id);
    const work = (former ? this.#attemptAfter(former, claim) : this.#delivery.attempt(claim))
      .catch((error: unknown) => this.#parts.failed(ownError(error)))
      .finally(() => {
        this.#running.delete(work);
        if (this.#latest.get(claim.id) === work) this.#latest.delete(claim.id);
        this.wake();
      });
    this.#running.add(work);
    this.#latest.set(claim.id, work);
  }

  /**
   * An attempt for the same entry still runs here: its lease seemed over because the clock was set
   * ahead, or it has just been recorded. When it ends by a record, this claim is void.
   */
  async #attemptAfter(former: Promise<void>, claim: OutboxEntry): Promise<void> {
    await former;
    const current = await this.#parts.store.get(claim.id);
    if (current?.revision === claim.revision) await this.#delivery.attempt(claim);
  }

  #wakeIn(ms: number): void {
    this.#alarm.set(ms, () => this.wake());
  }
}
