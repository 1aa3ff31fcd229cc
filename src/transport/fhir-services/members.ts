import { isoUtc } from '../../internal/hl7-time.ts';
import { isObject, objects, type Json } from '../../internal/json/index.ts';
import type { CareCircleContact, CareCircleMember, CareCircleRecord } from '../binding/care-circle.ts';
import { readReference } from '../fhir/address.ts';
import type { CareTeam } from './care-team.ts';
import { nameOf, shownText } from './display-name.ts';
import { identifiersOf } from './identity.ts';
import { mssExtension, roleClassSystem } from './names.ts';
import { participantsOf, referenceIn, rolesOf, type Participant } from './participants.ts';
import { versionOf } from './transaction.ts';

/**
 * A care circle as an operation gives it. Whom a patient blocked is not in these resources.
 *
 * @param etag - of the answer, where the resource says no version
 */
export async function circleOf(team: CareTeam & { readonly id: string }, etag: unknown): Promise<CareCircleRecord> {
  const participants = await participantsOf(team);
  return {
    id: team.id,
    version: versionOf(team.resource, etag),
    members: participants.map(memberOf),
    blocked: [],
  };
}

function memberOf(participant: Participant): CareCircleMember {
  const { entry, period, member, practitioner } = participant;
  const person = practitioner ?? member;
  return {
    reference: referenceOf(entry),
    kind: kindOf(entry),
    ids: person ? identifiersOf(person) : identifiersOf({ identifier: logicalOf(entry) }),
    displayName: nameOf(person) ?? displayOf(entry) ?? 'Membre sans nom',
    role: rolesOf(entry)[0] ?? classOf(member),
    contacts: contactsOf([member, practitioner]),
    since: period.since === null ? null : isoUtc(period.since),
    until: untilOf(participant),
  };
}

/** An end that cannot be read is one all the same: nobody is a member by an accident. */
function untilOf({ period }: Participant): string | null {
  if (period.until !== null) return isoUtc(Math.ceil(period.until / 1000) * 1000);
  return period.isUnreadable ? isoUtc(0) : null;
}

/** Type and id, which is how an entry is found again. */
export function referenceOf({ member }: Json): string | null {
  const text = referenceIn(member);
  const reference = readReference(text);
  if (!reference) return null;
  return /^https?:/i.test(String(text))
    ? String(text).replace(/\/_history\/[^/]+$/, '')
    : `${reference.type}/${reference.id}`;
}

const kinds: ReadonlyMap<string | undefined, CareCircleMember['kind']> = new Map([
  ['Organization', 'structure'],
  ['RelatedPerson', 'relative'],
] as const);

function kindOf({ member }: Json): CareCircleMember['kind'] {
  const type = readReference(referenceIn(member))?.type ?? (isObject(member) ? String(member['type']) : undefined);
  return kinds.get(type) ?? 'professional';
}

/** The role of a relative, of his own resource. @see ANS, CDS 2.0.1, cds-fr-related-person */
function classOf(member: Json | null): string | null {
  const codings = objects(member?.['relationship']).flatMap(({ coding }) => objects(coding));
  return shownText(codings.find(({ system }) => system === roleClassSystem)?.['code']);
}

function logicalOf({ member }: Json): readonly Json[] {
  return isObject(member) && isObject(member['identifier']) ? [member['identifier']] : [];
}

function displayOf({ member }: Json): string | null {
  return isObject(member) ? shownText(member['display']) : null;
}

/** Each means once. An MSSanté address is told by the existence of its extension. */
function contactsOf(resources: readonly (Json | null)[]): CareCircleContact[] {
  const found = new Map<string, CareCircleContact>();
  for (const contact of resources.flatMap((resource) => objects(resource?.['telecom']))) {
    const value = shownText(contact['value']);
    if (value === null || contact['use'] === 'old') continue;
    const system = systemOf(contact);
    found.set(`${system} ${value}`, { system, value });
  }
  return [...found.values()];
}

function systemOf({ system, extension }: Json): CareCircleContact['system'] {
  if (objects(extension).some(({ url }) => url === mssExtension)) return 'mss';
  if (system === 'phone' || system === 'sms') return 'phone';
  return system === 'email' ? 'email' : 'other';
}
