import type { Coded } from '../model/document.ts';

const nos = 'https://mos.esante.gouv.fr/NOS';

/**
 * FHIR addresses of code systems that published examples use; any other system is named by its OID.
 */
const systems: Readonly<Record<string, string>> = {
  '2.16.840.1.113883.6.1': 'http://loinc.org',
  '2.16.840.1.113883.5.25': 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality',
  '1.2.250.1.213.1.1.4.12': `${nos}/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire`,
  '1.2.250.1.213.1.1.4.1': `${nos}/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument`,
  '1.2.250.1.213.1.1.4.13': `${nos}/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument`,
  '1.2.250.1.71.4.2.4': `${nos}/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite`,
  '1.2.250.1.213.1.1.4.9': `${nos}/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice`,
  '1.3.6.1.4.1.19376.1.2.3': `${nos}/TRE_A11-IheFormatCode/FHIR/TRE-A11-IheFormatCode`,
};

export interface FhirCoding {
  readonly system?: string;
  readonly code: string;
  readonly display?: string;
}

export function coding({ code, codeSystem, displayName }: Coded): FhirCoding {
  // The two tables that XDS names by a literal have no address that a published text gives.
  const system = systems[codeSystem] ?? addressOf(codeSystem);
  return { ...(system === undefined ? {} : { system }), code, ...(displayName === '' ? {} : { display: displayName }) };
}

/** An OID, or an address that a source sent in its place. */
function addressOf(codeSystem: string): string | undefined {
  if (/^\d/.test(codeSystem)) return `urn:oid:${codeSystem}`;
  return /^https?:/.test(codeSystem) ? codeSystem : undefined;
}

/** The OID of a code system by its address; what has none that is known stays the address. */
export function codeSystemOf(system: string): string {
  const known = Object.entries(systems).find(([, address]) => address === system);
  return known?.[0] ?? system.replace(/^urn:oid:/, '');
}

export function concept(coded: Coded): { readonly coding: readonly FhirCoding[] } {
  return { coding: [coding(coded)] };
}
