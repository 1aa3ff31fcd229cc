import { element, fragment, text, type Xml } from '../../internal/xml/index.ts';
import type { Coded, HeaderGuardian, HeaderPatient } from '../model/document.ts';
import { oids } from './oids.ts';
import { address, code, contact, id, organization, personName, telecoms, time } from './write-parts.ts';

const genders: Readonly<Record<'M' | 'F' | 'I', Coded>> = {
  M: { code: 'M', codeSystem: oids.gender, displayName: 'Masculin' },
  F: { code: 'F', codeSystem: oids.gender, displayName: 'Féminin' },
  I: { code: 'UN', codeSystem: oids.gender, displayName: 'Inconnu' },
};

function name(patient: HeaderPatient): Xml {
  const part = (tag: string, value: string | null, qualifier?: string): Xml | null =>
    value === null ? null : element(tag, { qualifier }, text(value));
  return element(
    'name',
    null,
    part('family', patient.birthName, 'BR'),
    part('family', patient.usedName, 'CL'),
    part('given', patient.birthFirstNames),
    part('given', patient.firstName, 'BR'),
    part('given', patient.usedFirstName, 'CL'),
  );
}

function guardian(value: HeaderGuardian): Xml {
  return element(
    'guardian',
    null,
    code('code', value.relation),
    address(value.address),
    telecoms(value.telecom),
    value.name
      ? element('guardianPerson', null, personName(value.name))
      : organization('guardianOrganization', value.organization),
  );
}

function deceased({ deceased: state }: HeaderPatient): Xml | null {
  if (!state) return null;
  return fragment(
    element('sdtc:deceasedInd', { value: String(state.indicator) }),
    time('sdtc:deceasedTime', state.time),
  );
}

function multipleBirth({ multipleBirth: state }: HeaderPatient): Xml | null {
  if (!state) return null;
  return fragment(
    element('sdtc:multipleBirthInd', { value: String(state.indicator) }),
    state.order !== null && element('sdtc:multipleBirthOrderNumber', { value: String(state.order) }),
  );
}

function birthplace({ birthPlace, birthCity }: HeaderPatient): Xml | null {
  if (birthPlace === null && birthCity === null) return null;
  return element(
    'birthplace',
    null,
    element(
      'place',
      null,
      element(
        'addr',
        null,
        birthPlace !== null && element('county', null, text(birthPlace)),
        birthCity !== null && element('city', null, text(birthCity)),
      ),
    ),
  );
}

export function recordTarget(patient: HeaderPatient): Xml {
  return element(
    'recordTarget',
    null,
    element(
      'patientRole',
      null,
      patient.ins && id({ system: patient.ins.oid, value: patient.ins.value }),
      ...patient.localIds.map(id),
      contact(patient),
      element(
        'patient',
        null,
        name(patient),
        patient.sex && code('administrativeGenderCode', genders[patient.sex]),
        time('birthTime', patient.birthTime),
        deceased(patient),
        multipleBirth(patient),
        ...(patient.guardians ?? []).map(guardian),
        birthplace(patient),
      ),
    ),
  );
}
