/**
 * What is wrong in a file, whatever it is: for the tests of your software.
 *
 * @packageDocumentation
 */

export { checkFile, type CheckFileOptions, type FileReport } from './check-file.ts';
export { detectKind, type FileKind } from './detect.ts';
