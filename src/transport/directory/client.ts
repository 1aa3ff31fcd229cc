import { TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { optionsOf } from '../../internal/border.ts';
import { callChecks } from '../../internal/option-checks.ts';
import { systemRuntime } from '../../internal/runtime.ts';
import { parseMssAddress } from '../mss/address.ts';
import {
  byPreference,
  finessSystem,
  fullName,
  humanName,
  identifierOf,
  mailboxesOf,
  nameOf,
  organizationIdentifier,
  organizationOf,
  rppsSystem,
  technicalId,
} from './fhir.ts';
import type { Json } from '../../internal/json/index.ts';
import {
  directoryChecks,
  professionalChecks,
  professionalIdChecks,
  structureChecks,
  structureIdChecks,
} from './option-checks.ts';
import { DirectoryPages } from './pages.ts';
import { isInForce } from './validity.ts';
import type {
  Directory,
  DirectoryAnswer,
  DirectoryMailbox,
  DirectoryOptions,
  DirectoryProfessional,
  DirectoryStructure,
  MailboxOwner,
  ProfessionalQuery,
  StructureQuery,
} from './model.ts';

/**
 * Reads the national directory over FHIR R4. Answers are cached; during an outage an earlier answer
 * is served, marked `stale`.
 *
 * @throws TerrESanteError from the calls: `TE_AUTHN_REJECTED` (key), `TE_UNAVAILABLE`,
 *   `TE_TIMEOUT`, `TE_RATE_LIMITED`, `TE_PROTOCOL`, `TE_INPUT_INVALID`, `TE_TOO_LARGE` (more pages
 *   than `maxPages`), `TE_CONFLICT`.
 *
 * @example
 * ```ts
 * // not run: needs a key of the directory
 * import { createDirectory, createHttpClient } from 'terr-esante-sdk/transport';
 *
 * const directory = createDirectory({ http: createHttpClient(), apiKey: async () => '…' });
 * const { value, stale } = await directory.mailboxesOfProfessional({ rpps: '99700012349' });
 * value[0]?.address;
 * ```
 *
 * @see ANS, Annuaire Santé, API FHIR version 2
 * @group Directory
 */
export function createDirectory(options: DirectoryOptions): Directory {
  const given = optionsOf('options', options, directoryChecks);
  const { clock } = given.runtime ?? systemRuntime;
  return new FhirDirectory(new DirectoryPages(given), () => clock.now());
}

const isOf = (resource: Json, type: string): boolean => resource['resourceType'] === type;

class FhirDirectory implements Directory {
  readonly #pages: DirectoryPages;
  /** An answer may be days old: what has ended since is not given any more. */
  readonly #now: () => number;

  constructor(pages: DirectoryPages, now: () => number) {
    this.#pages = pages;
    this.#now = now;
  }

  async mailboxesOfProfessional(
    query: { readonly rpps: string; readonly finess?: string | undefined },
    options?: CallOptions,
  ): Promise<DirectoryAnswer<readonly DirectoryMailbox[]>> {
    const { rpps, finess } = optionsOf('query', query, professionalIdChecks);
    const call = optionsOf('options', options, callChecks);

    const url = this.#pages.query('Practitioner', { identifier: `${rppsSystem}|${plain(rpps)}` });
    const people = await this.#pages.everything(url, call);
    const now = this.#now();
    const boxes: DirectoryMailbox[] = [];
    let freshness = freshnessOf(people);

    for (const person of people.value) {
      if (!isOf(person, 'Practitioner') || identifierOf(person, rppsSystem, now) !== rpps) continue;
      if (!isInForce(person, now)) continue;

      // Those of the person, then those of the places where the person works.
      const owner: MailboxOwner = { rpps, finess: null, name: fullName(person, now) };
      boxes.push(...mailboxesOf(person, owner, now));
      const id = technicalId(person);
      if (id === null) continue;

      const roles = await this.#mailboxesOfRoles(id, owner, call);
      boxes.push(...roles.value);
      freshness = leastFresh(freshness, roles);
    }

    const value = unique(boxes)
      .filter(({ type }) => type !== 'APP')
      .sort((a, b) => byPreference(a, b, finess));
    return { value, ...freshness };
  }

  async #mailboxesOfRoles(
    practitioner: string,
    owner: MailboxOwner,
    call: CallOptions,
  ): Promise<DirectoryAnswer<DirectoryMailbox[]>> {
    const url = this.#pages.query('PractitionerRole', { practitioner, _include: 'PractitionerRole:organization' });
    const roles = await this.#pages.everything(url, call);

    const structures = new Map<string, Json>();
    for (const resource of roles.value) {
      const id = technicalId(resource);
      if (isOf(resource, 'Organization') && id !== null) structures.set(id, resource);
    }
    const now = this.#now();

    const boxes = roles.value
      .filter((resource) => isOf(resource, 'PractitionerRole'))
      .flatMap((role) => {
        const id = organizationOf(role);
        const structure = id === null ? undefined : structures.get(id);
        // A structure that closed has no mailbox, whatever its roles still say.
        if (structure && !isInForce(structure, now)) return [];

        const finess =
          (structure && identifierOf(structure, finessSystem, now)) ?? organizationIdentifier(role, finessSystem, now);
        return mailboxesOf(role, { ...owner, finess }, now);
      });
    return { value: boxes, ...freshnessOf(roles) };
  }

  async mailboxesOfStructure(
    query: { readonly finess: string },
    options?: CallOptions,
  ): Promise<DirectoryAnswer<readonly DirectoryMailbox[]>> {
    const { finess } = optionsOf('query', query, structureIdChecks);
    const call = optionsOf('options', options, callChecks);

    const url = this.#pages.query('Organization', { identifier: `${finessSystem}|${plain(finess)}` });
    const structures = await this.#pages.everything(url, call);

    const now = this.#now();
    const boxes = structures.value
      .filter((resource) => isOf(resource, 'Organization') && identifierOf(resource, finessSystem, now) === finess)
      .flatMap((resource) => mailboxesOf(resource, { rpps: null, finess, name: nameOf(resource) }, now));
    const value = unique(boxes).sort((a, b) => byPreference(a, b, undefined));
    return { value, ...freshnessOf(structures) };
  }

  async *searchProfessionals(
    query: ProfessionalQuery,
    options?: CallOptions,
  ): AsyncGenerator<DirectoryAnswer<DirectoryProfessional>, void, undefined> {
    const { family, given, profession, withMailbox = true } = optionsOf('query', query, professionalChecks);
    const call = optionsOf('options', options, callChecks);
    requireSome([family, given, profession]);
    const url = this.#pages.query('Practitioner', {
      family,
      given,
      'qualification-code': profession,
      ...(withMailbox && { 'mailbox-mss:contains': '@' }),
    });

    for await (const page of this.#pages.each(url, call)) {
      const now = this.#now();
      for (const person of page.value.resources) {
        const rpps = isOf(person, 'Practitioner') ? identifierOf(person, rppsSystem, now) : null;
        if (rpps === null || !isInForce(person, now)) continue;

        const { family: familyName, given: givenName } = humanName(person, now);
        const owner: MailboxOwner = { rpps, finess: null, name: fullName(person, now) };
        const mailboxes = mailboxesOf(person, owner, now).filter(({ type }) => type !== 'APP');
        yield { value: { rpps, familyName, givenName, mailboxes }, ...freshnessOf(page) };
      }
    }
  }

  async *searchStructures(
    query: StructureQuery,
    options?: CallOptions,
  ): AsyncGenerator<DirectoryAnswer<DirectoryStructure>, void, undefined> {
    const { name, city, postalCode, withMailbox = true } = optionsOf('query', query, structureChecks);
    const call = optionsOf('options', options, callChecks);
    requireSome([name, city, postalCode]);
    const url = this.#pages.query('Organization', {
      name,
      'address-city': city,
      'address-postalcode': postalCode,
      ...(withMailbox && { 'mailbox-mss:contains': '@' }),
    });

    for await (const page of this.#pages.each(url, call)) {
      const now = this.#now();
      for (const resource of page.value.resources) {
        if (!isOf(resource, 'Organization') || !isInForce(resource, now)) continue;

        const owner = { rpps: null, finess: identifierOf(resource, finessSystem, now), name: nameOf(resource) };
        const mailboxes = mailboxesOf(resource, owner, now);
        yield { value: { finess: owner.finess, name: owner.name, mailboxes }, ...freshnessOf(page) };
      }
    }
  }

  async resolve(address: string, options?: CallOptions): Promise<DirectoryAnswer<MailboxOwner | null>> {
    const call = optionsOf('options', options, callChecks);
    const wanted = parseMssAddress(address).address;
    const search = (resource: string): Promise<DirectoryAnswer<readonly Json[]>> =>
      this.#pages.everything(this.#pages.query(resource, { 'mailbox-mss:exact': wanted }), call);
    const people = await search('Practitioner');
    const structures = await search('Organization');

    // A person may come several times; two different owners cannot be told apart.
    const owners = new Map<string, MailboxOwner>();
    const now = this.#now();
    for (const item of people.value) addOwner(owners, item, { name: fullName(item, now), wanted, now });
    for (const item of structures.value) addOwner(owners, item, { name: nameOf(item), wanted, now });
    if (owners.size > 1) {
      throw new TerrESanteError('TE_CONFLICT', "L'annuaire attribue cette adresse à plusieurs titulaires.");
    }

    const [owner = null] = owners.values();
    return { value: owner, ...leastFresh(freshnessOf(people), structures) };
  }
}

