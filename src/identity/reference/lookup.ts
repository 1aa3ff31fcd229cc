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
   * Whether the list has this code, at that date (`YYYY-MM-DD`) when it knows; `null` when it
   * cannot tell.
   */
  has(code: string, atDate?: string): boolean | null;
  /** French name of the place, `null` when the list does not have the code. */
  label(code: string): string | null;
  /** Places of a postal code, all of them: one postal code covers several communes. */
  search(postalCode: string, name?: string): readonly CogCandidate[];
  /**
   * How two different codes are those of one place at two times: `renamed`, the code alone changed;
   * `merged`, the commune of one went into that of the other; `null` when nothing is known.
   */
  relation?(code: string, other: string): 'renamed' | 'merged' | null;
}

/** Several lists as one: the first that can tell answers. @group Reference data */
export function combineLookups(...lookups: readonly CogLookup[]): CogLookup {
  return {
    has: (code, atDate) => firstAnswer(lookups, (lookup) => lookup.has(code, atDate)),
    label: (code) => firstAnswer(lookups, (lookup) => lookup.label(code)),
    search: (postalCode, name) => lookups.flatMap((lookup) => lookup.search(postalCode, name)),
    relation: (code, other) => firstAnswer(lookups, (lookup) => lookup.relation?.(code, other) ?? null),
  };
}

function firstAnswer<T>(lookups: readonly CogLookup[], ask: (lookup: CogLookup) => T | null): T | null {
  for (const lookup of lookups) {
    const answer = ask(lookup);
    if (answer !== null) return answer;
  }
  return null;
}
