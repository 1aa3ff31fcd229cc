/** A sequence of numbers that the same seed gives again: mulberry32. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 (included) to `end` (excluded). */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * end);
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new RangeError('nothing to pick from');
    return value;
  }
}

/** The seed of one run: the run can be made again alone. */
export function seedOf(seed: number, target: string, run: number): number {
  let hash = 2_166_136_261;
  for (const part of `${String(seed)}/${target}/${String(run)}`) {
    hash = Math.imul(hash ^ (part.codePointAt(0) ?? 0), 16_777_619);
  }
  return hash >>> 0;
}
