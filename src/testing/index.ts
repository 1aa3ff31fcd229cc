/**
 * Fictive people, keys, documents and cards for the tests of your software. Guide:
 * `docs/simulator.md`.
 *
 * @packageDocumentation
 */

export { demoLetterPdf } from './demo-letter/index.ts';
export { createMockCard } from './mock-card/create.ts';
export type { MockCard, MockCardContent, MockCardOptions, MockFault } from './mock-card/model.ts';
export { fictivePatient, fictivePatients, type FictivePatient, type FictivePatientOptions } from './patients.ts';
export { fictiveProfessional, fictiveStructure } from './people.ts';
export { createTestHierarchy } from './pki/hierarchy.ts';
export type {
  TestCertificateOptions,
  TestHierarchy,
  TestHierarchyOptions,
  TestIdentity,
  TestIdentityPair,
} from './pki/model.ts';
