export type * from './model.ts';
export type { ByteSource } from '../internal/bytes.ts';
export type { Rule } from './check/rule.ts';
export { inspectPdf, requireSafePdf, type PdfInspection } from './pdf/inspect.ts';
