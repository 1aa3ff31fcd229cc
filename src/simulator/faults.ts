import type { SimulatorFault } from './model.ts';

/** A fault of this kind. */
export type FaultOf<K extends SimulatorFault['kind']> = Extract<SimulatorFault, { readonly kind: K }>;

/** Faults of the HTTPS exchange itself. */
export type HttpFault = Extract<SimulatorFault, { readonly kind: `http-${string}` }>;

/** Faults waiting to be played, each consumed as many times as asked. */
export class Faults {
  readonly #waiting: { readonly fault: SimulatorFault; left: number }[] = [];

  add(fault: SimulatorFault): void {
    this.#waiting.push({ fault, left: fault.times ?? 1 });
  }

  /** The oldest fault of a kind, consumed once. */
  take<K extends SimulatorFault['kind']>(kind: K): FaultOf<K> | undefined {
    return this.#takeWhere((fault): fault is FaultOf<K> => fault.kind === kind);
  }

  /** The oldest fault of the HTTPS exchange, consumed once. */
  takeHttp(): HttpFault | undefined {
    return this.#takeWhere((fault): fault is HttpFault => fault.kind.startsWith('http-'));
  }

  #takeWhere<T extends SimulatorFault>(matches: (fault: SimulatorFault) => fault is T): T | undefined {
    for (const [index, entry] of this.#waiting.entries()) {
      if (!matches(entry.fault)) continue;

      entry.left -= 1;
      if (entry.left <= 0) this.#waiting.splice(index, 1);
      return entry.fault;
    }

    return undefined;
  }
}
