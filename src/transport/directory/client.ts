import { isTerrESanteError, TerrESanteError, type TerrESanteErrorCode } from '../../errors.ts';
import { throwIfAborted, type CallOptions } from '../../internal/abort.ts';
import { codeOfStatus, type StatusCodes } from '../../internal/http-status.ts';
import { systemRuntime, type Runtime } from '../../internal/runtime.ts';
import type { HttpClient } from '../http/model.ts';
import { parseMssAddress } from '../mss/address.ts';
import {
  byPreference,
  finessSystem,
  humanName,
  identifierOf,
  mailboxesOf,
  readPage,
  rppsSystem,
  technicalId,
  type Json,
  type Page,
} from './fhir.ts';
import type { Directory, DirectoryAnswer, DirectoryMailbox, MailboxOwner } from './model.ts';

/** Options of {@link createDirectory}. @group Directory */
export interface DirectoryOptions {
  /** `createHttpClient` with the authorities of the directory's server. */
  readonly http: Pick<HttpClient, 'send'>;
  /** The key of the integrator (`ESANTE-API-KEY`), asked at each call. */
  readonly apiKey: () => Promise<string>;
  /** @defaultValue `'https://gateway.api.esante.gouv.fr/fhir/v2'` */
  readonly baseUrl?: string | undefined;
  /** How long an answer is used without asking again. @defaultValue `86_400_000` (24 hours) */
  readonly cacheMs?: number | undefined;
  /** How long an answer may still serve during an outage. @defaultValue `604_800_000` (7 days) */
  readonly staleMs?: number | undefined;
  /** @defaultValue `2_000` */
  readonly cacheEntries?: number | undefined;
  /** Pages read for one search. @defaultValue `40` */
  readonly maxPages?: number | undefined;
  readonly runtime?: Runtime | undefined;
}

interface Cached {
  readonly page: Page;
  readonly at: number;
}

/** The published documentation asks to delete data kept for more than 30 days. */
const longestMs = 30 * 86_400_000;

/**
 * Reads the national directory over FHIR R4. Answers are cached; during an outage a former answer
 * is served and says so.
 *
 * @throws TerrESanteError from the calls: `TE_AUTHN_REJECTED` (key), `TE_UNAVAILABLE`,
 *   `TE_RATE_LIMITED`, `TE_PROTOCOL`, `TE_INPUT_INVALID`, `TE_TOO_LARGE` (more pages than
 *   `maxPages`), `TE_CONFLICT`.
 *
 * @see ANS, Annuaire Santé, API FHIR version 2
 * @group Directory
 */
