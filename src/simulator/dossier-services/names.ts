/*
 * The words of the dossier services of the simulator, written again here: they are no mirror of
 * the client, which has them from a descriptor.
 */
export const names = {
  statusQuestion: 'PRPA_IN201307UV02',
  statusAnswer: 'PRPA_IN201308UV02',
  creation: 'PRPA_IN201311UV02',
  created: 'PRPA_IN201312UV02',
  notCreated: 'PRPA_IN201313UV02',
  creationSpace: 'asip:ci-sis:gdp:2010',
  authorizationSpace: 'urn:si-dmp-habilitations',
  authorization: 'AUTORISATION',
  authorizationSystem: '2.999.1.2.61',
  authorized: 'VALIDE',
  notAuthorized: 'ABSENTE',
  blocked: 'INTERDITE',
  consent: 'CONSENTEMENT_OUVERTURE',
  sharing: 'DOSSIER_PARTAGE',
  observationSystem: '2.999.1.2.3',
} as const;

export const hl7 = 'urn:hl7-org:v3';
