import { TerrESanteError } from '../../errors.ts';
import type { Professional } from '../../identity/index.ts';
import { isObject, objects, type Json } from '../../internal/json/index.ts';
import type { Membership } from '../binding/model.ts';
import type { CareTeam } from './care-team.ts';
import { identifiersOf } from './identity.ts';
import type { Included } from './included.ts';
import { nationalIdOid, participationSystem, rppsSystem } from './names.ts';
import { holdsAt, readPeriod, type Period } from './period.ts';

/** One entry of a care team, and whom it names. */
export interface Participant {
  readonly entry: Json;
  readonly period: Period;
  /** The resource that the entry names; `null` when the server gives none. */
  readonly member: Json | null;
  /** The professional behind a role. */
  readonly practitioner: Json | null;
}

/** Everybody in a care team, former members too. */
export async function participantsOf({ resource, included }: CareTeam): Promise<readonly Participant[]> {
  const read: Participant[] = [];
  for (const entry of objects(resource['participant'])) read.push(await participantOf(entry, included));
  return read;
}

async function participantOf(entry: Json, included: Included): Promise<Participant> {
  const reference = referenceIn(entry['member']);
  const type = /([A-Z][A-Za-z]+)\/[^/]+(?:\/_history\/[^/]+)?$/.exec(String(reference))?.[1] ?? '';
  const member = await included.find(reference, type);
  const isRole = member?.['resourceType'] === 'PractitionerRole';
  const practitioner = isRole ? await included.find(referenceIn(member['practitioner']), 'Practitioner') : null;
  return { entry, period: readPeriod(entry['period']), member, practitioner };
}

export const referenceIn = (value: unknown): unknown => (isObject(value) ? value['reference'] : undefined);

/** Whether this professional belongs to a circle, and as what. */
export interface Belonging {
  readonly membership: Membership;
  /** Roles of the entries that hold now. */
  readonly roles: readonly string[];
}

/**
 * A member is who is named by an entry that holds now; an entry without a period holds. One of whom
 * the server says nothing may be this professional: then it is not known.
 *
 * @see ANS, Cercle de soins 2.0.1: who comes back has another entry, only current periods count
 */
export function belongingOf(participants: readonly Participant[], professional: Professional, now: number): Belonging {
  const own = participants.filter((participant) => isProfessional(participant, professional) === true);
  const current = own.filter(({ period }) => holdsAt(period, now) === true);
  if (current.length > 0) return { membership: 'member', roles: current.flatMap(({ entry }) => rolesOf(entry)) };

  const isOpen = participants.some(
    (participant) =>
      holdsAt(participant.period, now) !== false &&
      isProfessional(participant, professional) !== false &&
      (isProfessional(participant, professional) === null || holdsAt(participant.period, now) === null),
  );
  return { membership: isOpen ? 'unknown' : 'not-member', roles: [] };
}

/**
 * What is in a circle is for those who belong to it: by an entry of their own, or by that of a
 * structure, which may be theirs. Where it cannot be told, the server has decided.
 *
 * @throws TerrESanteError `TE_NOT_IN_CIRCLE`
 */
export function requireBelonging(participants: readonly Participant[], professional: Professional, now: number): void {
  const byStructure = participants.some(
    ({ entry, period }) => typeOf(entry) === 'Organization' && holdsAt(period, now) !== false,
  );
  if (byStructure || belongingOf(participants, professional, now).membership !== 'not-member') return;

  throw new TerrESanteError('TE_NOT_IN_CIRCLE', 'Vous ne faites pas partie du cercle de soins du patient.');
}

/** The type of resource that an entry names. */
const typeOf = ({ member }: Json): string | undefined =>
  /([A-Z][A-Za-z]+)\/[^/]+$/.exec(String(referenceIn(member)))?.[1];

/** `null` when nothing says who it is. */
export function isProfessional(
  { member, practitioner, entry }: Participant,
  { nationalId }: Professional,
): boolean | null {
  const type = typeOf(entry);
  if (type === 'RelatedPerson' || type === 'Organization') return false;

  const logical = isObject(member?.['practitioner']) ? member['practitioner']['identifier'] : null;
  const ids = [
    ...(practitioner ? identifiersOf(practitioner) : []),
    ...identifiersOf({ identifier: isObject(logical) ? [logical] : [] }),
  ];
  if (ids.length === 0) return null;
  return ids.some(
    ({ system, value }) =>
      (system === rppsSystem && nationalId === `8${value}`) || (system === nationalIdOid && value === nationalId),
  );
}

/** Codes of the roles of an entry, in whatever system. */
export function rolesOf({ role }: Json): string[] {
  const codings = objects(role).flatMap(({ coding }) => objects(coding));
  const sorted = [...codings].sort((left, right) => Number(isPart(right)) - Number(isPart(left)));
  return sorted.flatMap(({ code }) => (typeof code === 'string' && code !== '' ? [code] : []));
}

const isPart = ({ system }: Json): boolean => system === participationSystem;
