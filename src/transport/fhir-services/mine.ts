import { isTerrESanteError } from '../../errors.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import type { FollowedCircle } from '../binding/care-circle.ts';
import type { Answered, BindingCall } from '../binding/model.ts';
import { escaped, readReference } from '../fhir/address.ts';
import { searchWhole, type FhirFound } from '../fhir/search.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import { FhirCall } from './exchange.ts';
import { identifiersOf } from './identity.ts';
import { Included } from './included.ts';
import type { FhirBindingOptions } from './model.ts';
import { nationalIdOid, rppsSystem } from './names.ts';
import { isProfessional, participantsOf, referenceIn, rolesOf } from './participants.ts';
import { holdsAt } from './period.ts';
import { versionOf } from './transaction.ts';

/**
 * The circles to which the professional who asks belongs now: a search finds former members too,
 * whom the periods tell apart.
 *
 * @throws TerrESanteError `TE_PROTOCOL` for a list that is not whole
 * @see ANS, Cercle de soins 2.0.1: chain over participant and practitioner
 */
export async function listMine(
  options: FhirBindingOptions,
  bound: BindingCall,
): Promise<Answered<readonly FollowedCircle[]>> {
  const call = new FhirCall(options, bound);
  const followed = await followedCircles(call);
  return call.answered(followed.map(({ circle }) => circle));
}

/** A circle, and the id of its patient at the server. */
export interface Followed {
  readonly circle: FollowedCircle;
  readonly patient: string | null;
}

export async function followedCircles(call: FhirCall): Promise<readonly Followed[]> {
  const { options } = call;
  const { entries, told } = await found(call);
  if (told.includes('modifier')) {
    throw protocolFailure(
      'modifier',
      'Un cercle de soins contient une extension qui peut en changer le sens : refusé.',
    );
  }

  const included = new Included(call, entries);
  const circles: Followed[] = [];
  for (const { type, id, resource } of entries) {
    if (type !== 'CareTeam' || id === null || resource['status'] !== 'active') continue;

    const subject = referenceIn(resource['subject']);
    const patient = included.held(subject, 'Patient');
    const team = { id, status: 'active', resource, patient, included };
    const own = (await participantsOf(team)).find(
      (each) => isProfessional(each, options.professional) === true && holdsAt(each.period, call.now) === true,
    );
    if (!own) continue;

    const ids = patient ? identifiersOf(patient) : [];
    const regional = ids.filter(({ system }) => system === options.regionalOid);
    const circle = {
      id,
      version: versionOf(resource, null),
      regionalId: regional.length === 1 ? (regional[0] ?? null) : null,
      ids: ids.filter(({ system }) => system !== options.regionalOid),
      role: rolesOf(own.entry)[0] ?? null,
      since: own.period.since === null ? null : isoUtc(own.period.since),
    };
    const reference = readReference(subject);
    circles.push({ circle, patient: reference?.type === 'Patient' ? reference.id : null });
  }
  return circles;
}

const inclusions = [
  ['status', 'active'],
  ['_include', 'CareTeam:subject'],
  ['_include', 'CareTeam:participant'],
  ['_include:iterate', 'PractitionerRole:practitioner'],
] as const;

/** A server that knows no chain of two levels is asked for the roles first. */
async function found(call: FhirCall): Promise<FhirFound> {
  const token = professionalToken(call.options);
  try {
    return await search(call, 'CareTeam', [
      ['participant:PractitionerRole.practitioner:Practitioner.identifier', token],
      ...inclusions,
    ]);
  } catch (error) {
    if (!isTerrESanteError(error) || error.details['status'] !== 400) throw error;
  }

  const roles = await search(call, 'PractitionerRole', [['practitioner.identifier', token]]);
  const ids = roles.entries.flatMap(({ type, id }) => (type === 'PractitionerRole' && id !== null ? [id] : []));
  if (ids.length === 0) return { entries: [], told: [] };
  return search(call, 'CareTeam', [
    ['participant', ids.map((id) => `PractitionerRole/${id}`).join(',')],
    ...inclusions,
  ]);
}

function search(
  { partner, limits, options }: FhirCall,
  type: string,
  parameters: readonly (readonly [string, string])[],
): Promise<FhirFound> {
  return searchWhole(partner, { ...limits, type, parameters, allowsGet: options.services.patientInAddress });
}

/** The professional who asks, as a search token. */
export function professionalToken({ professional: { nationalId } }: FhirBindingOptions): string {
  const rpps = /^8(\d{11})$/.exec(nationalId)?.[1];
  return rpps === undefined ? `urn:oid:${nationalIdOid}|${escaped(nationalId)}` : `${rppsSystem}|${rpps}`;
}
