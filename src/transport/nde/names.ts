/** Addresses of the guide Notification d'événements 3.0.0 (ANS) and of what it uses. */
const nde = 'https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition';
const core = 'https://hl7.fr/ig/fhir/core';

export const ndeNames = {
  subscription: `${nde}/nde-subscription`,
  start: `${nde}/start`,
  subject: `${nde}/subject`,
  declarant: `${nde}/declarant`,
  subscriber: `${nde}/subscriber`,
  subscriptionDate: `${nde}/subscription-date`,
  eventType: `${nde}/event-type`,
  eventTime: `${nde}/event-time`,
  emissionTime: `${nde}/event-emission-time`,
  practitioner: `${core}/StructureDefinition/fr-core-practitioner`,
  organization: `${core}/StructureDefinition/fr-core-organization`,
  identifierTypes: `${core}/CodeSystem/fr-core-cs-v2-0203`,
  rpps: 'https://rpps.esante.gouv.fr',
  finess: 'https://finess.esante.gouv.fr',
} as const;

/** TRE_R254, of which JDV_J46 allows these two for a stay in hospital. */
export const eventSystem = 'https://mos.esante.gouv.fr/NOS/TRE_R254-TypeEvenement/FHIR/TRE-R254-TypeEvenement';
export const eventCodes = { admission: 'ADM', discharge: 'SOR' } as const;

/** Domain of the national identifiers of professionals (CI-SIS, NOS). */
export const nationalIdUri = 'urn:oid:1.2.250.1.71.4.2.1';
