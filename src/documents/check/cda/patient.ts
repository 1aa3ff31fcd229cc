import { checkIns } from '../../../identity/index.ts';
import { insRoots, oids } from '../../cda/oids.ts';
import { place, places, type CheckContext, type Place } from './context.ts';
import { checkDistinct } from './data-types/distinct.ts';
import { exactlyOne, get, withAttribute, isBlank, isDated, valued, words } from './tools.ts';

/** Names of birth, and names in use. */
const patientQualifier = /^(?:BR|CL)$/;
const maxGuardianFamilyNames = 3;

/** Checks who the document is about. */
export function checkPatient(root: Place, context: CheckContext): void {
  const target = exactlyOne(root, 'recordTarget', 'CDA-PATIENT', context);
  const role = place(target, 'patientRole');
  const [patient] = valued(role, 'patient');
  if (!role || !patient) {
    context.add('CDA-PATIENT', `${root.path}/recordTarget/patientRole/patient`);
    return;
  }

  checkIds(role, context);
  for (const name of ['id', 'addr', 'telecom']) checkDistinct(role, name, context);

  checkName(patient, context);
  checkSexAndBirth(patient, context);
  for (const guardian of places(patient, 'guardian')) checkGuardian(guardian, context);

  checkInsTraits(role, patient, context);
}

function checkIds(role: Place, context: CheckContext): void {
  const ids = valued(role, 'id');
  if (ids.length === 0) context.add('CDA-PATIENT-ID', `${role.path}/id`);
  for (const id of ids) {
    if (get(id, 'root') === undefined || isBlank(id, 'extension')) context.add('CDA-PATIENT-ID', id.path);
  }
}

function checkName(patient: Place, context: CheckContext): void {
  const firstFamily = place(patient, 'name', 'family');
  if (firstFamily && words(firstFamily) === '') context.add('CDA-PATIENT-NAME', `${patient.path}/name/family`);

  const names = valued(patient, 'name');
  const [name] = names;
  if (!name || names.length !== 1) {
    context.add('CDA-PATIENT-NAME', `${patient.path}/name`);
    return;
  }

  const families = valued(name, 'family');
  const givens = valued(name, 'given');
  if (families.length === 0 || givens.length === 0) context.add('CDA-PATIENT-NAME', name.path);
  if (places(name, 'prefix').length > 1 || places(name, 'suffix').length > 1) {
    context.add('CDA-PATIENT-NAME', name.path);
  }

  // A family name always has its qualifier; a given name without one is the list of given names.
  for (const part of families) {
    if (!patientQualifier.test(get(part, 'qualifier') ?? '')) context.add('CDA-PATIENT-QUALIFIER', part.path);
  }
  for (const part of givens) {
    const qualifier = get(part, 'qualifier');
    if (qualifier !== undefined && !patientQualifier.test(qualifier)) context.add('CDA-PATIENT-QUALIFIER', part.path);
  }
}

function checkSexAndBirth(patient: Place, context: CheckContext): void {
  const gender = place(patient, 'administrativeGenderCode');
  if (!gender || !/^(?:M|F|UN)$/.test(get(gender, 'code') ?? '')) {
    context.add('CDA-PATIENT-SEX', `${patient.path}/administrativeGenderCode`);
  }

  if (!isDated(place(patient, 'birthTime'))) context.add('CDA-PATIENT-BIRTH', `${patient.path}/birthTime`);

  const order = get(place(patient, 'multipleBirthOrderNumber'), 'value');
  if (order !== undefined && !/^[1-9]\d*$/.test(order)) {
    context.add('CDA-NUMBER', `${patient.path}/multipleBirthOrderNumber`);
  }

  const birthplace = place(patient, 'birthplace');
  if (birthplace && places(birthplace, 'place').length !== 1) context.add('CDA-PATIENT-BIRTHPLACE', birthplace.path);
}

/** A guardian is a person (one name of one to three family names) or an organization, not both. */
function checkGuardian(guardian: Place, context: CheckContext): void {
  const [person] = places(guardian, 'guardianPerson');
  const [organization] = places(guardian, 'guardianOrganization');
  const count = places(guardian, 'guardianPerson').length + places(guardian, 'guardianOrganization').length;
  if (count !== 1) context.add('CDA-GUARDIAN', guardian.path);

  if (person) {
    const names = places(person, 'name').filter((name) => place(name, 'family'));
    const families = places(names[0], 'family').length;
    if (names.length !== 1 || families > maxGuardianFamilyNames || places(names[0], 'prefix').length > 1) {
      context.add('CDA-GUARDIAN', `${person.path}/name`);
    }
  }

  for (const id of places(organization, 'id')) {
    if (get(id, 'extension') === undefined) context.add('CDA-ID-EXTENSION', id.path);
  }
  const nationalIds = withAttribute(organization, 'id', 'root', oids.structure).length;
  if (places(organization, 'name').length > 1 || nationalIds > 1) context.add('CDA-GUARDIAN', guardian.path);
}

/** With an INS every strict trait must be there, and its control key must be right. */
function checkInsTraits(role: Place, patient: Place, context: CheckContext): void {
  const ids = places(role, 'id').filter((id) => insRoots.has(get(id, 'root') ?? ''));
  if (ids.length === 0) return;

  const name = place(patient, 'name');
  const qualifiers = places(name, 'given').map((part) => get(part, 'qualifier'));
  const traits: readonly (readonly [xpath: string, present: boolean])[] = [
    ['family[@qualifier="BR"]', withAttribute(name, 'family', 'qualifier', 'BR').length > 0],
    ['given[@qualifier="BR"]', qualifiers.includes('BR')],
    ['given[not(@qualifier)]', qualifiers.includes(undefined)],
    ['birthTime', place(patient, 'birthTime') !== undefined],
    ['administrativeGenderCode', get(place(patient, 'administrativeGenderCode'), 'code') !== undefined],
    ['birthplace/place/addr/county', place(patient, 'birthplace', 'place', 'addr', 'county') !== undefined],
  ];
  const missing = traits.filter(([, present]) => !present).map(([xpath]) => xpath);
  if (missing.length > 0) context.add('CDA-INS-TRAITS', patient.path, null, missing.join(', '));

  for (const id of ids) {
    if (!checkIns(get(id, 'extension') ?? '').ok) context.add('CDA-INS-KEY', id.path);
  }
}
