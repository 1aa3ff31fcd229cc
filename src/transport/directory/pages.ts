import { TerrESanteError, type TerrESanteErrorCode } from '../../errors.ts';
import { throwIfAborted, type CallOptions } from '../../internal/abort.ts';
import { AgedCache } from '../../internal/aged-cache.ts';
import { optionalNumber } from '../../internal/border.ts';
import { codeOfStatus, type StatusCodes } from '../../internal/http-status.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import { readPage, type Page } from './fhir.ts';
import type { Json } from '../../internal/json/index.ts';
import type { DirectoryAnswer, DirectoryOptions } from './model.ts';

const dayMs = 86_400_000;

/** The published documentation asks to delete data kept for more than 30 days. */
const longestMs = 30 * dayMs;

/** The pages of the directory, from the cache or from the server. */
export class DirectoryPages {
  readonly #options: DirectoryOptions;
  readonly #runtime: Runtime;
  readonly #base: URL;
  readonly #maxPages: number;
  /** By address. */
  readonly #cache: AgedCache<Page>;

  constructor(options: DirectoryOptions) {
    const { baseUrl = 'https://gateway.api.esante.gouv.fr/fhir/v2' } = options;
    const cacheMs = optionalNumber('cacheMs', options.cacheMs, dayMs);
    const staleMs = optionalNumber('staleMs', options.staleMs, 7 * dayMs);
    this.#options = options;
    this.#maxPages = optionalNumber('maxPages', options.maxPages, 40, { min: 1, integer: true });
    this.#runtime = options.runtime ?? systemRuntime;
    this.#base = new URL(`${baseUrl.replace(/\/$/, '')}/`);
    const freshMs = Math.min(cacheMs, longestMs);
    this.#cache = new AgedCache({
      clock: this.#runtime.clock,
      entries: optionalNumber('cacheEntries', options.cacheEntries, 2_000),
      freshMs,
      staleMs: Math.max(freshMs, Math.min(staleMs, longestMs)),
    });
  }

  /** The address of a search; every value is encoded. */
  query(resource: string, parameters: Readonly<Record<string, string | undefined>>): string {
    const pairs = Object.entries(parameters).flatMap(([name, value]) =>
      value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
    );
    const url = new URL(resource, this.#base);
    url.search = pairs.join('&');
    return url.href;
  }

  /** One page after the other. */
  async *each(first: string, call: CallOptions): AsyncGenerator<DirectoryAnswer<Page>, void, undefined> {
    let url: string | null = first;

    for (let count = 0; url !== null; count += 1) {
      if (count >= this.#maxPages) {
        throw new TerrESanteError('TE_TOO_LARGE', 'La recherche donne trop de résultats : précisez-la.', {
          details: { pages: this.#maxPages },
        });
      }

      const answer: DirectoryAnswer<Page> = await this.#page(url, call);
      yield answer;
      const { next } = answer.value;
      url = next === null ? null : this.#nextOf(next);
    }
  }

  /** The resources of all pages, as old as the oldest page. */
  async everything(url: string, call: CallOptions): Promise<DirectoryAnswer<readonly Json[]>> {
    const resources: Json[] = [];
    const pages: DirectoryAnswer<Page>[] = [];
    for await (const page of this.each(url, call)) {
      resources.push(...page.value.resources);
      pages.push(page);
    }

    const [asOf = new Date(this.#runtime.clock.now()).toISOString()] = pages.map((page) => page.asOf).sort();
    return { value: resources, asOf, stale: pages.some(({ stale }) => stale) };
  }

  /** The next page is followed only on the same server: the key goes with it. */
  #nextOf(link: string): string {
    const base = this.#base;
    const next = URL.canParse(link, base.href) ? new URL(link, base.href) : null;
    if (next?.origin !== base.origin || !`${next.pathname}/`.startsWith(base.pathname) || next.username !== '') {
      throw new TerrESanteError('TE_PROTOCOL', "La page suivante de l'annuaire désigne un autre serveur.");
    }
    return next.href;
  }

  async #page(url: string, call: CallOptions): Promise<DirectoryAnswer<Page>> {
    throwIfAborted(call.signal);
    const { value, at, stale } = await this.#cache.get(url, () => this.#ask(url, call));
    return { value, asOf: new Date(at).toISOString(), stale };
  }

  async #ask(url: string, call: CallOptions): Promise<Page> {
    const { http, apiKey } = this.#options;
    const answer = await http.send({
      method: 'GET',
      url,
      headers: { accept: 'application/fhir+json', 'esante-api-key': await apiKey() },
      ...call,
    });
    if (answer.status !== 200) throw refusalOf(answer.status);
    return readPage(answer.body);
  }
}

/** A refused key is the only status that the directory documents. */
const keyRefusals: StatusCodes = { 401: 'TE_AUTHN_REJECTED', 403: 'TE_AUTHN_REJECTED' };

const sentences: Readonly<Partial<Record<TerrESanteErrorCode, string>>> = {
  TE_AUTHN_REJECTED: "L'annuaire a refusé la clé d'accès.",
  TE_RATE_LIMITED: "L'annuaire demande d'attendre.",
  TE_UNAVAILABLE: "L'annuaire ne répond pas.",
  TE_TIMEOUT: "L'annuaire ne répond pas.",
};

function refusalOf(status: number): TerrESanteError {
  const code = codeOfStatus(status, keyRefusals);
  return new TerrESanteError(code, sentences[code] ?? "L'annuaire a refusé la recherche.", { details: { status } });
}
