import { fhirServicesOf } from '../../../src/client/policy/fhir-services.ts';
import type { Runtime } from '../../../src/internal/runtime.ts';
import { simulatorDescriptor } from '../../../src/platform/index.ts';
import { createFhirBinding } from '../../../src/transport/fhir-services/binding.ts';
import type { FhirBindingOptions } from '../../../src/transport/fhir-services/model.ts';
import type {
  BindingCall,
  BoundPatient,
  FhirServices,
  HttpClient,
  PlatformBinding,
} from '../../../src/transport/index.ts';

/** The person whom the cases of other servers know. */
export const camille: BoundPatient = {
  localId: { system: '2.999.1.10', value: 'PAT-000123' },
  traits: {
    birthName: 'PATIENT-ESSAI',
    firstName: 'CAMILLE',
    birthDate: '1985-01-15',
    sex: 'F',
    birthPlace: { communeInsee: '94043' },
  },
  ins: null,
};

export const call: BindingCall = { assertion: '<Assertion/>', correlationId: 'correlation-1' };

/** Who asks in the cases. */
export const caller = {
  nationalId: '899700012349',
  familyName: 'PRATICIEN-ESSAI',
  givenName: 'DOMINIQUE',
  professionCode: '10',
} as const;

/** 1 March 2026, 10:15 in Paris, which is now in the cases. */
export const now: number = Date.parse('2026-03-01T09:15:00Z');

/** What the FHIR server at this address is called with. */
export function playedOptions(
  base: string,
  http: HttpClient,
  { at = now, ...services }: Partial<FhirServices> & { readonly at?: number } = {},
): FhirBindingOptions {
  const { origin, pathname } = new URL(base);
  const runtime: Runtime = { clock: { now: () => at }, ids: { uuid: () => crypto.randomUUID() } };
  return {
    url: origin,
    http,
    runtime,
    professional: caller,
    structure: {
      nationalId: '1990000010',
      name: 'CABINET ESSAI',
      activitySector: 'SA07',
      practiceSetting: 'AMBULATOIRE',
    },
    regionalOid: '2.999.1.1',
    environment: 'test',
    services: {
      ...(fhirServicesOf(simulatorDescriptor) as FhirServices),
      path: pathname,
      patientInAddress: true,
      ...services,
    },
  };
}

/** The binding of a platform whose FHIR server is at this address. */
export function playedBinding(...given: Parameters<typeof playedOptions>): PlatformBinding {
  return createFhirBinding(playedOptions(...given));
}