export function createDirectory(options: DirectoryOptions): Directory {
  const { http, runtime = systemRuntime, maxPages = 40, cacheEntries = 2_000 } = options;
  const cacheMs = Math.min(options.cacheMs ?? 86_400_000, longestMs);
  const staleMs = Math.min(options.staleMs ?? 7 * 86_400_000, longestMs);
  const base = new URL(`${(options.baseUrl ?? 'https://gateway.api.esante.gouv.fr/fhir/v2').replace(/\/$/, '')}/`);
  const cache = new Map<string, Cached>();

  const ask = async (url: string, call: CallOptions): Promise<Page> => {
    const answer = await http.send({
      method: 'GET',
      url,
      headers: { accept: 'application/fhir+json', 'esante-api-key': await options.apiKey() },
      ...call,
    });
    if (answer.status === 200) return readPage(answer.body);
    throw refusalOf(answer.status);
  };

  const get = async (url: string, call: CallOptions): Promise<DirectoryAnswer<Page>> => {
    throwIfAborted(call.signal);
    const now = runtime.clock.now();
    const known = cache.get(url);
    const answer = ({ page, at }: Cached, stale: boolean): DirectoryAnswer<Page> => ({
      value: page,
      asOf: new Date(at).toISOString(),
      stale,
    });
    if (known && now - known.at < cacheMs) return answer(known, false);
    try {
      const fresh = { page: await ask(url, call), at: now };
      cache.delete(url);
      const [oldest] = cache.size >= cacheEntries ? cache.keys() : [];
      if (oldest !== undefined) cache.delete(oldest);
      cache.set(url, fresh);
      return answer(fresh, false);
    } catch (error) {
      const outage = isTerrESanteError(error) && error.retryable;
      if (outage && known && now - known.at < Math.max(cacheMs, staleMs)) return answer(known, true);
      throw error;
    }
  };

  const query = (resource: string, parameters: Readonly<Record<string, string | undefined>>): string => {
    const url = new URL(resource, base);
    const pairs = Object.entries(parameters).flatMap(([name, value]) =>
      value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
    );
    url.search = pairs.join('&');
    return url.href;
  };

  /** The next page is followed only on the same server: the key goes with it. */
  const nextOf = (link: string): string => {
    const next = URL.canParse(link, base.href) ? new URL(link, base.href) : null;
    if (next?.origin !== base.origin || !`${next.pathname}/`.startsWith(base.pathname) || next.username !== '') {
      throw new TerrESanteError('TE_PROTOCOL', "La page suivante de l'annuaire désigne un autre serveur.");
    }
    return next.href;
  };

  async function* pages(first: string, call: CallOptions): AsyncGenerator<DirectoryAnswer<Page>, void, undefined> {
    let url: string | null = first;
    for (let count = 0; url !== null; count += 1) {
      if (count >= maxPages) {
        throw new TerrESanteError('TE_TOO_LARGE', 'La recherche donne trop de résultats : précisez-la.', {
          details: { pages: maxPages },
        });
      }
      const answer: DirectoryAnswer<Page> = await get(url, call);
      yield answer;
      url = answer.value.next === null ? null : nextOf(answer.value.next);
    }
  }

  const everything = async (url: string, call: CallOptions): Promise<DirectoryAnswer<readonly Json[]>> => {
    const resources: Json[] = [];
    let asOf = '';
    let stale = false;
    for await (const page of pages(url, call)) {
      resources.push(...page.value.resources);
      stale ||= page.stale;
      if (asOf === '' || page.asOf < asOf) asOf = page.asOf;
    }
    return { value: resources, asOf, stale };
  };

  return {
    async mailboxesOfProfessional({ rpps, finess }, call = {}) {
      const people = await everything(query('Practitioner', { identifier: `${rppsSystem}|${plain(rpps)}` }), call);
      const found = people.value.filter(
        (resource) => resource['resourceType'] === 'Practitioner' && identifierOf(resource, rppsSystem) === rpps,
      );
      const boxes: DirectoryMailbox[] = [];
      let { asOf, stale } = people;
      for (const person of found) {
        const { family, given } = humanName(person);
        const owner: MailboxOwner = { rpps, finess: null, name: `${given} ${family}`.trim() };
        boxes.push(...mailboxesOf(person, owner));
        const id = technicalId(person);
        if (id === null) continue;
        const roles = await everything(
          query('PractitionerRole', { practitioner: id, _include: 'PractitionerRole:organization' }),
          call,
        );
        const structures = new Map<string, Json>(
          roles.value.flatMap((resource) => {
            const structureId = technicalId(resource);
            return resource['resourceType'] === 'Organization' && structureId !== null
              ? [[`Organization/${structureId}`, resource] as const]
              : [];
          }),
        );
        for (const role of roles.value.filter((resource) => resource['resourceType'] === 'PractitionerRole')) {
          const reference = (role['organization'] as Json | undefined)?.['reference'];
          const structure = typeof reference === 'string' ? structures.get(reference) : undefined;
          boxes.push(
            ...mailboxesOf(role, { ...owner, finess: structure ? identifierOf(structure, finessSystem) : null }),
          );
        }
        stale ||= roles.stale;
        if (roles.asOf < asOf) asOf = roles.asOf;
      }
      const value = unique(boxes)
        .filter(({ type }) => type !== 'APP')
        .sort((a, b) => byPreference(a, b, finess));
      return { value, asOf, stale };
    },
    async mailboxesOfStructure({ finess }, call = {}) {
      const { value, ...freshness } = await everything(
        query('Organization', { identifier: `${finessSystem}|${plain(finess)}` }),
        call,
      );
      const boxes = value
        .filter(
          (resource) => resource['resourceType'] === 'Organization' && identifierOf(resource, finessSystem) === finess,
        )
        .flatMap((resource) => mailboxesOf(resource, { rpps: null, finess, name: nameOf(resource) }));
      return { value: unique(boxes).sort((a, b) => byPreference(a, b, undefined)), ...freshness };
    },
    async *searchProfessionals({ family, given, profession, withMailbox = true }, call = {}) {
      requireSome([family, given, profession]);
      const url = query('Practitioner', {
        family,
        given,
        'qualification-code': profession,
        ...(withMailbox && { 'mailbox-mss:contains': '@' }),
      });
      for await (const { value, ...freshness } of pages(url, call)) {
        for (const person of value.resources) {
          const rpps = person['resourceType'] === 'Practitioner' ? identifierOf(person, rppsSystem) : null;
          if (rpps === null) continue;
          const name = humanName(person);
          const mailboxes = mailboxesOf(person, {
            rpps,
            finess: null,
            name: `${name.given} ${name.family}`.trim(),
          }).filter(({ type }) => type !== 'APP');
          yield { value: { rpps, familyName: name.family, givenName: name.given, mailboxes }, ...freshness };
        }
      }
    },
    async *searchStructures({ name, city, postalCode, withMailbox = true }, call = {}) {
      requireSome([name, city, postalCode]);
      const url = query('Organization', {
        name,
        'address-city': city,
        'address-postalcode': postalCode,
        ...(withMailbox && { 'mailbox-mss:contains': '@' }),
      });
      for await (const { value, ...freshness } of pages(url, call)) {
        for (const resource of value.resources) {
          if (resource['resourceType'] !== 'Organization') continue;
          const finess = identifierOf(resource, finessSystem);
          const label = nameOf(resource);
          yield {
            value: { finess, name: label, mailboxes: mailboxesOf(resource, { rpps: null, finess, name: label }) },
            ...freshness,
          };
        }
      }
    },
    async resolve(address, call = {}) {
      const wanted = parseMssAddress(address).address;
      const owners = new Map<string, MailboxOwner>();
      let asOf = '';
      let stale = false;
      for (const resource of ['Practitioner', 'Organization']) {
        const found = await everything(query(resource, { 'mailbox-mss:exact': wanted }), call);
        stale ||= found.stale;
        if (asOf === '' || found.asOf < asOf) asOf = found.asOf;
        for (const item of found.value) {
          const { family, given } = humanName(item);
          const owner: MailboxOwner = {
            rpps: identifierOf(item, rppsSystem),
            finess: identifierOf(item, finessSystem),
            name: resource === 'Organization' ? nameOf(item) : `${given} ${family}`.trim(),
          };
          if (mailboxesOf(item, owner).some((box) => box.address === wanted)) {
            owners.set(`${owner.rpps ?? ''}/${owner.finess ?? ''}`, owner);
          }
        }
      }
      if (owners.size > 1) {
        throw new TerrESanteError('TE_CONFLICT', "L'annuaire attribue cette adresse à plusieurs titulaires.");
      }
      const [owner = null] = owners.values();
      return { value: owner, asOf, stale };
    },
  };
}

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

const nameOf = (resource: Json): string => (typeof resource['name'] === 'string' ? resource['name'].slice(0, 500) : '');

/** An identifier goes into a token parameter, where `|`, `,` and `$` mean something. */
function plain(value: string): string {
  if (!/^[0-9A-Za-z]{1,20}$/.test(value)) {
    throw new TerrESanteError('TE_INPUT_INVALID', "L'identifiant cherché dans l'annuaire n'est pas de la bonne forme.");
  }
  return value;
}

function requireSome(values: readonly (string | undefined)[]): void {
  if (values.every((value) => value === undefined || value.trim() === '')) {
    throw new TerrESanteError('TE_INPUT_INVALID', "La recherche dans l'annuaire demande au moins un critère.");
  }
}

const unique = (boxes: readonly DirectoryMailbox[]): DirectoryMailbox[] => [
  ...new Map(boxes.map((box) => [`${box.address.toLowerCase()} ${box.owner.finess ?? ''}`, box])).values(),
];
