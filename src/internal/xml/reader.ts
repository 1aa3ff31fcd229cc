import { encodingOf } from '../text.ts';
import { XmlFeed } from './feed.ts';
import { defaultXmlLimits, xmlError, type XmlLimits } from './limits.ts';
import type { ReadElement } from './tree.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const declaredEncoding = /^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']/;
/** UTF-8, and the names of ASCII, which is a part of it (IANA, character sets). */
const acceptedEncodings = /^(?:utf-?8|us-ascii|ascii|ansi_x3\.4-19(?:68|86)|iso646-us|us)$/i;
const byteOrderMark = 0xfeff;
const loneSurrogate = /[\uD800-\uDFFF]/u;

function decode(bytes: Uint8Array, limits: XmlLimits): string {
  if (bytes.length > limits.maxBytes) throw xmlError('too-long', null, { details: { max: limits.maxBytes } });

  // UTF-16 without a mark: every other byte of its ASCII is zero.
  const [first, second] = bytes;
  if ((first === 0x3c && second === 0) || (first === 0 && second === 0x3c)) throw xmlError('utf16', 0);

  let source: string;
  try {
    source = utf8.decode(bytes);
  } catch (cause) {
    throw xmlError(encodingOf(bytes) === 'utf-8' ? 'not-utf8' : 'utf16', null, { cause });
  }

  const declared = declaredEncoding.exec(source.slice(0, 200))?.[1];
  if (declared !== undefined && !acceptedEncodings.test(declared)) {
    throw xmlError('encoding', 0, { details: { encoding: declared.slice(0, 20) } });
  }
  return source;
}

/** The characters of the input, without their byte order mark. */
function sourceOf(input: Uint8Array | string, limits: XmlLimits): string {
  // The decoder removes the mark of bytes, and lets no lone surrogate through.
  let source = typeof input === 'string' ? input : decode(input, limits);
  if (source.length > limits.maxBytes) throw xmlError('too-long', null, { details: { max: limits.maxBytes } });

  if (typeof input === 'string') {
    if (source.charCodeAt(0) === byteOrderMark) source = source.slice(1);
    // The parser takes what follows half a pair for its other half.
    const lone = loneSurrogate.exec(source);
    if (lone) throw xmlError('character', lone.index);
  }

  // A second mark is text before the root; the parser would pass over it.
  if (source.charCodeAt(0) === byteOrderMark) throw xmlError('outside-root', 0);
  return source;
}

/**
 * Counts the start tags before anything is built, so that too many cost no memory. Those inside
 * CDATA sections and comments count too.
 */
function refuseTooManyElements(source: string, { maxElements }: XmlLimits): void {
  let elements = 0;
  for (let at = source.indexOf('<'); at >= 0; at = source.indexOf('<', at + 1)) {
    const next = source[at + 1];
    if (next === '/' || next === '!' || next === '?') continue;

    elements += 1;
    if (elements > maxElements) throw xmlError('too-many-elements', at);
  }
}

/**
 * Refuses a DOCTYPE before the parser sees it: entities and external files begin there. One that
 * stands anywhere else than before the root is refused by the parser.
 */
function refuseDoctype(source: string): void {
  const opening = /[ \t\r\n]*(<\?|<!--|<!)/y;
  for (let match = opening.exec(source); match; match = opening.exec(source)) {
    const start = opening.lastIndex;
    if (match[1] === '<!') throw xmlError('doctype', start - 2);

    const closing = match[1] === '<?' ? '?>' : '-->';
    const end = source.indexOf(closing, start);
    if (end < 0) return;
    opening.lastIndex = end + closing.length;
  }
}

/**
 * Reads XML that comes from outside, in time linear in its length: UTF-8 and XML 1.0 only, no
 * DOCTYPE, no entity but the five of XML, within the limits; what is not well formed is refused.
 *
 * @throws TerrESanteError `TE_XML_INVALID`; its details give the reason and the offset, never the
 *   text
 */
export function readXml(input: Uint8Array | string, options: Partial<XmlLimits> = {}): ReadElement {
  const limits = { ...defaultXmlLimits, ...options };
  const source = sourceOf(input, limits);
  refuseTooManyElements(source, limits);
  refuseDoctype(source);

  const feed = new XmlFeed(limits);
  feed.write(source);
  return feed.close();
}
