import type { SimulatorFault } from './model.ts';

/** Faults waiting to be played, each consumed as many times as asked. */
export class Faults {
  readonly #waiting: { readonly fault: SimulatorFault; left: number }[] = [];

  add(fault: SimulatorFault): void {
    this.#waiting.push({ fault, left: fault.times ?? 1 });
  }

  take<T extends SimulatorFault>(is: (fault: SimulatorFault) => fault is T): T | undefined {
    for (const [index, one] of this.#waiting.entries()) {
      if (!is(one.fault)) continue;
      one.left -= 1;
      if (one.left <= 0) this.#waiting.splice(index, 1);
      return one.fault;
    }
    return undefined;
  }
}
