/** One reader, and what must hold of it whatever it is given. */
export interface Target {
  readonly name: string;
  /** Inputs that are read well; made by our own code. */
  readonly seeds: () => Promise<readonly Uint8Array[]>;
  /** Words of the format. */
  readonly dictionary: readonly string[];
  /** Texts of the seeds that no error and no finding may repeat. */
  readonly secrets?: readonly string[] | undefined;
  /**
   * Reads. What it returns must be the same for the same bytes; a refusal is thrown. A property of
   * the reader itself that does not hold is a {@link PropertyError}. `seed` may vary how it is
   * read; it is 0 for the seeds as they are.
   */
  readonly read: (bytes: Uint8Array, seed: number) => unknown;
  /** Whether what `read` returns is findings, which may go to a log. */
  readonly findings?: boolean | undefined;
}

/** A reader did something that it must never do. */
export class PropertyError extends Error {
  override readonly name = 'PropertyError';
}

export function must(condition: boolean, property: string): asserts condition {
  if (!condition) throw new PropertyError(property);
}
