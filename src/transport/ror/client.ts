import type { CallOptions } from '../../internal/abort.ts';
import { AgedCache } from '../../internal/aged-cache.ts';
import { optionsOf } from '../../internal/border.ts';
import { callChecks } from '../../internal/option-checks.ts';
import type { FhirEntry } from '../fhir/bundle.ts';
import type { FhirPartner } from '../fhir/exchange.ts';
import { partnerOf } from '../fhir/partner.ts';
import { searchWhole } from '../fhir/search.ts';
import { readFound, type FoundStructures } from './found.ts';
import type {
  SupportDirectory,
  SupportDirectoryOptions,
  SupportStructure,
  SupportStructureQuery,
  SupportStructures,
} from './model.ts';
import { supportDirectoryChecks, supportQueryChecks } from './option-checks.ts';
import { areasOf, questionsOf, type Question } from './question.ts';

const dayMs = 86_400_000;

/** The profile whose answers hold every contact there is. */
const everything = 1;

/**
 * Reads the national repository of the offer of care (ROR) over FHIR R4, to choose whom to ask for
 * support. Answers are kept for a day at most; during an outage one that is kept is served, marked
 * `stale`.
 *
 * @throws TerrESanteError from the calls: `TE_INPUT_INVALID`, `TE_AUTHN_REJECTED`, `TE_FORBIDDEN`,
 *   `TE_VALIDATION` (a criterion that the server does not know), `TE_RATE_LIMITED`,
 *   `TE_UNAVAILABLE`, `TE_TIMEOUT`, `TE_TOO_LARGE` (more pages than `maxPages`), `TE_PROTOCOL`
 *
 * @example
 * ```ts
 * // not run: needs an enrolment at the repository
 * import { createHttpClient, createSupportDirectory } from 'terr-esante-sdk/transport';
 *
 * const directory = createSupportDirectory({
 *   http: createHttpClient(),
 *   baseUrl: 'https://ror.example/fhir',
 *   authorization: async () => 'Bearer …',
 *   accessProfile: 0,
 *   userProfile: { system: '1.2.250.1.213.1.6.1.66', code: 'CU22' },
 *   role: { system: '1.2.250.1.213.1.1.4.6', code: 'AUTOMATE' },
 * });
 * const { structures } = await directory.find({ kind: 'DAC', commune: '93048' });
 * for (const { name, site, mailboxes } of structures) console.log(name, site?.finess, mailboxes.length);
 * ```
 *
 * @see ANS, ROR, documentation de l'API FHIR; IG `ans.fhir.fr.ror` 0.7.0 (draft)
 * @group Directory
 */
export function createSupportDirectory(options: SupportDirectoryOptions): SupportDirectory {
  return new RorDirectory(optionsOf('options', options, supportDirectoryChecks));
}

class RorDirectory implements SupportDirectory {
  readonly #options: SupportDirectoryOptions;
  readonly #partner: FhirPartner;
  readonly #cache: AgedCache<readonly FhirEntry[]>;

  constructor(options: SupportDirectoryOptions) {
    const { userProfile, role, cacheMs = dayMs, cacheEntries = 200 } = options;
    this.#options = options;
    this.#partner = {
      ...partnerOf(options),
      headers: {
        'Ror-Profil-Utilisateur-Code': userProfile.code,
        'Ror-Profil-Utilisateur-System': userProfile.system,
        'Ror-Role-Metier-Code': role.code,
        'Ror-Role-Metier-System': role.system,
        // A criterion that the server does not know is an error, never left out.
        Prefer: 'handling=strict',
      },
    };
    const { clock } = this.#partner.runtime;
    this.#cache = new AgedCache({ clock, entries: cacheEntries, freshMs: cacheMs, staleMs: dayMs });
  }

  async find(query: SupportStructureQuery, options?: CallOptions): Promise<SupportStructures> {
    const given = optionsOf('query', query, supportQueryChecks);
    const call = optionsOf('options', options, callChecks);

    let answer: SupportStructures | null = null;
    for (const questions of questionsOf(given)) {
      answer = joined(answer, await this.#ask(given, questions, call));
      if (answer.structures.length > 0) break;
    }
    return answer ?? { structures: [], dropped: 0, asOf: this.#instant(this.#now), stale: false };
  }

  get #now(): number {
    return this.#partner.runtime.clock.now();
  }

  #instant(epochMs: number): string {
    return new Date(epochMs).toISOString();
  }

  /** Every area of one way to ask; an offer that serves several comes once. */
  async #ask(
    query: SupportStructureQuery,
    questions: readonly Question[],
    call: CallOptions,
  ): Promise<SupportStructures> {
    const found: FoundStructures[] = [];
    const times: number[] = [];
    let stale = false;

    for (const question of questions) {
      const kept = await this.#cache.get(JSON.stringify(question.parameters), () => this.#search(question, call));
      times.push(kept.at);
      stale ||= kept.stale;
      found.push(
        readFound(kept.value, question, {
          areas: areasOf(query),
          now: this.#now,
          seesContacts: this.#options.accessProfile === everything,
        }),
      );
    }

    const structures = [...new Map(found.flatMap((each) => [...each.structures])).values()];
    return {
      structures: structures.filter(({ isOpen }) => isOpen || query.includeClosed === true).sort(byUse),
      dropped: found.reduce((sum, each) => sum + each.dropped, 0),
      asOf: this.#instant(Math.min(...times)),
      stale,
    };
  }

  async #search({ parameters }: Question, call: CallOptions): Promise<readonly FhirEntry[]> {
    const { maxPages = 10 } = this.#options;
    const search = { ...call, type: 'HealthcareService', parameters, allowsGet: true, isPublic: true, maxPages };
    return (await searchWhole(this.#partner, search)).entries;
  }
}

/** An answer made of two is as old as the older one. */
function joined(before: SupportStructures | null, after: SupportStructures): SupportStructures {
  if (before === null) return after;
  return {
    structures: after.structures,
    dropped: before.dropped + after.dropped,
    asOf: before.asOf < after.asOf ? before.asOf : after.asOf,
    stale: before.stale || after.stale,
  };
}

/** Open ones first, then those that name the area, then the near ones, then by name. */
function byUse(left: SupportStructure, right: SupportStructure): number {
  return (
    Number(right.isOpen) - Number(left.isOpen) ||
    Number(right.declaresArea) - Number(left.declaresArea) ||
    (left.distanceKm ?? Infinity) - (right.distanceKm ?? Infinity) ||
    left.name.localeCompare(right.name, 'fr')
  );
}
