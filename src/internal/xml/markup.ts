import { xmlError } from './scan.ts';

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';
const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';

// What XML 1.0 section 2.2 forbids; with the u flag a surrogate matches only when it stands alone.
const forbidden = /[\0-\x08\x0B\x0C\x0E-\x1F\uD800-\uDFFF\uFFFE\uFFFF]/u;
const elementName = /[^\s=<>"'/&:]+(?::[^\s=<>"'/&:]+)?/y;
const attribute = /[ \t\r\n]+([^\s=<>"'/&]+)[ \t\r\n]*=[ \t\r\n]*(?:"([^"<]*)"|'([^'<]*)')/y;
const tagEnd = /[ \t\r\n]*(\/?)>/y;
const reference = /&(?:(?:amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9a-fA-F]{1,6}));/y;

export function refuseForbiddenCharacters(source: string): void {
  const match = forbidden.exec(source);
  if (match) throw xmlError('caractère interdit', match.index);
}

function isCharacter(code: number): boolean {
  return (
    code === 0x9 ||
    code === 0xa ||
    code === 0xd ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff)
  );
}

/**
 * Every `&` of a text or an attribute begins one of the five entities or a reference to a legal
 * character.
 */
export function checkReferences(source: string, from: number, to: number): void {
  for (let at = source.indexOf('&', from); at >= 0 && at < to; at = source.indexOf('&', reference.lastIndex)) {
    reference.lastIndex = at;
    const match = reference.exec(source);
    if (!match || reference.lastIndex > to) throw xmlError('référence mal formée', at);
    const [, decimal, hexadecimal] = match;
    const code =
      decimal !== undefined ? Number(decimal) : hexadecimal !== undefined ? Number.parseInt(hexadecimal, 16) : 0x20;
    if (!isCharacter(code)) throw xmlError('référence à un caractère interdit', at);
  }
}

/** Text between two tags. Outside the root only white space is allowed. */
export function checkText(source: string, from: number, to: number, outside: boolean): void {
  if (from >= to) return;
  if (outside && /[^ \t\r\n]/.test(source.slice(from, to))) throw xmlError("texte hors de l'élément racine", from);
  checkReferences(source, from, to);
  const end = source.indexOf(']]>', from);
  if (end >= 0 && end < to) throw xmlError('« ]]> » dans un texte', end);
}

/**
 * The reserved prefixes keep their namespaces, and no prefix is bound to nothing (Namespaces in XML
 * 1.0, section 3).
 */
function checkDeclaration(name: string, value: string, at: number): void {
  if (name !== 'xmlns' && !name.startsWith('xmlns:')) return;
  const prefix = name.slice(6);
  const wrong =
    prefix === 'xmlns' ||
    (prefix !== '' && value === '') ||
    value === xmlnsNamespace ||
    (prefix === 'xml') !== (value === xmlNamespace);
  if (wrong) throw xmlError("déclaration d'espace de noms interdite", at);
}

export interface Tag {
  /** Index after its `>`. */
  readonly end: number;
  readonly selfClosing: boolean;
  readonly attributes: number;
}

/** A start tag from its `<`: a name, attributes with quoted values, nothing else. */
export function readStartTag(source: string, from: number, maxAttributes: number): Tag {
  elementName.lastIndex = from + 1;
  if (!elementName.test(source)) throw xmlError('balise mal formée', from);
  let at = elementName.lastIndex;
  let attributes = 0;
  for (;;) {
    attribute.lastIndex = at;
    const match = attribute.exec(source);
    if (!match) break;
    attributes += 1;
    if (attributes > maxAttributes) throw xmlError("trop d'attributs sur un élément", at);
    const [, name = '', double, single] = match;
    checkReferences(source, at, attribute.lastIndex);
    checkDeclaration(name, double ?? single ?? '', at);
    at = attribute.lastIndex;
  }
  tagEnd.lastIndex = at;
  const end = tagEnd.exec(source);
  if (!end) throw xmlError('balise mal formée', from);
  return { end: tagEnd.lastIndex, selfClosing: end[1] === '/', attributes };
}
