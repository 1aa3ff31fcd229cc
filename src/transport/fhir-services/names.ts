/** Addresses of profiles and code systems, as the guides publish them. */

const nos = (table: string): string => `https://mos.esante.gouv.fr/NOS/${table}/FHIR/${table.replaceAll('_', '-')}`;

/** @see ANS, Annuaire 1.1.0, as-practitioner: slice `rpps` of identifier */
export const rppsSystem = 'https://rpps.esante.gouv.fr';

/** @see ANS, Annuaire 1.1.0, as-practitioner: slice `idNatPs` of identifier */
export const nationalIdOid = '1.2.250.1.71.4.2.1';

/** TRE_R259 and TRE_R260. @see ANS, Cercle de soins 2.0.1, careteam-roles-vs */
export const participationSystem: string = nos('TRE_R259-HL7ParticipationFunction');
export const roleClassSystem: string = nos('TRE_R260-HL7RoleClass');

/** TRE_G15. @see ANS, Annuaire 1.1.0, as-practitioner: qualification */
export const professionSystem: string = nos('TRE_G15-ProfessionSante');

/** TRE_R09. @see ANS, Annuaire 1.1.0, as-practitioner: qualification */
export const categorySystem: string = nos('TRE_R09-CategorieProfessionnelle');

/** @see HL7 FR Core 2.1.0, types of identifiers */
export const identifierTypes = 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203';

/** @see ANS, Annuaire 1.1.0, as-practitionerrole: slice `mailbox-mss` of telecom */
export const mssExtension = 'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point-email-type';

/** @see IHE ITI MHD 4.2.3, CodeSystem MHDlistTypes: https, whatever the pages of PDSm print */
export const listTypes = 'https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes';

/** @see ANS, PDSm 3.1.1, extension pdsm-ext-is-archived */
export const archivedExtension = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived';

const cds = 'https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition';
const annuaire = 'https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition';

export const profiles = {
  careTeam: `${cds}/cds-ihe-careteam`,
  creation: `${cds}/cds-bundle-transaction-creation`,
  change: `${cds}/cds-bundle-transaction-maj`,
  relative: `${cds}/cds-fr-related-person`,
  practitioner: `${annuaire}/as-practitioner`,
  role: `${annuaire}/as-practitionerrole`,
  consent: 'https://profiles.ihe.net/ITI/PCF/StructureDefinition/IHE.PCF.consentBasic',
} as const;
