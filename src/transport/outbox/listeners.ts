import { TerrESanteError } from '../../errors.ts';
import { quietly } from '../../internal/progress.ts';
import type { DepositReceipt } from '../receipt/model.ts';
import { isOf } from './depositor.ts';
import type { OutboxEntry } from './model.ts';
import type { Depositor, OutboxOptions } from './outbox-model.ts';

/** Who of the host wants to be told of deposits. The outbox goes on whatever a listener does. */
export class Listeners {
  readonly #options: Pick<OutboxOptions, 'onChange' | 'onError'>;
  readonly #depositors = new Set<Depositor>();

  constructor(options: Pick<OutboxOptions, 'onChange' | 'onError'>) {
    this.#options = options;
  }

  /** Keeps a depositor informed of the deposits of that depositor. */
  add(depositor: Depositor): void {
    this.#depositors.add(depositor);
  }

  remove(depositor: Depositor): void {
    this.#depositors.delete(depositor);
  }

  tellChange(entry: OutboxEntry, receipt: DepositReceipt): void {
    this.#tell(this.#options.onChange, receipt);
    for (const depositor of this.#depositors) {
      if (isOf(entry, depositor)) this.#tell(depositor.onChange, receipt);
    }
  }

  tellError(error: TerrESanteError): void {
    quietly(() => this.#options.onError?.(error));
  }

  /** A listener that fails, now or later, is told of; the next one is told too. */
  #tell(listener: ((receipt: DepositReceipt) => unknown) | undefined, receipt: DepositReceipt): void {
    const failed = (): void =>
      this.tellError(new TerrESanteError('TE_INTERNAL', "L'écouteur onChange du logiciel a échoué."));

    try {
      const answer = listener?.(receipt);
      if (answer instanceof Promise) answer.catch(failed);
    } catch {
      failed();
    }
  }
}
