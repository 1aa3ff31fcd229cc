import { TerrESanteError } from '../../errors.ts';
import { mssAddressProblem, parseMssAddress } from '../mss/address.ts';
import { isObject, objects, type Json } from '../../internal/json/index.ts';
import type { DirectoryMailbox, MailboxOwner } from './model.ts';
import { isInForce, isUsed } from './validity.ts';

type MailboxType = DirectoryMailbox['type'];

export const rppsSystem = 'https://rpps.esante.gouv.fr';
export const finessSystem = 'https://finess.esante.gouv.fr';

const word = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 500) : '');

/** A page of results. */
export interface Page {
  readonly resources: readonly Json[];
  readonly next: string | null;
}

export function readPage(body: Uint8Array): Page {
  let bundle: unknown;
  try {
    bundle = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    bundle = null;
  }
  if (!isObject(bundle) || bundle['resourceType'] !== 'Bundle') {
    throw new TerrESanteError('TE_PROTOCOL', "L'annuaire a donné une réponse incompréhensible.", { retryable: true });
  }

  const next = objects(bundle['link']).find((link) => link['relation'] === 'next');
  return {
    resources: objects(bundle['entry']).flatMap(({ resource }) => (isObject(resource) ? [resource] : [])),
    next: next && typeof next['url'] === 'string' ? next['url'] : null,
  };
}

export function identifierOf(resource: Json, system: string, now: number): string | null {
  const found = objects(resource['identifier']).find((item) => item['system'] === system && isUsed(item, now));
  const value = word(found?.['value']);
  return /^[0-9A-Z]{1,20}$/.test(value) ? value : null;
}

export function humanName(resource: Json, now: number): { family: string; given: string } {
  const names = objects(resource['name']);
  const name = names.find((item) => isUsed(item, now)) ?? names[0];
  const given = Array.isArray(name?.['given']) ? (name['given'] as unknown[]).map(word) : [];
  return { family: word(name?.['family']), given: given.join(' ').trim() };
}

/** Given and family name of a person. */
export function fullName(person: Json, now: number): string {
  const { family, given } = humanName(person, now);
  return `${given} ${family}`.trim();
}

/** Name of a structure; empty when the directory gives none. */
export function nameOf(structure: Json): string {
  return word(structure['name']);
}

/**
 * Technical id of the structure of a role. The reference is relative (`Organization/123`) or
 * absolute, with a version or not; a server behind a proxy names itself otherwise than we do, so
 * the end counts: it is looked for in the same answer only.
 *
 * @see HL7 FHIR R4, References, literal references
 */
export function organizationOf(role: Json): string | null {
  const organization = role['organization'];
  const reference = isObject(organization) ? word(organization['reference']) : '';
  const literal = /^(?:https?:\/\/[^\s?#]+\/)?Organization\/(?<id>[A-Za-z0-9.-]{1,64})(?:\/_history\/[^\s/]+)?$/;
  return literal.exec(reference)?.groups?.['id'] ?? null;
}

/** Identifier of the structure that the role itself gives, beside the reference or in its place. */
export function organizationIdentifier(role: Json, system: string, now: number): string | null {
  const organization = role['organization'];
  const identifier = isObject(organization) ? organization['identifier'] : null;
  return isObject(identifier) ? identifierOf({ identifier: [identifier] }, system, now) : null;
}

/** Technical id, for the queries of one call only: it changes between versions of the directory. */
export function technicalId(resource: Json): string | null {
  const id = word(resource['id']);
  return /^[A-Za-z0-9.-]{1,64}$/.test(id) ? id : null;
}

/** Every extension below a value, at any depth. */
function extensions(value: Json, depth = 0): readonly Json[] {
  if (depth > 5) return [];
  const own = objects(value['extension']);
  return own.flatMap((extension) => [extension, ...extensions(extension, depth + 1)]);
}

function codeOf(extension: Json): string {
  const coding = extension['valueCoding'];
  if (isObject(coding)) return word(coding['code']);
  const concept = extension['valueCodeableConcept'];
  if (isObject(concept)) return word(objects(concept['coding'])[0]?.['code']);
  return word(extension['valueCode'] ?? extension['valueString']);
}

const types: readonly MailboxType[] = ['PER', 'CAB', 'ORG', 'APP'];

/**
 * MSSanté mailboxes of a resource: a `telecom` of system `email` whose type is `MSSANTE` and whose
 * domain is of the trusted space (structures also publish ordinary addresses). Those of the red
 * list are left out, and those not in force: of somebody inactive, old, of an ended period.
 */
export function mailboxesOf(resource: Json, owner: MailboxOwner, now: number): DirectoryMailbox[] {
  if (!isInForce(resource, now)) return [];

  return objects(resource['telecom']).flatMap((telecom) => {
    const address = word(telecom['value'])
      .trim()
      .replace(/^mailto:/i, '');
    const isMail = telecom['system'] === 'email' && isUsed(telecom, now);
    if (!isMail || mssAddressProblem(address) !== null) return [];

    const type = mailboxType(extensions(telecom));
    if (type === null) return [];

    const rank = typeof telecom['rank'] === 'number' ? telecom['rank'] : null;
    return [{ address: parseMssAddress(address).address, type, owner, rank }];
  });
}

/** The kind of a mailbox, by the extensions of its `telecom`; `null` when it must not be shown. */
function mailboxType(all: readonly Json[]): MailboxType | null {
  const named = (name: string): Json | undefined => all.find((extension) => extension['url'] === name);
  const isMss = all.some((extension) => codeOf(extension) === 'MSSANTE');
  const isRedListed = named('listeRouge')?.['valueBoolean'] === true;
  if (!isMss || isRedListed) return null;

  const metadata = named('type');
  return types.find((type) => metadata !== undefined && type === codeOf(metadata)) ?? null;
}

/** Personal before practice before organisational; an applicative mailbox is for programs. */
export function byPreference(a: DirectoryMailbox, b: DirectoryMailbox, finess: string | undefined): number {
  const asked = (item: DirectoryMailbox): number => (finess !== undefined && item.owner.finess === finess ? 0 : 1);
  return (
    asked(a) - asked(b) ||
    (a.rank ?? Infinity) - (b.rank ?? Infinity) ||
    types.indexOf(a.type) - types.indexOf(b.type) ||
    0
  );
}
