export { mimeError, mimeFaults, type MimeFault } from './faults.ts';
export { parseHeaderValue, type HeaderValue } from './header-value.ts';
export { parseHeaders, type MimeHeaders } from './headers.ts';
export { defaultMimeLimits, idOf, mimeParts, type MimeLimits, type MimePart } from './parts.ts';
export { decoded, fromBase64, isBase64 } from './transfer-encoding.ts';
export {
  takeFirstPart,
  writeBefore,
  writeMultipart,
  type MultipartToWrite,
  type PartToWrite,
  type WrittenParts,
} from './write.ts';
