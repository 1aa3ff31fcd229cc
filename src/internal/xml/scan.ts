import { TerrESanteError } from '../../errors.ts';
import { checkText, readStartTag, refuseForbiddenCharacters } from './markup.ts';

/**
 * Limits of what is accepted from outside, checked in one linear pass before any parser sees the
 * text.
 */
export interface XmlLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
  readonly maxElements: number;
  readonly maxAttributes: number;
  readonly allowComments: boolean;
  readonly allowProcessingInstructions: boolean;
}

export const defaultXmlLimits: XmlLimits = {
  maxBytes: 64 * 1024 * 1024,
  maxDepth: 120,
  maxElements: 400_000,
  maxAttributes: 64,
  allowComments: true,
  allowProcessingInstructions: true,
};

export function xmlError(reason: string, position: number | null, cause?: unknown): TerrESanteError {
  return new TerrESanteError('TE_XML_INVALID', `XML refusé : ${reason}.`, {
    ...(cause === undefined ? {} : { cause }),
    details: { reason, position },
  });
}

function skipPast(source: string, terminator: string, from: number, what: string): number {
  const end = source.indexOf(terminator, from);
  if (end < 0) throw xmlError(`${what} non terminé`, from);
  return end + terminator.length;
}

/**
 * Refuses DOCTYPE, excessive depth, count or attributes, forbidden characters and references, and
 * the loose tags that a parser may repair, in linear time and without building anything. Counts the
 * attributes.
 */
export function scanXml(source: string, limits: XmlLimits): { readonly attributes: number } {
  refuseForbiddenCharacters(source);
  let index = 0;
  let depth = 0;
  let elements = 0;
  let attributes = 0;
  for (;;) {
    const open = source.indexOf('<', index);
    checkText(source, index, open < 0 ? source.length : open, depth === 0);
    index = open;
    if (index < 0) break;
    const next = source.charCodeAt(index + 1);
    if (next === 0x21) {
      if (source.startsWith('<!--', index)) {
        if (!limits.allowComments) throw xmlError('commentaire interdit ici', index);
        index = skipPast(source, '-->', index + 4, 'commentaire');
      } else if (source.startsWith('<![CDATA[', index) && depth > 0) {
        index = skipPast(source, ']]>', index + 9, 'section CDATA');
      } else throw xmlError('DOCTYPE ou déclaration interdits', index);
    } else if (next === 0x3f) {
      const declaration = index === 0 && /^<\?xml[ \t\r\n]/.test(source.slice(0, 6));
      if (!declaration && !limits.allowProcessingInstructions) {
        throw xmlError('instruction de traitement interdite ici', index);
      }
      index = skipPast(source, '?>', index + 2, 'instruction de traitement');
    } else if (next === 0x2f) {
      depth -= 1;
      if (depth < 0) throw xmlError('balise fermante sans ouverture', index);
      index = skipPast(source, '>', index + 2, 'balise fermante');
    } else {
      elements += 1;
      if (elements > limits.maxElements) throw xmlError("trop d'éléments", index);
      const tag = readStartTag(source, index, limits.maxAttributes);
      if (!tag.selfClosing) {
        depth += 1;
        if (depth > limits.maxDepth) throw xmlError('imbrication trop profonde', index);
      }
      attributes += tag.attributes;
      index = tag.end;
    }
  }
  if (elements === 0) throw xmlError('aucun élément', 0);
  if (depth !== 0) throw xmlError('élément non fermé', source.length);
  return { attributes };
}
