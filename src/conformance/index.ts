/**
 * What is wrong in a file of any kind, the list of all rules and error codes, and the kit that
 * proves a running software: for the tests of your software. Guides: `docs/command-line.md`,
 * `docs/conformite.md`, `docs/documents-refus.md`, `docs/errors-codes.md`.
 *
 * @packageDocumentation
 */

export { checkFile, type CheckFileOptions, type FileReport } from './check-file.ts';
export type { FileKind } from './detect.ts';
export { errorCodes, type ErrorCodeInfo } from './error-codes.ts';
export { rules, type RuleCaseInfo, type RuleFamily, type RuleInfo } from './rule-list.ts';
export type { ActAnswer, ActRequest, EhrDriver, KitPatient, KitServer, KitWorld } from './driver/model.ts';
export type { ConformanceConfig, DriverConfig, TestedProduct } from './run/config.ts';
export { runConformance, type ConformanceOptions } from './run/public.ts';
export type { ConformanceReport, ProfileResult } from './run/run.ts';
export type {
  Act,
  ActOutcome,
  AssertionSeverity,
  BilingualText,
  ConformanceProfile,
  EvidenceGrade,
} from './scenario/model.ts';
export type { AssertionOutcome, AssertionResult, NotRunReason, ScenarioResult, Verdict } from './verdict/model.ts';
