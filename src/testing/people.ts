import type { Professional, Structure } from '../identity/index.ts';

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
