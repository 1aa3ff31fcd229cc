import type { LocalIdentifier } from '../../identity/index.ts';
import { readCdaPatient } from '../../identity/wire/cda-patient.ts';
import { childElement, type ReadElement } from '../../internal/xml/index.ts';
import { insRoots, sdtcNamespace } from '../cda/oids.ts';
import type { HeaderGuardian, HeaderPatient } from '../model/document.ts';
import { child, children } from './parse.ts';
import { address, coded, identifiers, organization, personName, telecoms, value } from './parts.ts';

const isIns = ({ system }: LocalIdentifier): boolean => insRoots.has(system);

/** Value of an element that HL7 added to the patient in the `sdtc` namespace. */
function sdtcValue(patient: ReadElement | undefined, name: string): string | null {
  return value(childElement(patient, name, sdtcNamespace));
}

function guardianOf(node: ReadElement): HeaderGuardian {
  return {
    relation: coded(child(node, 'code')),
    name: personName(child(node, 'guardianPerson')),
    organization: organization(child(node, 'guardianOrganization')),
    telecom: telecoms(node),
    address: address(node),
  };
}

/** Death, when the document speaks of it: a time alone says that the patient died. */
function deceasedOf(patient: ReadElement | undefined): HeaderPatient['deceased'] {
  const time = sdtcValue(patient, 'deceasedTime');
  const indicator = sdtcValue(patient, 'deceasedInd');
  if (indicator === null && time === null) return undefined;

  return { indicator: indicator !== 'false', time };
}

/** Multiple birth, when the document speaks of it: an order alone says that there was one. */
function multipleBirthOf(patient: ReadElement | undefined): HeaderPatient['multipleBirth'] {
  const order = sdtcValue(patient, 'multipleBirthOrderNumber');
  const indicator = sdtcValue(patient, 'multipleBirthInd');
  if (indicator === null && order === null) return undefined;

  return { indicator: indicator !== 'false', order: order === null ? null : Number(order) };
}

/**
 * The patient of a `patientRole`: the identity as {@link readCdaPatient} reads it, and what the
 * document says beside it.
 */
export function patientOf(role: ReadElement | undefined): HeaderPatient {
  const patient = child(role, 'patient');
  const { ids: _, genderCode: __, otherNames, ...identity } = readCdaPatient(role);
  const guardians = children(patient, 'guardian').map(guardianOf);
  const deceased = deceasedOf(patient);
  const multipleBirth = multipleBirthOf(patient);

  return {
    ...identity,
    ...(otherNames.length > 0 && { otherNames }),
    address: address(role),
    telecom: telecoms(role),
    ...(guardians.length > 0 && { guardians }),
    ...(deceased && { deceased }),
    ...(multipleBirth && { multipleBirth }),
  };
}

/** Whether more than one person is named as the patient: who is meant cannot be known. */
export function hasSeveralPatients(root: ReadElement): boolean {
  const targets = children(root, 'recordTarget');
  const roles = targets.flatMap((target) => children(target, 'patientRole'));
  const patients = roles.flatMap((role) => children(role, 'patient'));
  const matricules = new Set(
    roles
      .flatMap(identifiers)
      .filter(isIns)
      .map((id) => id.value),
  );

  return targets.length > 1 || roles.length > 1 || patients.length > 1 || matricules.size > 1;
}
