import type { StatusDialect } from './model.ts';
import { type Check, needed } from '../../internal/border.ts';
import { choice } from '../../internal/option-checks.ts';

/**
 * State of FR Core, by the code system of its identity statuses. In `v2-0445`, `VALI` means
 * qualified.
 *
 * @group Wire forms
 */
export type FrCoreDialect = 'v2-0445' | 'fiabilite-identite' | 'identity-status';

const core = 'https://hl7.fr/ig/fhir/core';

/** Addresses of extensions, profiles and code systems. */
export const url = {
  profile: `${core}/StructureDefinition/fr-core-patient`,
  reliability: `${core}/StructureDefinition/fr-core-identity-reliability`,
  birthList: `${core}/StructureDefinition/fr-core-patient-birth-list-given-name`,
  dateIndicator: `${core}/StructureDefinition/fr-core-patient-birthdate-update-indicator`,
  inseeCode: `${core}/StructureDefinition/fr-core-address-insee-code`,
  birthPlace: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace',
  identifierTypes: `${core}/CodeSystem/fr-core-cs-v2-0203`,
  hl7IdentifierTypes: 'http://terminology.hl7.org/CodeSystem/v2-0203',
  comments: `${core}/CodeSystem/fr-core-cs-identity-status-comment`,
  communes: 'https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM',
  countries: 'https://mos.esante.gouv.fr/NOS/TRE_R20-Pays/FHIR/TRE-R20-Pays',
};

export const dialectCheck: { readonly needed: Check<FrCoreDialect> } = needed(
  choice('v2-0445', 'fiabilite-identite', 'identity-status'),
);

export const statusSystems: Readonly<Record<FrCoreDialect, string>> = {
  'v2-0445': `${core}/CodeSystem/fr-core-cs-v2-0445`,
  'fiabilite-identite': `${core}/CodeSystem/fr-core-cs-fiabilite-identite`,
  'identity-status': `${core}/CodeSystem/fr-core-cs-identity-status`,
};

/** The statuses that a state of FR Core knows. */
export function statusDialect(dialect: FrCoreDialect): StatusDialect {
  return dialect === 'v2-0445' ? 'pam-legacy' : 'rniv2';
}
