import { mimeError } from './faults.ts';

/** The header fields of a message or part: names in lower case; of one given twice, the first. */
export type MimeHeaders = ReadonlyMap<string, string>;

const field = /^(?<name>[!-9;-~]+)[ \t]*:(?<value>.*)$/s;

/**
 * Reads a header block. Folded lines are joined; a line break may be a bare LF.
 *
 * @see RFC 5322, section 2.2
 * @throws TerrESanteError `TE_PROTOCOL` when a line is no field
 */
export function parseHeaders(block: Uint8Array): MimeHeaders {
  const text = Buffer.from(block.buffer, block.byteOffset, block.byteLength).toString('latin1');
  const unfolded = text.replaceAll(/[ \t]*\r?\n[ \t]+/g, ' ');
  const headers = new Map<string, string>();

  for (const line of unfolded.split(/\r?\n/)) {
    if (line === '') continue;
    const { name, value } = field.exec(line)?.groups ?? {};
    if (name === undefined || value === undefined) throw mimeError('bad-header');
    if (!headers.has(name.toLowerCase())) headers.set(name.toLowerCase(), value.trim());
  }
  return headers;
}
