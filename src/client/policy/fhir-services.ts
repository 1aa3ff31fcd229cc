import type { PlatformDescriptor } from '../../platform/index.ts';
import type { FhirServices } from '../../transport/index.ts';

/** What a descriptor says of the FHIR server, without the reasons to believe it. */
export function fhirServicesOf({ fhir }: PlatformDescriptor): FhirServices | null {
  if (!fhir) return null;

  return {
    path: fhir.path.value,
    authorization: fhir.authorization.value,
    patientInAddress: fhir.patientInAddress.value,
    dialect: fhir.dialect.value,
    replaceStyle: fhir.replaceStyle.value,
    versioned: fhir.versioned.value,
    roleSystem: fhir.roleSystem.value,
    structureSystem: fhir.structureSystem.value,
    consentPolicies: fhir.consentPolicies.value,
    refusals: fhir.refusals.value,
    support: fhir.support?.value,
    plans: fhir.plans?.value,
  };
}
