import type { MailFaultAction, MailFaultPoint } from './model.ts';

interface PlannedFault {
  readonly at: MailFaultPoint;
  readonly action: MailFaultAction;
  times: number;
}

/** Faults planned for the next passages of the dialogue, each consumed as many times as asked. */
export class MailFaults {
  readonly #planned: PlannedFault[] = [];
  readonly #fallback: ((at: MailFaultPoint) => MailFaultAction | undefined) | undefined;

  /** @param fallback - Asked when nothing is planned at a point. */
  constructor(fallback: ((at: MailFaultPoint) => MailFaultAction | undefined) | undefined) {
    this.#fallback = fallback;
  }

  plan(at: MailFaultPoint, action: MailFaultAction, times: number): void {
    this.#planned.push({ at, action, times });
  }

  /** The fault to play at this point, consumed. */
  take(at: MailFaultPoint): MailFaultAction | undefined {
    const fault = this.#planned.find((planned) => planned.at === at);
    if (!fault) return this.#fallback?.(at);

    fault.times -= 1;
    if (fault.times <= 0) this.#planned.splice(this.#planned.indexOf(fault), 1);
    return fault.action;
  }
}
