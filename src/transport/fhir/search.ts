import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { utf8Bytes } from '../../internal/bytes.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import { formOf, sameServer } from './address.ts';
import { isModified, readSearchset, type FhirEntry } from './bundle.ts';
import { askFhir, type FhirAnswer, type FhirPartner, type FhirRequest } from './exchange.ts';
import { faultsOf, issuesOf, type FhirIssue } from './outcome.ts';
import { fhirRefusal, isUnknownAddress, noService } from './refusal.ts';

/**
 * What is looked for. Parameters go into the body of a POST, never into the address, unless it is
 * public.
 */
export interface FhirSearch extends CallOptions {
  readonly type: string;
  readonly parameters: readonly (readonly [string, string])[];
  /** A server that refuses `POST _search` is asked by GET: its address then names the patient. */
  readonly allowsGet: boolean;
  /** Nobody is named in it: the address may carry it, and the search is a GET at once. */
  readonly isPublic?: boolean | undefined;
  readonly maxPages?: number | undefined;
}

/** A page of a search. */
export interface FhirPage {
  /** Each resource once, whatever the pages repeat. */
  readonly entries: readonly FhirEntry[];
  /** Warnings of the server. */
  readonly issues: readonly FhirIssue[];
  readonly total: number | null;
  /** The server has more. */
  readonly hasNext: boolean;
  readonly told: readonly string[];
}

/** How the pages ended. */
export interface FhirPagesEnd {
  /** The server announced more than it gave: what was read is no complete list. */
  readonly isPartial: boolean;
  readonly total: number | null;
}

/** Most pages of one search. */
const defaultMaxPages = 200;

/**
 * The pages of a search, one after the other. Links are followed on the same server only; a link
 * that comes again, and more pages than are allowed, are errors; a search that the server forgot
 * meanwhile is asked again once, and gives what is new.
 *
 * @throws TerrESanteError `TE_PROTOCOL`, `TE_TOO_LARGE`, and those of the answers
 */
export async function* searchPages(
  partner: FhirPartner,
  search: FhirSearch,
): AsyncGenerator<FhirPage, FhirPagesEnd, undefined> {
  const { maxPages = defaultMaxPages } = search;
  const read = new ReadPages();
  let next: string | null = null;
  let isRestarted = false;

  for (let count = 0; ; count += 1) {
    if (count >= maxPages) {
      throw new TerrESanteError('TE_TOO_LARGE', 'La recherche donne trop de pages : précisez-la.', {
        details: { pages: maxPages },
      });
    }

    try {
      const answer: FhirAnswer = await (next === null ? first(partner, search) : follow(partner, search, next));
      const { page, link } = read.take(answer);
      yield page;
      if (link === null) return read.end;
      next = read.visit(sameServer(partner.base, link));
    } catch (error) {
      if (next === null || isRestarted || !isExpired(error)) throw error;
      isRestarted = true;
      next = null;
      read.restart();
    }
  }
}

/** Everything that a search finds, and what is odd about it. */
export interface FhirFound {
  readonly entries: readonly FhirEntry[];
  readonly told: readonly string[];
}

/**
 * The whole of a search, with what it includes: a part of a list proves nothing.
 *
 * @throws TerrESanteError `TE_PROTOCOL` for a list that is not whole, and those of the pages
 */
export async function searchWhole(partner: FhirPartner, search: FhirSearch): Promise<FhirFound> {
  const entries: FhirEntry[] = [];
  const told = new Set<string>();
  const pages = searchPages(partner, search);

  for (;;) {
    const { value, done } = await pages.next();
    if (done === true) {
      if (!value.isPartial) return { entries, told: [...told] };
      throw new TerrESanteError('TE_PROTOCOL', "Le serveur FHIR donne moins de réponses qu'il n'en annonce.", {
        details: { reason: 'partial' },
      });
    }
    entries.push(...value.entries);
    for (const word of value.told) told.add(word);
    if (value.issues.length > 0) told.add('warning');
  }
}

/** Links of a stored search that is gone: the resources themselves are not. */
function isExpired(error: unknown): boolean {
  return isTerrESanteError(error) && (error.details['status'] === 410 || error.details['status'] === 404);
}

async function first(partner: FhirPartner, search: FhirSearch): Promise<FhirAnswer> {
  const { signal, timeoutMs, type, parameters, allowsGet, isPublic = false } = search;
  const form = formOf(parameters);
  const plain = (): FhirRequest => ({
    signal,
    timeoutMs,
    method: 'GET',
    url: addressOf(partner, type, form),
    writes: false,
  });
  const request: FhirRequest = {
    signal,
    timeoutMs,
    method: 'POST',
    url: new URL(`${type}/_search`, partner.base).href,
    body: utf8Bytes(form),
    contentType: 'application/x-www-form-urlencoded',
    writes: false,
  };

  try {
    return await askFhir(partner, isPublic ? plain() : request);
  } catch (error) {
    if (isUnknownAddress(error)) throw noService(error);
    const isRefused = isTerrESanteError(error) && error.details['status'] === 405;
    if (isPublic || !allowsGet || !isRefused) throw error;
    return askFhir(partner, plain());
  }
}

const addressOf = ({ base }: FhirPartner, type: string, form: string): string => `${new URL(type, base).href}?${form}`;

function follow(partner: FhirPartner, { signal, timeoutMs }: FhirSearch, url: string): Promise<FhirAnswer> {
  return askFhir(partner, { signal, timeoutMs, method: 'GET', url, writes: false });
}

/** What the pages of one search have brought so far. */
class ReadPages {
  readonly #links = new Set<string>();
  readonly #seen = new Set<string>();
  #received = 0;
  #receivedWithIncluded = 0;
  #total: number | null = null;

  get end(): FhirPagesEnd {
    // Some servers count what they include too: all that came is then the whole.
    const isPartial = (this.#total ?? 0) > this.#received && this.#total !== this.#receivedWithIncluded;
    return { isPartial, total: this.#total };
  }

  restart(): void {
    this.#links.clear();
    this.#received = 0;
    this.#receivedWithIncluded = 0;
  }

  visit(url: string): string {
    if (this.#links.has(url)) throw protocolFailure('paging', 'Les pages de la réponse tournent en rond.');
    this.#links.add(url);
    return url;
  }

  take({ resource, told }: FhirAnswer): { readonly page: FhirPage; readonly link: string | null } {
    const { entries, total, next } = readSearchset(resource);
    const outcomes = entries.filter(({ type }) => type === 'OperationOutcome');
    const issues = outcomes.flatMap((entry) => issuesOf(entry.resource));
    if (faultsOf(issues).length > 0) throw fhirRefusal({ status: 200, headers: {}, issues }, 'TE_PROTOCOL');

    const found = entries.filter((entry) => !outcomes.includes(entry));
    this.#received += found.filter(({ mode }) => mode === 'match').length;
    this.#receivedWithIncluded += found.length;
    this.#total = total ?? this.#total;

    const readable = found.filter((entry) => !isModified(entry.resource));
    const page = {
      entries: readable.filter((entry) => this.#isNew(entry)),
      issues,
      total,
      hasNext: next !== null,
      told: readable.length < found.length ? [...told, 'modifier'] : told,
    };
    return { page, link: next };
  }

  /** One without an id is kept: who says that it is the same? */
  #isNew({ type, id }: FhirEntry): boolean {
    if (id === null) return true;
    const key = `${type}/${id}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }
}
