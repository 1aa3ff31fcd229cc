import { TerrESanteError } from '../../errors.ts';

declare const xmlBrand: unique symbol;

/**
 * Serialised XML that is already escaped. Only this module makes it, so plain text cannot be taken
 * for markup.
 */
export type Xml = string & { readonly [xmlBrand]: true };

/** Attributes by qualified name; `undefined` leaves the attribute out. */
export type XmlAttributes = Readonly<Record<string, string | undefined>>;

export type XmlChild = Xml | undefined | null | false;

/** Namespace of each prefix used on attributes: the canonical order sorts by it. */
const attributeNamespaces: Readonly<Record<string, string>> = {
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
  xml: 'http://www.w3.org/XML/1998/namespace',
  soap: 'http://www.w3.org/2003/05/soap-envelope',
  wsu: 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd',
};

// What XML 1.0 section 2.2 forbids; with the u flag a surrogate matches only when it stands alone.
const forbidden = /[\0-\x08\x0B\x0C\x0E-\x1F\uD800-\uDFFF\uFFFE\uFFFF]/u;
const textSpecial = /[&<>\r]/;
const attributeSpecial = /[&<"\t\n\r]/;
// Nothing to escape and nothing forbidden, as text or as attribute: one look at most values is
// enough.
const plain = /^[ !#-%'-;=?-~\u00A0-\u024F]*$/;

function refuseForbidden(value: string): void {
  const match = forbidden.exec(value);
  if (match) {
    throw new TerrESanteError('TE_INPUT_INVALID', 'Un texte contient un caractère interdit en XML.', {
      details: {
        position: match.index,
        codePoint: `U+${(match[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
      },
    });
  }
}

/**
 * Text content in canonical form (Canonical XML 1.0, section 2.3). Refuses what XML 1.0 forbids,
 * never drops it.
 */
export function text(value: string): Xml {
  if (plain.test(value)) return value as Xml;
  refuseForbidden(value);
  if (!textSpecial.test(value)) return value as Xml;

  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#xD;') as Xml;
}

/** Attribute value in canonical form, without its quotes. */
export function attributeValue(value: string): string {
  if (plain.test(value)) return value;
  refuseForbidden(value);
  if (!attributeSpecial.test(value)) return value;

  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#x9;')
    .replaceAll('\n', '&#xA;')
    .replaceAll('\r', '&#xD;');
}

/** Declarations first, then attributes without namespace, then the others by their namespace. */
function sortKey(name: string): string {
  if (name === 'xmlns') return '0';
  if (name.startsWith('xmlns:')) return `1${name.slice(6)}`;
  const colon = name.indexOf(':');
  if (colon < 0) return `2${name}`;

  const namespace = attributeNamespaces[name.slice(0, colon)];
  if (namespace === undefined) throw new RangeError(`no namespace known for the attribute ${name}`);
  return `3${namespace} ${name.slice(colon + 1)}`;
}

const isPlain = (name: string): boolean => !name.includes(':') && name !== 'xmlns';

function byKey(a: string, b: string): number {
  const left = sortKey(a);
  const right = sortKey(b);
  if (left === right) return 0;

  return left < right ? -1 : 1;
}

/**
 * One element in exclusive canonical form: no self-closing tag, namespace declarations first,
 * attributes sorted. Declaring each namespace on the element that uses it is the caller's part.
 *
 * @see Exclusive XML Canonicalization 1.0, section 3
 */
export function element(name: string, attributes: XmlAttributes | null, ...children: readonly XmlChild[]): Xml {
  let out = `<${name}`;

  if (attributes) {
    const names = Object.keys(attributes);
    if (names.length > 1) {
      // Without prefix or namespace the order is that of the names.
      if (names.every(isPlain)) names.sort();
      else names.sort(byKey);
    }

    for (const key of names) {
      const value = attributes[key];
      if (value !== undefined) out += ` ${key}="${attributeValue(value)}"`;
    }
  }

  out += '>';
  for (const child of children) if (child) out += child;
  return `${out}</${name}>` as Xml;
}

/** Joins fragments without a wrapper. */
export function fragment(...children: readonly XmlChild[]): Xml {
  return children.filter(Boolean).join('') as Xml;
}

/**
 * Takes a string as XML without escaping it. Only for bytes that were signed or checked, never for
 * text that comes from a caller.
 */
export function trustedXml(serialised: string): Xml {
  return serialised as Xml;
}

/** The declaration that documents and metadata begin with; canonical XML has none. */
export const xmlDeclaration: Xml = '<?xml version="1.0" encoding="UTF-8"?>\n' as Xml;
