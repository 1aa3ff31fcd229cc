import type { LocalIdentifier } from '../../identity/index.ts';
import { isObject, objects, type Json } from '../../internal/json/index.ts';
import type { RecordedAuthor } from '../binding/documents.ts';
import { codedOf } from './coding.ts';
import { identifiersOf } from './identity.ts';

const kinds: Readonly<Record<string, RecordedAuthor['kind']>> = {
  Practitioner: 'professional',
  PractitionerRole: 'professional',
  Patient: 'patient',
  Device: 'device',
};

/**
 * Who made a document. PDSm contains its authors; of one that stands elsewhere its reference tells
 * the kind, and perhaps a name: nothing more is read.
 *
 * @see ANS, PDSm 3.1.1, profile pdsm-comprehensive-document-reference (author)
 */
export function authorsOf(resource: Json): readonly RecordedAuthor[] | null {
  const authors = objects(resource['author']);
  const contained = objects(resource['contained']);
  return authors.length === 0 ? null : authors.map((author) => authorOf(author, contained));
}

function authorOf(author: Json, contained: readonly Json[]): RecordedAuthor {
  const behind = (reference: unknown): Json | null =>
    contained.find(({ id }) => typeof id === 'string' && reference === `#${id}`) ?? null;
  const member = behind(author['reference']);
  const role = isObject(member?.['practitioner']) ? member['practitioner'] : {};
  const person = behind(role['reference']);
  const structure = isObject(member?.['organization']) ? member['organization'] : null;
  const organization = behind(structure?.['reference']);

  const people = [member, person].filter(isObject);
  const references = [author, role];
  return {
    kind: kinds[typeOf(author, member)] ?? null,
    ids: [...people.flatMap(identifiersOf), ...references.flatMap(logicalIds)],
    displayName: firstText(...people.map(nameOf), ...references.map(({ display }) => display)),
    specialties: people.flatMap(specialtiesOf),
    structure: structure && {
      ids: [...(organization ? identifiersOf(organization) : []), ...logicalIds(structure)],
      displayName: firstText(organization?.['name'], structure['display']),
    },
  };
}

/** By the resource, else by the reference to it. */
function typeOf({ reference, type }: Json, member: Json | null): string {
  const named = /([A-Z][A-Za-z]+)\/[^/]+(?:\/_history\/[^/]+)?$/.exec(String(reference))?.[1];
  return firstText(member?.['resourceType'], type, named) ?? '';
}

const logicalIds = ({ identifier }: Json): readonly LocalIdentifier[] =>
  isObject(identifier) ? identifiersOf({ identifier: [identifier] }) : [];

/** A person's given and family names; what a device is called. */
function nameOf({ name, deviceName }: Json): string | null {
  if (typeof name === 'string') return name;
  const [device] = objects(deviceName);
  if (device) return firstText(device['name']);

  const [first] = objects(name);
  const given: unknown = first?.['given'];
  const words: readonly unknown[] = [...(Array.isArray(given) ? (given as unknown[]) : []), first?.['family']];
  const written = words.filter((word) => typeof word === 'string').join(' ');
  return firstText(written, first?.['text']);
}

/** @see ANS, Annuaire 1.1.0, as-practitioner: qualification; as-practitionerrole: specialty */
function specialtiesOf({ qualification, specialty }: Json): RecordedAuthor['specialties'] {
  const concepts = [...objects(specialty), ...objects(qualification).map(({ code }) => code)];
  return concepts.flatMap((concept) => codedOf(concept) ?? []);
}

function firstText(...values: readonly unknown[]): string | null {
  const found = values.find((value) => typeof value === 'string' && value.trim() !== '');
  return typeof found === 'string' ? found.slice(0, 200) : null;
}
