/** A qualified name, taken apart (Namespaces in XML 1.0, section 4). */
export interface QualifiedName {
  readonly name: string;
  /** `null` for a name without a colon. */
  readonly prefix: string | null;
  readonly localName: string;
}

/** What may stand in a name but not at its beginning. */
const notAtStart = /^[-.0-9\u00B7\u0300-\u036F\u203F\u2040]/;

/** Places of the table, a power of two. */
const places = 512;

/**
 * The names of one document. Few come again and again, so that each is taken apart once, and the
 * tree holds one copy of it: a name as the parser gives it keeps the piece of text it was cut from.
 *
 * A name has one place, found by its length and three of its characters, and takes it from whatever
 * stood there: names without end take no more room, and a fresh text is compared, never hashed.
 */
export class NameTable {
  readonly #known: (QualifiedName | null)[] = Array.from({ length: places }, () => null);

  /** @returns `null` when it is no qualified name */
  read(name: string): QualifiedName | null {
    const place = placeOf(name);
    const known = this.#known[place];
    if (known?.name === name) return known;

    const taken = takeApart(name);
    this.#known[place] = taken;
    return taken;
  }
}

/** Tells the names of ebRIM, SOAP and HL7 v3 apart; a name of no length is that of no element. */
function placeOf(name: string): number {
  const { length } = name;
  const middle = name.charCodeAt(length >> 1) * 17 + name.charCodeAt((length * 3) >> 2);
  return (length * 101 + name.charCodeAt(0) * 5 + middle) & (places - 1);
}

function takeApart(text: string): QualifiedName | null {
  const name = unique(text);
  const colon = name.indexOf(':');
  if (colon < 0) return { name, prefix: null, localName: name };

  const localName = unique(name.slice(colon + 1));
  if (colon === 0 || localName === '' || localName.includes(':') || notAtStart.test(localName)) return null;
  return { name, prefix: unique(name.slice(0, colon)), localName };
}

/** The engine's one copy of a text, as it keeps of each key: two of them are compared at once. */
function unique(text: string): string {
  return Object.keys({ [text]: null })[0] ?? text;
}
