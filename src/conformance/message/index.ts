export { findInteraction } from './hl7v3.ts';
export { messageKind } from './kind.ts';
export { isMultipart } from './mime.ts';
export { factsOf, readMessageFile, type MessageFile } from './read.ts';
export type { Facts } from './values.ts';
