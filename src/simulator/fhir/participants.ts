import { objects, type Json } from '../../internal/json/index.ts';
import { nationalIdOf } from './actors.ts';
import { elementsAt, textAt } from './elements.ts';
import type { LinkedResources } from './linked.ts';
import { refused } from './refusal.ts';
import { timeRange } from './times.ts';

/** Somebody in a care team as it is written. */
export interface WrittenParticipant {
  readonly written: Json;
  /** `null` for a relative or a structure. */
  readonly nationalId: string | null;
  readonly role: string | null;
  readonly since: number | null;
  /** `null` as long as it lasts. */
  readonly until: number | null;
}

const memberTypes: ReadonlySet<unknown> = new Set(['PractitionerRole', 'RelatedPerson', 'Organization']);

/**
 * The participants of a care team: exercises, relatives and structures, never a professional or a
 * patient alone.
 *
 * @see ANS, Cercle de soins 2.0.1, cds-ihe-careteam, participant
 * @throws FhirRefusal
 */
export function readParticipants(team: Json, linked: LinkedResources): readonly WrittenParticipant[] {
  return objects(team['participant']).map((written) => {
    const reference = textAt(written, 'member.reference');
    if (reference === null) throw refused('SIM-FHIR-REQUIRED', 'CareTeam.participant.member');
    const member = linked.byReference(reference);
    if (!member) throw refused('SIM-FHIR-REFERENCE', 'CareTeam.participant.member');
    if (!memberTypes.has(member['resourceType'])) throw refused('SIM-FHIR-VALUE', 'CareTeam.participant.member');

    const isRole = member['resourceType'] === 'PractitionerRole';
    return { written, nationalId: isRole ? professionalOf(member, linked) : null, ...partsOf(written) };
  });
}

function partsOf(written: Json): Pick<WrittenParticipant, 'role' | 'since' | 'until'> {
  const start = textAt(written, 'period.start');
  const end = textAt(written, 'period.end');
  if (written['period'] !== undefined && start === null) {
    throw refused('SIM-FHIR-REQUIRED', 'CareTeam.participant.period.start');
  }
  const [since, until] = [start, end].map((text) => (text === null ? null : (timeRange(text)?.from ?? Number.NaN)));
  if (Number.isNaN(since ?? 0) || Number.isNaN(until ?? 0)) {
    throw refused('SIM-FHIR-VALUE', 'CareTeam.participant.period');
  }
  return { role: textAt(written, 'role.coding.code'), since: since ?? null, until: until ?? null };
}

/** The national identifier of the professional behind a role. @throws FhirRefusal */
function professionalOf(role: Json, linked: LinkedResources): string {
  const practitioner = linked.byReference(textAt(role, 'practitioner.reference'));
  const own =
    nationalIdOf(elementsAt(role, 'practitioner.identifier')) ??
    (practitioner ? nationalIdOf(practitioner['identifier']) : null);
  if (own === null) throw refused('SIM-FHIR-REFERENCE', 'PractitionerRole.practitioner');
  return own;
}
