/**
 * What is wrong in a file of any kind, and the list of all rules and error codes: for the tests
 * of your software. Guides: `docs/command-line.md`, `docs/documents-refus.md`,
 * `docs/errors-codes.md`.
 *
 * @packageDocumentation
 */

export { checkFile, type CheckFileOptions, type FileReport } from './check-file.ts';
export type { FileKind } from './detect.ts';
export { errorCodes, type ErrorCodeInfo } from './error-codes.ts';
export { rules, type RuleCaseInfo, type RuleFamily, type RuleInfo } from './rule-list.ts';
