import { findInsOid, type LocalIdentifier, type PatientInput } from '../../identity/index.ts';
import { writeFhirPatient } from '../../identity/wire/index.ts';
import { isTerrESanteError } from '../../errors.ts';
import type { Json } from '../../internal/json/index.ts';
import { oidUri } from '../../transport/fhir/address.ts';
import type { KnownPerson } from '../sri/registry.ts';
import { fhirNames } from './names.ts';

/**
 * A person as the Patient that FR Core describes: with the INS as its own profile when the identity
 * is whole, else as any patient.
 *
 * @see FR Core 2.1.0, profiles fr-core-patient and fr-core-patient-ins
 */
export function patientResource({ ids, traits }: KnownPerson, id: string, regionalOid: string): Json {
  const national = ids.find(({ system }) => findInsOid(system) !== null);
  const [local, ...others] = ids.filter((known) => known !== national && known.system !== regionalOid);
  const regional = ids.filter(({ system }) => system === regionalOid);
  const written = writtenPatient(traits, local ?? regional[0], national);

  const known = Array.isArray(written['identifier']) ? (written['identifier'] as readonly unknown[]) : [];
  const more = [...others.map(localIdentifier), ...(local ? regional : []).map(regionalIdentifier)];
  return { ...written, id, active: true, identifier: [...known, ...more] };
}

function writtenPatient(
  traits: PatientInput['traits'],
  localId: LocalIdentifier | undefined,
  national: LocalIdentifier | undefined,
): Json {
  const kind = findInsOid(national?.system)?.kind;
  if (national && kind) {
    const ins = { value: national.value, oid: national.system, kind };
    const whole = tryWrite({ traits, localId, ins, identityStatus: 'QUAL' });
    // Its profile asks for the list of birth given names and the place of birth.
    if (whole && traits.birthFirstNames?.length && traits.birthPlace?.communeInsee) return whole;
  }
  return tryWrite({ traits, localId }) ?? { resourceType: 'Patient', identifier: [] };
}

function tryWrite(patient: PatientInput): Json | null {
  try {
    return writeFhirPatient(patient, { dialect: 'v2-0445' });
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;
    return null;
  }
}

function localIdentifier({ system, value }: LocalIdentifier): Json {
  const display = 'Patient internal identifier';
  const type = { coding: [{ system: fhirNames.hl7IdentifierTypes, code: 'PI', display }] };
  return { use: 'usual', type, system: oidUri(system), value };
}

function regionalIdentifier({ system, value }: LocalIdentifier): Json {
  const display = 'Regional registry ID';
  const type = { coding: [{ system: fhirNames.hl7IdentifierTypes, code: 'RRI', display }] };
  return { use: 'secondary', type, system: oidUri(system), value };
}
