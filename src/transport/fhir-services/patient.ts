import { writeFhirPatient } from '../../identity/wire/index.ts';
import type { Json } from '../../internal/json/index.ts';
import { asInput } from '../binding/known-patient.ts';
import type { BoundPatient } from '../binding/model.ts';
import type { FhirBindingOptions } from './model.ts';

/** The patient as a resource of FR Core: with the INS only when it may leave the software. */
export function fhirPatient({ services, environment }: FhirBindingOptions, patient: BoundPatient): Json {
  return writeFhirPatient(asInput(patient), { dialect: services.dialect, environment });
}
