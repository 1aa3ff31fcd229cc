import { isObject, numberOf, objects, type Json } from '../../internal/json/index.ts';
import type { NoteAttachment } from '../binding/notes.ts';
import { bytesOfBase64 } from '../mhd/content.ts';

/** The attachment of each content of a note, in their order. */
export function attachmentsOf(resource: Json): readonly Json[] {
  return objects(resource['content']).map(({ attachment }) => (isObject(attachment) ? attachment : {}));
}

/** Where the text of a note stands among its contents: the first plain text that it carries; -1. */
export function textPlace(resource: Json): number {
  return attachmentsOf(resource).findIndex((attachment) => textIn(attachment) !== null);
}

/**
 * Plain text that an attachment carries; `null` when it carries none that can be read. Text without
 * a charset that is no UTF-8 is read as windows-1252: so is the note of the published example.
 *
 * @see ANS, Cahier de liaison 3.0.0, example cdl-bundle-creation-note
 */
export function textIn({ contentType, data }: Json): string | null {
  const shape = /^text\/plain(?:\s*;\s*charset="?([\w-]+)"?)?\s*$/i;
  const [isPlain, charset] = shape.exec(typeof contentType === 'string' ? contentType : '') ?? [];
  const bytes = isPlain === undefined ? null : bytesOfBase64(data);
  if (bytes === null) return null;
  return decoded(bytes, charset ?? 'utf-8') ?? (charset === undefined ? decoded(bytes, 'windows-1252') : null);
}

/** `null` for bytes that are not in this encoding, and for one that nobody knows. */
function decoded(bytes: Uint8Array, charset: string): string | null {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** What goes with a note, beside its text. */
export function describedAttachments(resource: Json): NoteAttachment[] {
  const text = textPlace(resource);
  const all = attachmentsOf(resource).map((attachment, index) => describe(attachment, index));
  return all.filter(({ index }) => index !== text);
}

function describe({ title, contentType, size, data }: Json, index: number): NoteAttachment {
  const announced = numberOf(size);
  const held = bytesOfBase64(data)?.length ?? null;
  return {
    index,
    title: textOf(title),
    mimeType: textOf(contentType),
    size: Number.isSafeInteger(announced) && announced >= 0 ? announced : held,
  };
}

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.slice(0, 200) : null;
