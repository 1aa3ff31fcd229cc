/** A place that a search found. @group Reference data */
export interface CogCandidate {
  /** COG code, five characters. */
  readonly code: string;
  readonly label: string;
}

/**
 * A list of places of birth. Without one only the shape of a code is checked.
 *
 * @group Reference data
 */
export interface CogLookup {
  /**
   * Whether the list has this code, at that date (`YYYY-MM-DD`) when it knows; `undefined` when it
   * cannot tell.
   */
  has(code: string, atDate?: string): boolean | undefined;
  label(code: string): string | undefined;
  /** Places of a postal code, all of them: one postal code covers several communes. */
  search(postalCode: string, name?: string): readonly CogCandidate[];
}

/** Several lists as one: the first that can tell answers. @group Reference data */
export function combineLookups(...lookups: readonly CogLookup[]): CogLookup {
  return {
    has: (code, atDate) => {
      for (const lookup of lookups) {
        const found = lookup.has(code, atDate);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    label: (code) => {
      for (const lookup of lookups) {
        const label = lookup.label(code);
        if (label !== undefined) return label;
      }
      return undefined;
    },
    search: (postalCode, name) => lookups.flatMap((lookup) => lookup.search(postalCode, name)),
  };
}
