import { checkIns } from '../../../identity/index.ts';
import { insRoots, oids } from '../../cda/oids.ts';
import { place, places, type CheckContext, type Place } from './context.ts';
import { checkDistinct } from './data-types/distinct.ts';
import { get, isNull, one, words } from './tools.ts';

function checkName(patient: Place, context: CheckContext): void {
  const names = places(patient, 'name').filter((name) => !isNull(name));
  const [name] = names;
  if (!name || names.length !== 1) {
    context.add('CDA-PATIENT-NAME', `${patient.path}/name`);
    return;
  }
  const families = places(name, 'family').filter((part) => !isNull(part));
  const givens = places(name, 'given').filter((part) => !isNull(part));
  if (families.length === 0 || givens.length === 0) context.add('CDA-PATIENT-NAME', name.path);
  if (places(name, 'prefix').length > 1 || places(name, 'suffix').length > 1) {
    context.add('CDA-PATIENT-NAME', name.path);
  }
  for (const family of families) {
    if (!/^(?:BR|CL)$/.test(get(family, 'qualifier') ?? '')) context.add('CDA-PATIENT-QUALIFIER', family.path);
  }
  for (const given of givens) {
    const qualifier = get(given, 'qualifier');
    if (qualifier !== undefined && !/^(?:BR|CL)$/.test(qualifier)) context.add('CDA-PATIENT-QUALIFIER', given.path);
  }
}

function checkGuardian(guardian: Place, context: CheckContext): void {
  const person = places(guardian, 'guardianPerson');
  const organization = places(guardian, 'guardianOrganization');
  if (person.length + organization.length !== 1) context.add('CDA-GUARDIAN', guardian.path);
  if (person[0]) {
    const names = places(person[0], 'name').filter((name) => place(name, 'family'));
    const families = places(names[0], 'family').length;
    if (names.length !== 1 || families > 3 || places(names[0], 'prefix').length > 1) {
      context.add('CDA-GUARDIAN', `${person[0].path}/name`);
    }
  }
  for (const id of places(organization[0], 'id')) {
    if (get(id, 'extension') === undefined) context.add('CDA-ID-EXTENSION', id.path);
  }
  if (
    places(organization[0], 'name').length > 1 ||
    places(organization[0], 'id').filter((id) => get(id, 'root') === oids.structure).length > 1
  ) {
    context.add('CDA-GUARDIAN', guardian.path);
  }
}

/** With an INS every strict trait must be there. */
function checkInsTraits(role: Place, patient: Place, context: CheckContext): void {
  const ids = places(role, 'id').filter((id) => insRoots.has(get(id, 'root') ?? ''));
  if (ids.length === 0) return;
  const name = place(patient, 'name');
  const given = places(name, 'given');
  const lacks: string[] = [];
  if (!places(name, 'family').some((part) => get(part, 'qualifier') === 'BR')) lacks.push('family[@qualifier=BR]');
  if (!given.some((part) => get(part, 'qualifier') === 'BR')) lacks.push('given[@qualifier=BR]');
  if (!given.some((part) => get(part, 'qualifier') === undefined)) lacks.push('given sans qualifier');
  if (!place(patient, 'birthTime')) lacks.push('birthTime');
  if (get(place(patient, 'administrativeGenderCode'), 'code') === undefined) lacks.push('administrativeGenderCode');
  if (!place(patient, 'birthplace', 'place', 'addr', 'county')) lacks.push('birthplace/place/addr/county');
  if (lacks.length > 0) context.add('CDA-INS-TRAITS', patient.path, null, lacks.join(', '));
  for (const id of ids) {
    const value = get(id, 'extension') ?? '';
    if (!checkIns(value).ok) context.add('CDA-INS-KEY', id.path);
  }
}

export function checkPatient(root: Place, context: CheckContext): void {
  const target = one(root, 'recordTarget', 'CDA-PATIENT', context);
  const role = place(target, 'patientRole');
  const patient = places(role, 'patient').filter((node) => !isNull(node))[0];
  if (!role || !patient) {
    context.add('CDA-PATIENT', `${root.path}/recordTarget/patientRole/patient`);
    return;
  }
  const ids = places(role, 'id').filter((id) => !isNull(id));
  if (ids.length === 0) context.add('CDA-PATIENT-ID', `${role.path}/id`);
  for (const id of ids) {
    if (get(id, 'root') === undefined || (get(id, 'extension') ?? '') === '') context.add('CDA-PATIENT-ID', id.path);
  }
  for (const name of ['id', 'addr', 'telecom']) checkDistinct(role, name, context);
  checkName(patient, context);
  const gender = place(patient, 'administrativeGenderCode');
  if (!gender || !/^(?:M|F|UN)$/.test(get(gender, 'code') ?? '')) {
    context.add('CDA-PATIENT-SEX', `${patient.path}/administrativeGenderCode`);
  }
  const birth = place(patient, 'birthTime');
  if (!birth || !/^\d{4,14}/.test(get(birth, 'value') ?? '')) {
    context.add('CDA-PATIENT-BIRTH', `${patient.path}/birthTime`);
  }
  const order = get(place(patient, 'multipleBirthOrderNumber'), 'value');
  if (order !== undefined && !/^[1-9]\d*$/.test(order)) {
    context.add('CDA-NUMBER', `${patient.path}/multipleBirthOrderNumber`);
  }
  for (const guardian of places(patient, 'guardian')) checkGuardian(guardian, context);
  const birthplace = place(patient, 'birthplace');
  if (birthplace && places(birthplace, 'place').length !== 1) context.add('CDA-PATIENT-BIRTHPLACE', birthplace.path);
  checkInsTraits(role, patient, context);
  if (words(place(patient, 'name', 'family')) === '' && place(patient, 'name', 'family')) {
    context.add('CDA-PATIENT-NAME', `${patient.path}/name/family`);
  }
}
