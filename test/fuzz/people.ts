import type { PatientInput, Professional, Structure } from '../../src/identity/index.ts';
import { fictivePatient, fictiveProfessional, fictiveStructure } from '../../src/testing/index.ts';

/**
 * Two patients who do not exist: whatever is done to the documents of one, it must not become the
 * other's in silence.
 */
export const patients: readonly PatientInput[] = [
  {
    ...fictivePatient(),
    localId: { system: '2.999.1.2', value: 'CANARI-LOCAL-UN' },
    traits: { ...fictivePatient().traits, birthName: 'CANARINOMUN', usedName: 'CANARIUSAGEUN' },
  },
  {
    localId: { system: '2.999.1.2', value: 'CANARI-LOCAL-DEUX' },
    ins: { value: '185059911912368', kind: 'NIR', oid: '1.2.250.1.213.1.4.10' },
    traits: {
      birthName: 'CANARINOMDEUX',
      firstName: 'LEO',
      birthFirstNames: ['LEO', 'PAUL'],
      birthDate: '1985-05-12',
      sex: 'M',
      birthPlace: { communeInsee: '99119' },
    },
    identityStatus: 'PROV',
  },
];

export const secrets: readonly string[] = [
  'CANARINOMUN',
  'CANARIUSAGEUN',
  'CANARI-LOCAL-UN',
  'CANARINOMDEUX',
  'CANARI-LOCAL-DEUX',
  fictivePatient().ins.value,
];

export const professional: Professional = fictiveProfessional();
export const structure: Structure = fictiveStructure();
