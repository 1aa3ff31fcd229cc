import { mimeError } from './faults.ts';

type Bytes = AsyncIterable<Uint8Array>;

const plain: ReadonlySet<string> = new Set(['', '7bit', '8bit', 'binary']);

/**
 * The bytes of a part without its transfer encoding.
 *
 * @see RFC 2045, section 6
 * @throws TerrESanteError `TE_PROTOCOL` for an encoding that is not known, and while reading for a
 *   text that is not in its encoding
 */
export function decoded(encoding: string, body: Bytes): Bytes {
  const name = encoding.trim().toLowerCase();
  if (plain.has(name)) return body;
  if (name === 'base64') return fromBase64(body);
  if (name === 'quoted-printable') return fromQuotedPrintable(body);
  throw mimeError('encoding');
}

const groups = /^(?:[A-Za-z0-9+/]{4})*$/;
const lastGroup = /^(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Whether a text is base64, blanks and line breaks anywhere. Linear in its length. */
export function isBase64(text: string): boolean {
  const letters = text.replaceAll(/[ \t\r\n]+/g, '');
  return letters.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(letters);
}

/** Base64 with blanks and line breaks anywhere; nothing may follow its padding. */
export async function* fromBase64(body: Bytes): AsyncGenerator<Uint8Array> {
  let rest = '';
  for await (const chunk of body) {
    const text = rest + asText(chunk).replaceAll(/[ \t\r\n]+/g, '');
    // The last group stays until it is known to be the last: it may be padded.
    const whole = Math.max(0, text.length - (text.length % 4 || 4));
    const ready = text.slice(0, whole);
    if (!groups.test(ready)) throw mimeError('base64');
    if (ready !== '') yield Buffer.from(ready, 'base64');
    rest = text.slice(whole);
  }

  if (!groups.test(rest) && !lastGroup.test(rest)) throw mimeError('base64');
  if (rest !== '') yield Buffer.from(rest, 'base64');
}

/** One escape, or blanks at the end of a line, which are no content. */
const escape = /=(?:\r?\n|(?<hex>[0-9A-Fa-f]{2}))|=[ \t]+\r?\n|[ \t]+(?=\r?\n)|=/g;

async function* fromQuotedPrintable(body: Bytes): AsyncGenerator<Uint8Array> {
  let rest = '';
  for await (const chunk of body) {
    const text = rest + asText(chunk);
    // A line is decoded when it is whole: an escape may be cut between two chunks.
    const whole = text.lastIndexOf('\n') + 1;
    if (text.length - whole > maxLine) throw mimeError('quoted-printable');
    if (whole > 0) yield lines(text.slice(0, whole));
    rest = text.slice(whole);
  }
  if (rest !== '') yield lines(rest.replace(/[ \t]+$/, '').replace(/=$/, ''));
}

/** A line of an encoder has 76 characters; some write whole paragraphs. */
const maxLine = 1_048_576;

function lines(text: string): Uint8Array {
  const bytes = text.replaceAll(escape, (found, hex: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (found === '=') throw mimeError('quoted-printable');
    return '';
  });
  return Buffer.from(bytes, 'latin1');
}

function asText(chunk: Uint8Array): string {
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
}
