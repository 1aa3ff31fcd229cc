import { TerrESanteError } from '../errors.ts';
import type { Concept } from './concept.ts';
import type { NomenclatureName } from './names.ts';
import { loadNomenclature } from './nomenclature.ts';
import { type Checks, optionsOf, readingLater } from '../internal/border.ts';
import { count, flag, text } from '../internal/option-checks.ts';

/**
 * Finds a code in a national table; `null` when it is not there.
 *
 * Without `codeSystem` the code must be in the table once: some codes name two different things in
 * two systems.
 *
 * @example
 * ```ts
 * import { findConcept } from 'terr-esante-sdk/documents';
 *
 * (await findConcept('practiceSetting', 'AMBULATOIRE'))?.codeSystem; // '1.2.250.1.213.1.1.4.9'
 * await findConcept('typeCode', '29551-9'); // null
 * ```
 *
 * @throws TerrESanteError `TE_INPUT_INVALID` when the code alone is ambiguous
 * @group Nomenclatures
 */
export async function findConcept(name: NomenclatureName, code: string, codeSystem?: string): Promise<Concept | null> {
  return readingLater('code', () => conceptOf(name, code, codeSystem));
}

async function conceptOf(name: NomenclatureName, code: string, codeSystem?: string): Promise<Concept | null> {
  const table = await loadNomenclature(name);
  if (codeSystem !== undefined) return table.find(code, codeSystem);

  const found = table.withCode(code);
  if (found.length > 1) {
    throw new TerrESanteError(
      'TE_INPUT_INVALID',
      `Le code existe dans plusieurs systèmes de ${table.publishedName} : précisez le système.`,
      {
        details: { table: table.publishedName, systems: found.map((concept) => concept.codeSystem) },
      },
    );
  }

  return found[0] ?? null;
}

const fold = (value: string): string => value.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();

/**
 * Whether a concept may be used on a day, as far as its table says: the bounds it gives are
 * included, and a concept that is inactive without an end date is never active.
 *
 * @param day - `YYYY-MM-DD`
 * @group Nomenclatures
 */
export function isActiveOn(concept: Concept, day: string): boolean {
  if (!concept.active && concept.validUntil === null) return false;
  return (
    (concept.validFrom === null || concept.validFrom <= day) &&
    (concept.validUntil === null || day <= concept.validUntil)
  );
}

interface SearchOptions {
  readonly limit?: number | undefined;
  readonly on?: string | undefined;
  readonly includeRetired?: boolean | undefined;
}

const searchChecks: Checks<SearchOptions> = { limit: count(), on: text, includeRetired: flag };

/**
 * Searches a table for a type picker: every word must begin a word of the French label, or begin
 * the code. Accents and case do not count. Labels that begin with the first word come first, then
 * the order of the table.
 *
 * @example
 * ```ts
 * import { searchConcepts } from 'terr-esante-sdk/documents';
 *
 * const [first] = await searchConcepts('typeCode', 'lettre adress');
 * first?.code; // '96349-6'
 * ```
 *
 * @group Nomenclatures
 */
export async function searchConcepts(
  name: NomenclatureName,
  query: string,
  options?: {
    /** Most results returned. @defaultValue `20` */
    readonly limit?: number | undefined;
    /**
     * Only what may be used on that day, `YYYY-MM-DD`. Default: only what is active in the
     * published edition.
     */
    readonly on?: string | undefined;
    /** Also what is retired. @defaultValue `false` */
    readonly includeRetired?: boolean | undefined;
  },
): Promise<readonly Concept[]> {
  const given = optionsOf('options', options, searchChecks);
  return readingLater('query', () => matching(name, query, given));
}

async function matching(
  name: NomenclatureName,
  query: string,
  options: {
    /** Most results returned. @defaultValue `20` */
    readonly limit?: number | undefined;
    /**
     * Only what may be used on that day, `YYYY-MM-DD`. Default: only what is active in the
     * published edition.
     */
    readonly on?: string | undefined;
    /** Also what is retired. @defaultValue `false` */
    readonly includeRetired?: boolean | undefined;
  },
): Promise<readonly Concept[]> {
  const { limit = 20, on, includeRetired = false } = options;
  const wanted = wordsOf(query, /[^\p{L}\p{N}_.-]+/u);
  const { concepts } = await loadNomenclature(name);
  const isUsable = (concept: Concept): boolean =>
    includeRetired || (on === undefined ? concept.active : isActiveOn(concept, on));

  return concepts
    .filter(isUsable)
    .flatMap((concept) => {
      const rank = rankOf(concept, wanted);
      return rank === null ? [] : [{ concept, rank }];
    })
    .sort((a, b) => a.rank - b.rank)
    .slice(0, limit)
    .map(({ concept }) => concept);
}

function wordsOf(value: string, separators: RegExp): readonly string[] {
  return fold(value)
    .split(separators)
    .filter((word) => word !== '');
}

/** 0 for the very code, 1 for a label that begins with the first word, 2 for another hit. */
function rankOf({ code, displayName }: Concept, wanted: readonly string[]): 0 | 1 | 2 | null {
  const words = wordsOf(displayName, /[^\p{L}\p{N}]+/u);
  const foldedCode = fold(code);
  const isHit = wanted.every(
    (word) => foldedCode.startsWith(word) || words.some((candidate) => candidate.startsWith(word)),
  );
  if (!isHit) return null;

  const [first = ''] = wanted;
  if (foldedCode === first) return 0;
  return words[0]?.startsWith(first) ? 1 : 2;
}
