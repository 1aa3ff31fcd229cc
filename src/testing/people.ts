import type { PatientInput, Professional, Structure } from '../identity/index.ts';

/**
 * A patient who does not exist, under the INS test OID, with a qualified identity.
 *
 * @example
 * ```ts
 * import { fictivePatient } from 'terr-esante-sdk/testing';
 *
 * fictivePatient().ins?.oid; // '1.2.250.1.213.1.4.10'
 * ```
 *
 * @group Fictive people
 */
export function fictivePatient(): PatientInput {
  return {
    localId: { system: '1.2.250.1.999.1.1.7946.3.15.1', value: 'PAT-000123' },
    ins: { value: '279035121518989', kind: 'NIR', oid: '1.2.250.1.213.1.4.10' },
    traits: {
      birthName: 'DUPRE-TEST',
      firstName: 'CLAUDE',
      birthFirstNames: ['CLAUDE', 'ANNE'],
      usedName: 'DUPRE-TEST',
      usedFirstName: 'CLAUDE',
      birthDate: '1979-03-28',
      sex: 'F',
      birthPlace: { countryInsee: '99100', postalCode: '51300', communeInsee: '51215', city: 'DOMPREMY' },
    },
    identityStatus: 'QUAL',
  };
}

/** A physician who does not exist, with a test RPPS. @group Fictive people */
export function fictiveProfessional(): Professional {
  return {
    nationalId: '899900000011',
    familyName: 'FICTIF',
    givenName: 'ÉLODIE',
    civility: 'MME',
    title: 'DR',
    professionCode: '10',
    specialtyCode: 'SM26',
  };
}

/** The practice of {@link fictiveProfessional}. @group Fictive people */
export function fictiveStructure(): Structure {
  return {
    nationalId: '499900000011001',
    name: 'CABINET FICTIF',
    activitySector: 'SA07',
    practiceSetting: 'AMBULATOIRE',
  };
}
