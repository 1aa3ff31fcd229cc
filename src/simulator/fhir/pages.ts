import type { Json } from '../../internal/json/index.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { FhirCaller } from './access.ts';
import { refused } from './refusal.ts';
import type { SearchResult } from './search.ts';

/** How long the pages of a search are kept. */
const keptMs = 600_000;
/** Most searches that are kept; past this number the oldest is forgotten. */
const maxKept = 50;

interface Kept {
  readonly result: SearchResult;
  readonly self: string;
  readonly at: number;
  readonly owner: string | null;
}

interface PageOptions {
  readonly base: string;
  readonly caller: FhirCaller;
}

/** The answers of searches, page by page. */
export class SearchPages {
  readonly #runtime: Runtime;
  readonly #kept = new Map<string, Kept>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** The first page. @param self - the search as it was understood */
  first(result: SearchResult, self: string, options: PageOptions): Json {
    const kept = { result, self, at: this.#runtime.clock.now(), owner: options.caller?.nameId ?? null };
    return this.#page(null, kept, 0, options.base);
  }

  /**
   * The page that a link leads to.
   *
   * @throws FhirRefusal once the search is forgotten
   */
  next(token: string, offset: string, { base, caller }: PageOptions): Json {
    const kept = this.#kept.get(token);
    const start = /^\d{1,7}$/.test(offset) ? Number(offset) : Number.NaN;
    const isOwn = kept !== undefined && kept.owner === (caller?.nameId ?? null);
    const isFresh = kept !== undefined && this.#runtime.clock.now() - kept.at < keptMs;
    if (!isOwn || !isFresh || !(start < kept.result.matches.length)) {
      if (!isFresh) this.#kept.delete(token);
      throw refused('SIM-FHIR-PAGE-EXPIRED');
    }
    return this.#page(token, kept, start, base);
  }

  #page(known: string | null, kept: Kept, start: number, base: string): Json {
    const { matches, included, warnings, count, isCountOnly } = kept.result;
    const end = start + count;
    const hasMore = !isCountOnly && count > 0 && end < matches.length;
    const token = hasMore ? (known ?? this.#keep(kept)) : known;
    const isFirst = start === 0;

    const shown = isCountOnly ? [] : matches.slice(start, end);
    const entry = [
      ...shown.map((resource) => entryOf(resource, 'match', base)),
      // What is brought along comes with the first page.
      ...(isFirst && shown.length > 0 ? included.map((resource) => entryOf(resource, 'include', base)) : []),
      ...(isFirst ? warnings.map((resource) => this.#outcome(resource)) : []),
    ];
    return {
      resourceType: 'Bundle',
      id: this.#runtime.ids.uuid(),
      type: 'searchset',
      total: matches.length,
      link: [
        { relation: 'self', url: isFirst ? kept.self : linkTo(base, token, start) },
        ...(hasMore ? [{ relation: 'next', url: linkTo(base, token, end) }] : []),
      ],
      ...(entry.length > 0 && { entry }),
    };
  }

  /** @see HL7 FHIR R4, Bundle, invariant bdl-7 and fullUrl: an entry of a search has one */
  #outcome(resource: Json): Json {
    return { fullUrl: `urn:uuid:${this.#runtime.ids.uuid()}`, resource, search: { mode: 'outcome' } };
  }

  #keep(kept: Kept): string {
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= maxKept && oldest !== undefined) this.#kept.delete(oldest);

    const token = this.#runtime.ids.uuid();
    this.#kept.set(token, kept);
    return token;
  }
}

const linkTo = (base: string, token: string | null, start: number): string =>
  `${base}?_getpages=${token ?? ''}&_getpagesoffset=${String(start)}`;

function entryOf(resource: Json, mode: 'match' | 'include', base: string): Json {
  const fullUrl = `${base}/${String(resource['resourceType'])}/${String(resource['id'])}`;
  return { fullUrl, resource, search: { mode } };
}
