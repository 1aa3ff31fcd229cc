export { checkFile, type CheckFileOptions, type FileReport } from './check-file.ts';
export { detectKind, type FileKind } from './detect.ts';
