import type { PlatformDescriptor } from '../../platform/index.ts';
import type { SoapServices } from '../../transport/index.ts';

/** What a descriptor says of the SOAP services, without the reasons to believe it. */
export function soapServicesOf({ soap }: PlatformDescriptor): SoapServices | null {
  if (!soap) return null;

  return {
    paths: soap.paths.value,
    receivers: soap.receivers.value,
    processing: soap.processing.value,
    patientKey: soap.patientKey.value,
    actions: soap.actions.value,
    existenceReason: soap.existenceReason.value,
    attention: soap.attention.value,
    creation: soap.creation.value,
    authorization: soap.authorization.value,
    refusals: soap.refusals.value,
  };
}
