import { isObject } from '../../internal/json/index.ts';

/** A digest that an attachment announces. */
export interface AnnouncedHash {
  /** SHA-1, 40 digits. */
  readonly hex: string;
  /** Written as XDS writes it, in hexadecimal digits: FHIR wants base64. */
  readonly isXds: boolean;
}

/**
 * The SHA-1 of an attachment; `null` without one that can be read.
 *
 * @see HL7 FHIR R4, datatypes, Attachment
 */
export function hashOf(attachment: unknown): AnnouncedHash | null {
  const hash = isObject(attachment) ? attachment['hash'] : null;
  if (typeof hash !== 'string') return null;
  if (/^[0-9a-fA-F]{40}$/.test(hash)) return { hex: hash.toLowerCase(), isXds: true };

  const hex = Buffer.from(hash, 'base64').toString('hex');
  return hex.length === 40 ? { hex, isXds: false } : null;
}
