import { TerrESanteError } from '../../errors.ts';

/** One line of the story. */
export interface StepResult {
  readonly id: string;
  readonly ok: boolean;
}

/** Runs the steps in order and ticks each; what comes after a failure is not attempted. */
export class Steps {
  readonly results: StepResult[] = [];
  readonly #say: (text: string) => void;

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  async run<T>(id: string, label: string, work: () => Promise<T> | T, detail?: (value: T) => string): Promise<T> {
    try {
      const value = await work();
      this.results.push({ id, ok: true });
      const more = detail?.(value);
      this.#say(`✔ ${label}${more ? ` : ${more}` : ''}\n`);
      return value;
    } catch (error) {
      this.results.push({ id, ok: false });
      this.#say(`✘ ${label}\n`);
      throw error;
    }
  }
}

/** A step that ran but did not show what it had to. */
export function demand(condition: boolean, message: string): asserts condition {
  if (!condition) throw new TerrESanteError('TE_INTERNAL', message);
}
