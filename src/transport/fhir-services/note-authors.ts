import { isObject, objects, type Json } from '../../internal/json/index.ts';
import type { Professional } from '../../identity/index.ts';
import type { NoteAuthor } from '../binding/notes.ts';
import { readReference } from '../fhir/address.ts';
import { nameOf, shownText } from './display-name.ts';
import { identifiersOf } from './identity.ts';
import type { Included } from './included.ts';
import { isProfessional, referenceIn } from './participants.ts';

/** Who wrote a note. */
export interface ReadAuthors {
  readonly authors: readonly NoteAuthor[];
  /** Whether a professional is one of them; `null` when that cannot be said. */
  readonly isOwn: boolean | null;
}

const kinds: ReadonlyMap<string, NoteAuthor['kind']> = new Map([
  ['PractitionerRole', 'professional'],
  ['Practitioner', 'professional'],
  ['Organization', 'structure'],
  ['RelatedPerson', 'relative'],
  ['Patient', 'patient'],
  ['Device', 'device'],
] as const);

/** An author as it is written, and whom it names. */
interface Author {
  readonly written: Json;
  readonly type: string;
  /** The resource that it names; `null` when the server gives none. */
  readonly member: Json | null;
  /** The professional behind a role, or alone. */
  readonly practitioner: Json | null;
}

/**
 * The authors of a note: contained, brought along by the answer, or read one by one.
 *
 * @see ANS, Cahier de liaison 3.0.0, cdl-document-reference, author
 */
export async function authorsOf(resource: Json, included: Included, professional: Professional): Promise<ReadAuthors> {
  const read: Author[] = [];
  for (const written of objects(resource['author'])) read.push(await authorOf(resource, written, included));

  const own = read.map((author) => isBy(author, professional));
  const isOwn = own.includes(true) || (own.length === 0 || own.includes(null) ? null : false);
  return { authors: read.map(told), isOwn };
}

async function authorOf(resource: Json, written: Json, included: Included): Promise<Author> {
  const find = async (reference: unknown, type: string): Promise<Json | null> =>
    containedIn(resource, reference) ?? included.find(reference, type);

  const reference = referenceIn(written);
  const type = typeOf(resource, written);
  const member = await find(reference, type);
  const practitioner =
    type === 'PractitionerRole' ? await find(referenceIn(member?.['practitioner']), 'Practitioner') : member;
  return { written, type, member, practitioner };
}

function containedIn(resource: Json, reference: unknown): Json | null {
  const id = typeof reference === 'string' ? /^#(.+)$/.exec(reference)?.[1] : undefined;
  return id === undefined ? null : (objects(resource['contained']).find((inner) => inner['id'] === id) ?? null);
}

function typeOf(resource: Json, written: Json): string {
  const reference = referenceIn(written);
  const type = readReference(reference)?.type ?? containedIn(resource, reference)?.['resourceType'] ?? written['type'];
  return typeof type === 'string' ? type : '';
}

function isBy({ written, type, member, practitioner }: Author, professional: Professional): boolean | null {
  if (type === 'Patient' || type === 'Device' || type === 'RelatedPerson' || type === 'Organization') return false;
  const named = isObject(written['identifier']) ? { identifier: [written['identifier']] } : null;
  const period = { since: null, until: null, isUnreadable: false };
  return isProfessional(
    { entry: { member: written }, period, member, practitioner: practitioner ?? named },
    professional,
  );
}

function told({ written, type, member, practitioner }: Author): NoteAuthor {
  const logical = isObject(written['identifier']) ? [written['identifier']] : [];
  const all = [practitioner, member === practitioner ? null : member, { identifier: logical }];
  const person = practitioner ?? member;
  return {
    kind: kinds.get(type) ?? null,
    ids: all.flatMap((each) => (each ? identifiersOf(each) : [])),
    displayName: nameOf(person) ?? shownText(written['display']),
  };
}
