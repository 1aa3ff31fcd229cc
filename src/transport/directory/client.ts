import { TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { parseMssAddress } from '../mss/address.ts';
import {
  byPreference,
  finessSystem,
  fullName,
  humanName,
  identifierOf,
  mailboxesOf,
  nameOf,
  organizationOf,
  rppsSystem,
  technicalId,
  type Json,
} from './fhir.ts';
import { DirectoryPages } from './pages.ts';
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
  return new FhirDirectory(new DirectoryPages(options));
}

const isOf = (resource: Json, type: string): boolean => resource['resourceType'] === type;

class FhirDirectory implements Directory {
  readonly #pages: DirectoryPages;

  constructor(pages: DirectoryPages) {
    this.#pages = pages;
  }

  async mailboxesOfProfessional(
    { rpps, finess }: { readonly rpps: string; readonly finess?: string | undefined },
    call: CallOptions = {},
  ): Promise<DirectoryAnswer<readonly DirectoryMailbox[]>> {
    const url = this.#pages.query('Practitioner', { identifier: `${rppsSystem}|${plain(rpps)}` });
    const people = await this.#pages.everything(url, call);
    const boxes: DirectoryMailbox[] = [];
    let freshness = freshnessOf(people);

    for (const person of people.value) {
      if (!isOf(person, 'Practitioner') || identifierOf(person, rppsSystem) !== rpps) continue;

      // Those of the person, then those of the places where the person works.
      const owner: MailboxOwner = { rpps, finess: null, name: fullName(person) };
      boxes.push(...mailboxesOf(person, owner));
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
      if (isOf(resource, 'Organization') && id !== null) structures.set(`Organization/${id}`, resource);
    }

    const boxes = roles.value
      .filter((resource) => isOf(resource, 'PractitionerRole'))
      .flatMap((role) => {
        const reference = organizationOf(role);
        const structure = reference === null ? undefined : structures.get(reference);
        const finess = structure ? identifierOf(structure, finessSystem) : null;
        return mailboxesOf(role, { ...owner, finess });
      });
    return { value: boxes, ...freshnessOf(roles) };
  }

  async mailboxesOfStructure(
    { finess }: { readonly finess: string },
    call: CallOptions = {},
  ): Promise<DirectoryAnswer<readonly DirectoryMailbox[]>> {
    const url = this.#pages.query('Organization', { identifier: `${finessSystem}|${plain(finess)}` });
    const structures = await this.#pages.everything(url, call);

    const boxes = structures.value
      .filter((resource) => isOf(resource, 'Organization') && identifierOf(resource, finessSystem) === finess)
      .flatMap((resource) => mailboxesOf(resource, { rpps: null, finess, name: nameOf(resource) }));
    const value = unique(boxes).sort((a, b) => byPreference(a, b, undefined));
    return { value, ...freshnessOf(structures) };
  }

  async *searchProfessionals(
    { family, given, profession, withMailbox = true }: ProfessionalQuery,
    call: CallOptions = {},
  ): AsyncGenerator<DirectoryAnswer<DirectoryProfessional>, void, undefined> {
    requireSome([family, given, profession]);
    const url = this.#pages.query('Practitioner', {
      family,
      given,
      'qualification-code': profession,
      ...(withMailbox && { 'mailbox-mss:contains': '@' }),
    });

    for await (const page of this.#pages.each(url, call)) {
      for (const person of page.value.resources) {
        const rpps = isOf(person, 'Practitioner') ? identifierOf(person, rppsSystem) : null;
        if (rpps === null) continue;

        const { family: familyName, given: givenName } = humanName(person);
        const owner: MailboxOwner = { rpps, finess: null, name: fullName(person) };
        const mailboxes = mailboxesOf(person, owner).filter(({ type }) => type !== 'APP');
        yield { value: { rpps, familyName, givenName, mailboxes }, ...freshnessOf(page) };
      }
    }
  }

  async *searchStructures(
    { name, city, postalCode, withMailbox = true }: StructureQuery,
    call: CallOptions = {},
  ): AsyncGenerator<DirectoryAnswer<DirectoryStructure>, void, undefined> {
    requireSome([name, city, postalCode]);
    const url = this.#pages.query('Organization', {
      name,
      'address-city': city,
      'address-postalcode': postalCode,
      ...(withMailbox && { 'mailbox-mss:contains': '@' }),
    });

    for await (const page of this.#pages.each(url, call)) {
      for (const resource of page.value.resources) {
        if (!isOf(resource, 'Organization')) continue;

        const owner = { rpps: null, finess: identifierOf(resource, finessSystem), name: nameOf(resource) };
        const mailboxes = mailboxesOf(resource, owner);
        yield { value: { finess: owner.finess, name: owner.name, mailboxes }, ...freshnessOf(page) };
      }
    }
  }

  async resolve(address: string, call: CallOptions = {}): Promise<DirectoryAnswer<MailboxOwner | null>> {
    const wanted = parseMssAddress(address).address;
    const search = (resource: string): Promise<DirectoryAnswer<readonly Json[]>> =>
      this.#pages.everything(this.#pages.query(resource, { 'mailbox-mss:exact': wanted }), call);
    const people = await search('Practitioner');
    const structures = await search('Organization');

    // A person may come several times; two different owners cannot be told apart.
    const owners = new Map<string, MailboxOwner>();
    for (const item of people.value) addOwner(owners, item, fullName(item), wanted);
    for (const item of structures.value) addOwner(owners, item, nameOf(item), wanted);
    if (owners.size > 1) {
      throw new TerrESanteError('TE_CONFLICT', "L'annuaire attribue cette adresse à plusieurs titulaires.");
    }

    const [owner = null] = owners.values();
    return { value: owner, ...leastFresh(freshnessOf(people), structures) };
  }
}

function addOwner(owners: Map<string, MailboxOwner>, item: Json, name: string, wanted: string): void {
  const owner: MailboxOwner = {
    rpps: identifierOf(item, rppsSystem),
    finess: identifierOf(item, finessSystem),
    name,
  };
  if (!mailboxesOf(item, owner).some(({ address }) => address === wanted)) return;

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
