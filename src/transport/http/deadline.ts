import { TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { Alarm } from '../../internal/wait.ts';

/**
 * What is left of the time of a call. Its parts are read under the same signal, after the time was
 * turned off.
 */
export class Deadline {
  readonly #call: CallOptions;
  readonly #late = new AbortController();
  readonly #alarm = new Alarm({ keepsAlive: true });
  readonly #start = performance.now();
  /** Fires as the signal of the caller does, or when the time that was set is over. */
  readonly signal: AbortSignal;

  constructor(call: CallOptions) {
    this.#call = call;
    this.signal = call.signal ? AbortSignal.any([call.signal, this.#late.signal]) : this.#late.signal;
  }

  /** At least 1; `undefined` without a limit. */
  get leftMs(): number | undefined {
    const { timeoutMs } = this.#call;
    return timeoutMs === undefined ? undefined : Math.max(1, Math.ceil(timeoutMs - (performance.now() - this.#start)));
  }

  /** Ends what is under the signal when the time is over, until `off`. */
  set(): void {
    const late = (): void => {
      this.#late.abort(new TerrESanteError('TE_TIMEOUT', "Le service n'a pas répondu à temps."));
    };
    if (this.leftMs !== undefined) this.#alarm.set(this.leftMs, late);
  }

  off(): void {
    this.#alarm.off();
  }
}
