export { fictiveConfig } from './config.ts';
export type {
  MailAuthentication,
  MailFaultAction,
  MailFaultPoint,
  MailReply,
  MailServer,
  MailServerOptions,
  ReceivedMail,
} from './mail/model.ts';
export { createMailServer } from './mail/server.ts';
export type {
  IntakeResult,
  SimulatedDocument,
  SimulatedDossier,
  SimulatedDossierSeed,
  SimulatedMail,
  Simulator,
  SimulatorFault,
  SimulatorLimits,
  SimulatorOptions,
} from './model.ts';
export { createSimulator } from './simulator.ts';
