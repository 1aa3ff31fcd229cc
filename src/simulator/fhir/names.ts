const mhd = 'https://profiles.ihe.net/ITI/MHD';
const pdsm = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition';
const nos = 'https://mos.esante.gouv.fr/NOS';

/**
 * Code systems and profiles of what the simulator answers.
 *
 * @see ANS, Cercle de soins 2.0.1, PDSm 3.1.1, Annuaire 1.1.0; IHE ITI MHD 4.2.3 and PCF 1.0.0
 */
export const fhirNames = {
  json: 'application/fhir+json',
  uri: 'urn:ietf:rfc:3986',
  /** Rules of the simulator, which has no published system. */
  rules: 'urn:terr-esante:simulateur:regles',
  listTypes: `${mhd}/CodeSystem/MHDlistTypes`,
  careTeam: 'https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-ihe-careteam',
  consent: 'https://profiles.ihe.net/ITI/PCF/StructureDefinition/IHE.PCF.consentBasic',
  document: `${pdsm}/pdsm-comprehensive-document-reference`,
  submissionSet: `${pdsm}/pdsm-submissionset-comprehensive`,
  isArchived: `${pdsm}/pdsm-ext-is-archived`,
  designationType: `${mhd}/StructureDefinition/ihe-designationType`,
  sourceId: `${mhd}/StructureDefinition/ihe-sourceId`,
  practitioner: 'https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitioner',
  practitionerRole: 'https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitionerrole',
  identifierTypes: 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203',
  hl7IdentifierTypes: 'http://terminology.hl7.org/CodeSystem/v2-0203',
  rpps: 'https://rpps.esante.gouv.fr',
  finess: 'https://finess.esante.gouv.fr',
  noteTypes: `${nos}/TRE_R234-TypeNote/FHIR/TRE-R234-TypeNote`,
  participationFunction: `${nos}/TRE_R259-HL7ParticipationFunction/FHIR/TRE-R259-HL7ParticipationFunction`,
  roleClass: `${nos}/TRE_R260-HL7RoleClass/FHIR/TRE-R260-HL7RoleClass`,
  matchGrade: 'http://hl7.org/fhir/StructureDefinition/match-grade',
  restSecurity: 'http://terminology.hl7.org/CodeSystem/restful-security-service',
} as const;

/** National identifiers of professionals and of structures (CI-SIS, NOS). */
export const nationalOids = { professional: '1.2.250.1.71.4.2.1', structure: '1.2.250.1.71.4.2.2' } as const;

/** A resource by a reference. */
export const referenceTo = (type: string, id: string): { readonly reference: string } => ({
  reference: `${type}/${id}`,
});
