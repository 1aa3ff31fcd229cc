/**
 * The far side, on 127.0.0.1 only. Guide: `docs/simulator.md`.
 *
 * @packageDocumentation
 */

export { fictiveConfig, fictiveOutbox } from './config.ts';
export { createInsiServer, type InsiServer, type InsiServerOptions } from './insi/server.ts';
export type {
  SimulatedDocument,
  SimulatedAnswer,
  SimulatedCoordination,
  SimulatedDossier,
  SimulatedDossierSeed,
  SimulatedHospitalEvent,
  SimulatedMail,
  Simulator,
  SimulatorFault,
  SimulatorOptions,
} from './model.ts';
export {
  createOtpSimulator,
  type OtpSimulator,
  type OtpSimulatorOptions,
  type OtpSimulatorUser,
} from './otp/service.ts';
export type { OpenIdServerLibrary, PscAccount, PscSimulator, PscSimulatorOptions } from './psc/model.ts';
export { createPscSimulator } from './psc/server.ts';
export { createSimulator } from './simulator.ts';
