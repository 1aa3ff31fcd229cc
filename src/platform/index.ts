/**
 * Configuration, its rules, the platform descriptor, and the parts of the client. Guide: `docs/configuration.md`.
 *
 * @packageDocumentation
 */

export { checkConfig } from './config/check-config.ts';
export type {
  ConfigReport,
  HostConfig,
  ModuleConfig,
  PlatformEnvironment,
  PolicyConfig,
  QuaiParameters,
  RegistrationConfig,
  StructureConfig,
  StructureIdKind,
  TerrESanteConfig,
  UserConfig,
} from './config/model.ts';
export { localPatientCx, professionalOf, structureOf } from './config/people.ts';
export { importQuaiParameters } from './config/quai-import.ts';
export type { CallMeta, Purpose } from './call.ts';
export type { ConsentInput, ConsentKind, ConsentOperations, ConsentReceipt } from './consent/model.ts';
export { createPlatform, type Platform, type PlatformOptions } from './create-platform.ts';
export { descriptorOf, unsureValues, type UnsureValue } from './descriptor/descriptors.ts';
export type { Confidence, Graded, PlatformDescriptor, PlatformOperation } from './descriptor/model.ts';
export { productionDescriptor } from './descriptor/production.ts';
export { simulatorDescriptor } from './descriptor/simulator.ts';
export type { DiagnoseOptions, Diagnosis, DiagnosisStep, DiagnosisTopic } from './diagnosis/model.ts';
export type { DepositOptions, DepositResult, DepositStatus, DocumentOperations } from './documents/model.ts';
export type {
  DossierCreated,
  DossierCreateOptions,
  DossierOperations,
  DossierStatus,
  DossierStatusOptions,
} from './dossier/model.ts';
