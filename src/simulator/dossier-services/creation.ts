import { insOids } from '../../identity/index.ts';
import { clockSkewMs } from '../../internal/clock-skew.ts';
import { hl7ToUtc, hl7Utc } from '../../internal/hl7-time.ts';
import { attributeOf, childElements, descend, type ReadElement } from '../../internal/xml/index.ts';
import { assertionRefusal } from '../soap/caller.ts';
import { writePerson, type Reply } from '../sri/answer.ts';
import { personOf } from '../sri/question.ts';
import { cxIdentity } from '../../internal/hl7.ts';
import type { NewDossier } from '../state/state.ts';
import { RefusedService, type ServiceContext } from './model.ts';
import { names } from './names.ts';

/** Creates a dossier, once the patient is known to the region and has agreed. */
export function create(message: ReadElement, context: ServiceContext): Reply {
  const { state, identities, caller } = context;
  const patient = descend(message, 'controlActProcess', 'subject', 'registrationRequest', 'subject1', 'patient');
  const { sharing, ...person } = toCreate(patient, context);
  if (caller.purpose !== 'normal') throw new RefusedService('SIMForbidden', "Pas de création dans ce mode d'accès.");
  requireConsent(patient, state.now);
  requireNone(person, context);

  const known = identities.byId(person.localId);
  const regionalId = known?.ids.find(({ system }) => system === state.regionalOid);
  const dossier = state.create({ ...person, sharing, regionalId, members: [] });
  return {
    name: names.created,
    persons: [writePerson([dossier.regionalId, person.localId], null, state.regionalOid)],
  };
}

type Person = Pick<NewDossier, 'localId' | 'traits' | 'ins' | 'sharing'>;

/** Whose dossier is asked for: the patient of the assertion. */
function toCreate(patient: ReadElement | undefined, { caller }: ServiceContext): Person {
  const told = personOf(patient);
  const national = told?.ids.find(({ system }) => insOids.some(({ oid }) => oid === system));
  const localId = told?.ids.find((id) => id !== national);
  if (!told || !localId) throw new RefusedService('SIMIncomplete', "L'identifiant local du patient manque.");

  const named = cxIdentity(caller.resourceId ?? '');
  const isNamed = [localId, national].some((id) => id && id.system === named?.oid && id.value === named.id);
  if (!isNamed) throw assertionRefusal('assertion-rejected');

  const kind = insOids.find(({ oid }) => oid === national?.system)?.kind;
  const ins = national && kind ? { value: national.value, oid: national.system, kind } : null;
  const isShared = observationOf(patient, names.sharing)?.value !== 'false';
  return { localId, traits: told.traits, ins, sharing: isShared ? 'shared' : 'not-shared' };
}

function requireConsent(patient: ReadElement | undefined, now: number): void {
  const consent = observationOf(patient, names.consent);
  const at = consent?.time === undefined ? null : hl7ToUtc(consent.time);
  const isGiven = consent?.value === 'true' && at !== null && at <= hl7Utc(now + clockSkewMs);
  if (!isGiven) throw new RefusedService('SIMConsent', 'Le consentement du patient manque.');
}

function requireNone(person: Omit<Person, 'sharing'>, { state }: ServiceContext): void {
  const { birthName, firstName, birthDate, sex } = person.traits;
  if (!birthName || !firstName || !birthDate || !sex || sex === 'I') {
    throw new RefusedService('SIMIncomplete', "L'identité du patient est incomplète.");
  }

  const found = state.find(person);
  if (found.kind === 'mismatch') throw new RefusedService('SIMMismatch', 'Patient connu sous d’autres traits.');
  if (found.kind === 'ambiguous') throw new RefusedService('SIMAmbiguous', 'Plusieurs patients correspondent.');
  if (found.kind === 'one') {
    throw found.dossier.state === 'closed'
      ? new RefusedService('DMPClosed', 'Le dossier est fermé.')
      : new RefusedService('DMPFound', 'Le dossier existe déjà.');
  }
}

/** What an observation of a patient says. */
function observationOf(
  patient: ReadElement | undefined,
  code: string,
): { readonly value: string | undefined; readonly time: string | undefined } | null {
  const all = patient ? childElements(patient, 'subjectOf') : [];
  const found = all
    .map((role) => descend(role, 'administrativeObservation'))
    .find((observation) => {
      const name = descend(observation, 'code');
      return attributeOf(name, 'code') === code && attributeOf(name, 'codeSystem') === names.observationSystem;
    });
  if (!found) return null;

  return {
    value: attributeOf(descend(found, 'value'), 'value'),
    time: attributeOf(descend(found, 'effectiveTime'), 'value'),
  };
}
