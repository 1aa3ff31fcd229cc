import { parseHeaderValue } from '../../internal/mime/index.ts';
import { protocolFailure } from './outcome.ts';

const declaration = /^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]{0,39})["']/;

/** Encodings that servers of this trade write. */
const known: ReadonlySet<string> = new Set(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'iso-8859-1', 'us-ascii']);

/**
 * The characters of an XML part. Its mark decides, then the charset of the header, then its own
 * declaration; without any it is UTF-8. Bytes that are wrong in that encoding are refused: a
 * replacement character in a name would be another name.
 *
 * @param contentType - of the part or of the answer
 * @see RFC 7303, section 3
 * @throws TerrESanteError `TE_PROTOCOL`
 */
export function xmlText(bytes: Uint8Array, contentType: string): string {
  const text = new XmlDecoder(bytes, contentType).decode(bytes);
  // The declaration speaks of bytes; what is left are characters.
  return text.replace(/^(\s*<\?xml[^>]*?)\s+encoding\s*=\s*(?:"[^"]*"|'[^']*')/, '$1');
}

/** The same for a part that comes in pieces. */
export class XmlDecoder {
  readonly #decoder: InstanceType<typeof TextDecoder>;

  /** @param head - the first bytes, with the declaration if there is one */
  constructor(head: Uint8Array, contentType: string) {
    const encoding =
      markOf(head) ?? parseHeaderValue(contentType).parameters.get('charset') ?? declared(head) ?? 'utf-8';
    const name = nameOf(encoding);
    if (name === null) throw protocolFailure('charset', 'Réponse dans un jeu de caractères inconnu.');
    this.#decoder = new TextDecoder(name, { fatal: true });
  }

  /** @param isLast - `false` when more bytes come: a character may be cut between two pieces */
  decode(bytes: Uint8Array, isLast = true): string {
    try {
      return this.#decoder.decode(bytes, { stream: !isLast });
    } catch {
      throw protocolFailure('charset', 'Réponse dont les octets ne sont pas du jeu de caractères annoncé.');
    }
  }
}

function markOf([first, second, third]: Uint8Array): string | null {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return null;
}

function declared(bytes: Uint8Array): string | undefined {
  return declaration.exec(Buffer.from(bytes.subarray(0, 200)).toString('latin1'))?.[1];
}

/** Names that a decoder would take for another encoding are told apart first. */
function nameOf(encoding: string): string | null {
  const name = encoding.trim().toLowerCase();
  if (name === 'utf8') return 'utf-8';
  if (name === 'utf-16') return 'utf-16be';
  return known.has(name) ? name : null;
}