function addOwner(
  owners: Map<string, MailboxOwner>,
  item: Json,
  { name, wanted, now }: { readonly name: string; readonly wanted: string; readonly now: number },
): void {
  const owner: MailboxOwner = {
    rpps: identifierOf(item, rppsSystem, now),
    finess: identifierOf(item, finessSystem, now),
    name,
  };
  if (!mailboxesOf(item, owner, now).some(({ address }) => address === wanted)) return;

  owners.set(JSON.stringify([owner.rpps, owner.finess]), owner);
}

type Freshness = Pick<DirectoryAnswer<unknown>, 'asOf' | 'stale'>;

const freshnessOf = ({ asOf, stale }: Freshness): Freshness => ({ asOf, stale });

/** An answer made of two is as old as the older one. */
function leastFresh(a: Freshness, b: Freshness): Freshness {
  return { asOf: b.asOf < a.asOf ? b.asOf : a.asOf, stale: a.stale || b.stale };
}

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

/** One mailbox for each address and structure; the last one counts. */
function unique(boxes: readonly DirectoryMailbox[]): DirectoryMailbox[] {
  const keyOf = ({ address, owner }: DirectoryMailbox): string => JSON.stringify([address.toLowerCase(), owner.finess]);
  return [...new Map(boxes.map((box) => [keyOf(box), box])).values()];
}
