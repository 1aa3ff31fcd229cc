import { pause } from '../../internal/wait.ts';
import type { ReceivedMail } from '../mail/model.ts';
import type { IntakeResult } from '../model.ts';
import { takeIn } from './intake.ts';
import type { IntakeOptions } from './model.ts';

/**
 * Takes mails in one after the other, after the processing time of the platform: two copies of one
 * document cannot both find its place empty.
 */
export class IntakeQueue {
  readonly #options: IntakeOptions;
  readonly #delayMs: number;
  readonly #stop = new AbortController();
  readonly #results: IntakeResult[] = [];
  #tail: Promise<void> = Promise.resolve();

  constructor(options: IntakeOptions, delayMs: number) {
    this.#options = options;
    this.#delayMs = delayMs;
  }

  add(mail: ReceivedMail): void {
    this.#tail = this.#tail.then(() => this.#take(mail));
  }

  results(): readonly IntakeResult[] {
    return [...this.#results];
  }

  /** Waits until the queue is empty, mails that arrive meanwhile included. */
  async settled(): Promise<void> {
    let seen: Promise<void> | undefined;

    while (seen !== this.#tail) {
      seen = this.#tail;
      await seen;
    }
  }

  /** Drops what waits; what is being taken in is finished. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#tail;
  }

  async #take(mail: ReceivedMail): Promise<void> {
    const { signal } = this.#stop;
    if (this.#delayMs > 0) await pause(this.#delayMs, { signal, keepsAlive: false });
    if (signal.aborted) return;

    this.#results.push(await takeIn(mail, this.#options));
  }
}
