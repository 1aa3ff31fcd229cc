import { isObject, type Json } from '../../internal/json/index.ts';
import { finessSystem } from '../directory/fhir.ts';
import { readReference } from '../fhir/address.ts';
import type { FhirEntry } from '../fhir/bundle.ts';
import { structureIdSystem } from './codes.ts';
import type { RorCode, SupportStructure } from './model.ts';
import { isOpenAt } from './opening.ts';
import type { Question } from './question.ts';
import {
  addressOf,
  areasServedBy,
  codeOf,
  codesOf,
  contactsOf,
  distanceIn,
  extensionOf,
  identifierIn,
  mailboxesOf,
  textOf,
} from './read.ts';

/** Organisations above an offer: internal ones, the site, the legal entity, and some to spare. */
const highest = 6;

/** What is read beside the answer itself. */
export interface Reading {
  readonly areas: readonly RorCode[];
  readonly now: number;
  /** The access profile sees every contact. */
  readonly seesContacts: boolean;
}

/** The structures of one search, by the id of their offer. */
export interface FoundStructures {
  readonly structures: ReadonlyMap<string, SupportStructure>;
  /** Offers of another kind. */
  readonly dropped: number;
}

/** Reads the answer to a question. */
export function readFound(entries: readonly FhirEntry[], { kind }: Question, reading: Reading): FoundStructures {
  const byReference = new Map(entries.map((entry) => [`${entry.type}/${entry.id ?? ''}`, entry]));
  const structures = new Map<string, SupportStructure>();
  let dropped = 0;

  for (const { type, id, resource } of entries) {
    if (type !== 'HealthcareService' || id === null) continue;
    const organisations = organisationsOf(resource, byReference);
    if (isOfKind(resource, organisations, kind)) {
      structures.set(id, structureOf(resource, organisations, locationOf(resource, byReference), reading));
    } else dropped += 1;
  }
  return { structures, dropped };
}

/** A server that ignores a criterion gives every offer of the area. */
function isOfKind(offer: Json, organisations: readonly Json[], kind: Question['kind']): boolean {
  if (kind === null) return true;
  const codes = kind.by === 'offer' ? codesOf(offer['category']) : organisations.flatMap(({ type }) => codesOf(type));
  return codes.some((code) => isSame(code, kind.code));
}

const isSame = (left: RorCode, right: RorCode): boolean => left.system === right.system && left.code === right.code;

type ByReference = ReadonlyMap<string, FhirEntry>;

function referred(reference: unknown, byReference: ByReference): FhirEntry | undefined {
  const read = readReference(isObject(reference) ? reference['reference'] : null);
  return read ? byReference.get(`${read.type}/${read.id}`) : undefined;
}

/** Who makes an offer, and the organisations above, of this answer only. */
function organisationsOf(offer: Json, byReference: ByReference): readonly Json[] {
  const above: Json[] = [];
  let next = referred(offer['providedBy'], byReference)?.resource;
  while (next && !above.includes(next) && above.length < highest) {
    above.push(next);
    next = referred(next['partOf'], byReference)?.resource;
  }
  return above;
}

function locationOf({ location }: Json, byReference: ByReference): FhirEntry | undefined {
  const [first] = Array.isArray(location) ? (location as readonly unknown[]) : [];
  return referred(first, byReference);
}

function structureOf(
  offer: Json,
  organisations: readonly Json[],
  office: FhirEntry | undefined,
  { areas, now, seesContacts }: Reading,
): SupportStructure {
  // An internal organisation has no FINESS number: that of its site counts, the first one above it.
  const site = organisations.find((each) => identifierIn(each, finessSystem) !== null) ?? organisations[0] ?? null;
  const [maker = null] = organisations;
  const contacts = contactsOf(site, office?.resource ?? null, offer);
  const areasServed = areasServedBy(offer);

  return {
    offerId: firstIdentifier(offer),
    name: textOf(offer['name']) ?? textOf(site?.['name']) ?? 'Structure sans nom',
    categories: codesOf(offer['category']),
    site: site && {
      name: textOf(site['name']),
      finess: identifierIn(site, finessSystem),
      structureId: identifierIn(site, structureIdSystem),
      categories: codesOf(site['type']),
    },
    address: addressOf(office?.resource ?? null, site),
    contacts: contacts.length > 0 || seesContacts ? contacts : null,
    mailboxes: mailboxesOf(offer, maker, site),
    areasServed,
    declaresArea: areasServed.some((served) => areas.some((asked) => isSame(served, asked))),
    isOpen: isOpenAt(offer, organisations, now),
    distanceKm: office ? distanceIn(office.search) : null,
    isSensitive: extensionOf(offer, 'ror-healthcareservice-sensitive-unit')?.['valueBoolean'] === true,
    source: sourceOf(offer),
  };
}

function firstIdentifier({ identifier }: Json): string | null {
  const [first] = Array.isArray(identifier) ? (identifier as readonly unknown[]) : [];
  return isObject(first) ? textOf(first['value']) : null;
}

function sourceOf({ meta }: Json): SupportStructure['source'] {
  if (!isObject(meta)) return { region: null, lastUpdated: null };
  const [tag] = Array.isArray(meta['tag']) ? (meta['tag'] as readonly unknown[]) : [];
  return { region: isObject(tag) ? codeOf(tag) : null, lastUpdated: textOf(meta['lastUpdated']) };
}
