import { writeCdaPatient } from '../../identity/wire/cda-patient.ts';
import { element, fragment, type Xml } from '../../internal/xml/index.ts';
import type { HeaderGuardian, HeaderPatient } from '../model/document.ts';
import { address, code, contact, organization, personName, telecoms, time } from './write-parts.ts';

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

/**
 * The patient of the header: the identity by the writer of identity/wire, and what documents add.
 */
export function recordTarget(patient: HeaderPatient): Xml {
  return writeCdaPatient(patient, {
    contact: contact(patient),
    afterBirthTime: fragment(deceased(patient), multipleBirth(patient), ...(patient.guardians ?? []).map(guardian)),
  });
}
