/** Two megabytes: with a million ids, one new id in four hundred is looked up for nothing. */
const size = 2 ** 24;

/**
 * Remembers which ids may be on the disk, so that a new one costs no look-up: a Bloom filter of
 * four bits per id. A "perhaps" may be wrong for an id that is not there; a "no" is always right.
 */
export class KnownIds {
  readonly #bits = new Uint32Array(size / 32);

  add(id: string): void {
    for (const place of places(id)) this.#bits[place >>> 5] = (this.#bits[place >>> 5] ?? 0) | (1 << (place & 31));
  }

  mayHave(id: string): boolean {
    return places(id).every((place) => (((this.#bits[place >>> 5] ?? 0) >>> (place & 31)) & 1) === 1);
  }
}

/** The id is a digest already: its digits are the hash. */
const places = (id: string): number[] => [0, 8, 16, 24].map((at) => Number.parseInt(id.slice(at, at + 8), 16) % size);
