/**
 * Configuration, its rules and the platform descriptor. Guide: `docs/configuration.md`.
 *
 * @packageDocumentation
 */

export { checkConfig } from './config/check-config.ts';
export type {
  HostConfig,
  ModuleConfig,
  PolicyConfig,
  QuaiParameters,
  RegistrationConfig,
  StructureConfig,
  StructureIdKind,
  TerrESanteConfig,
  UserConfig,
} from './config/model.ts';
export { professionalOf, sourceIdOf, structureOf } from './config/people.ts';
export { importQuaiParameters } from './config/quai-import.ts';
export { descriptorOf, unsureValues } from './descriptor/descriptors.ts';
export { loadDescriptor } from './descriptor/load.ts';
export type { DocumentFamilyCodes, PlatformDescriptor, PlatformOperation } from './descriptor/model.ts';
export { productionDescriptor } from './descriptor/production.ts';
export { simulatorDescriptor } from './descriptor/simulator.ts';
export type { PlatformEnvironment } from './environment.ts';
