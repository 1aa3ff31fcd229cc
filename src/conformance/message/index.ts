export { isMessage, messageFacts } from './facts.ts';
export { isMultipart, readMimeFile } from './mime.ts';
export type { Facts } from './values.ts';
