import { TerrESanteError } from '../../../errors.ts';
import { spoolWork, type SpoolParts } from './parts.ts';

/**
 * Who writes into a spool: many at a time, or one alone that removes. Nothing begins once the spool
 * is closed, and closing waits for what has begun.
 */
export class Writers {
  readonly #lock: SpoolParts['lock'];
  readonly #writing = new Set<Promise<unknown>>();
  #alone: Promise<unknown> | null = null;
  #isClosed = false;

  constructor(lock: SpoolParts['lock']) {
    this.#lock = lock;
  }

  /** Work beside others. @throws TerrESanteError `TE_CLOSED` */
  async share<T>(write: () => Promise<T>): Promise<T> {
    while (this.#alone) await this.#alone;
    return this.#begin(write);
  }

  /** Work that has the spool for itself. @throws TerrESanteError `TE_CLOSED` */
  async alone<T>(write: () => Promise<T>): Promise<T> {
    while (this.#alone) await this.#alone;
    const before = [...this.#writing];

    const work = this.#begin(async () => {
      await Promise.allSettled(before);
      return write();
    });
    this.#alone = work.then(
      () => (this.#alone = null),
      () => (this.#alone = null),
    );
    return work;
  }

  async #begin<T>(write: () => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new TerrESanteError('TE_CLOSED', "La boîte d'envoi est fermée.");
    const work = spoolWork(async () => {
      await this.#lock.hold();
      return write();
    });
    this.#writing.add(work);
    try {
      return await work;
    } finally {
      this.#writing.delete(work);
    }
  }

  /** Resolves once nothing writes any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#writing);
  }
}
