/**
 * A patient in HL7 v2, CX, CDA and FHIR, written and read. Guide: `docs/identity.md`.
 *
 * @packageDocumentation
 */

export { readRecordTarget, writeRecordTarget } from './cda.ts';
export { readPatientCx, writeInsCx, writeLocalCx, type PatientCx } from './cx.ts';
export type { FrCoreDialect } from './fhir-core.ts';
export { readFhirPatient } from './fhir-read.ts';
export { writeFhirPatient, type FhirPatient, type WriteFhirOptions } from './fhir-write.ts';
export { writePid, type WritePidOptions } from './hl7v2.ts';
export { readPid } from './hl7v2-read.ts';
export type { StatusDialect, WireIdentity } from './model.ts';
