/** Addresses of the guide Cahier de liaison 3.0.0 (ANS). */
const cdl = 'https://interop.esante.gouv.fr/ig/fhir/cdl/StructureDefinition';

export const cdlNames = {
  note: `${cdl}/cdl-document-reference`,
  creation: `${cdl}/cdl-bundle-creation-note`,
  isEmergency: `${cdl}/cdl-ext-is-emergency`,
} as const;

/** TRE_A07, of which JDV_J110 is made. @see ANS, NOS: TRE_A07-StatutVisibiliteDocument */
export const visibilitySystem =
  'https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument';
