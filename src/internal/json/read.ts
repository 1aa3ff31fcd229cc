import { ExactNumber } from './exact-number.ts';
import { jsonError } from './faults.ts';

/** Bounds of a text that comes from outside; its length is bounded where it is received. */
export interface JsonLimits {
  readonly maxDepth: number;
  readonly maxValues: number;
}

export const defaultJsonLimits: JsonLimits = { maxDepth: 100, maxValues: 2_000_000 };

/**
 * Reads JSON from outside. Stricter than the language in one place, since two readers of one text
 * must not see two things: a key that comes twice in an object is refused. Numbers that would not
 * be written back as they stand are kept as `ExactNumber`.
 *
 * A byte order mark is passed over, as RFC 8259 (section 8.1) allows.
 *
 * @throws TerrESanteError `TE_PROTOCOL` with a reason of `jsonFaults`
 */
export function readJson(bytes: Uint8Array, limits: JsonLimits = defaultJsonLimits): unknown {
  return new JsonReader(textOf(bytes), limits).read();
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw jsonError('encoding');
  }
}

const words: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

class JsonReader {
  readonly #text: string;
  readonly #limits: JsonLimits;
  readonly #space = /[ \t\r\n]*/y;
  readonly #scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
  #at = 0;
  #values = 0;

  constructor(text: string, limits: JsonLimits) {
    this.#text = text;
    this.#limits = limits;
  }

  read(): unknown {
    const value = this.#value(0);
    this.#skip();
    if (this.#at < this.#text.length) throw jsonError('syntax');
    return value;
  }

  #value(depth: number): unknown {
    if (depth > this.#limits.maxDepth) throw jsonError('too-deep');
    this.#values += 1;
    if (this.#values > this.#limits.maxValues) throw jsonError('too-many-values');

    this.#skip();
    switch (this.#text.charAt(this.#at)) {
      case '{':
        return this.#object(depth + 1);
      case '[':
        return this.#list(depth + 1);
      case '"':
        return this.#quoted();
      default:
        return this.#plain();
    }
  }

  #object(depth: number): Readonly<Record<string, unknown>> {
    // Without a prototype `__proto__` is a key like any other.
    const object = Object.create(null) as Record<string, unknown>;
    this.#at += 1;
    if (this.#takes('}')) return object;

    do {
      this.#skip();
      const key = this.#quoted();
      if (Object.hasOwn(object, key)) throw jsonError('same-key');
      if (!this.#takes(':')) throw jsonError('syntax');
      object[key] = this.#value(depth);
    } while (this.#takes(','));

    if (!this.#takes('}')) throw jsonError('syntax');
    return object;
  }

  #list(depth: number): unknown[] {
    const list: unknown[] = [];
    this.#at += 1;
    if (this.#takes(']')) return list;

    do list.push(this.#value(depth));
    while (this.#takes(','));

    if (!this.#takes(']')) throw jsonError('syntax');
    return list;
  }

  #quoted(): string {
    if (this.#text[this.#at] !== '"') throw jsonError('syntax');

    const end = closingQuote(this.#text, this.#at + 1);
    const found = this.#text.slice(this.#at, end + 1);
    this.#at = end + 1;
    return unescaped(found);
  }

  #plain(): unknown {
    const found = this.#token(this.#scalar);
    if (words.has(found)) return words.get(found);

    const number = Number(found);
    return String(number) === found ? number : new ExactNumber(found);
  }

  #token(shape: RegExp): string {
    shape.lastIndex = this.#at;
    const found = shape.exec(this.#text)?.[0];
    if (found === undefined) throw jsonError('syntax');
    this.#at += found.length;
    return found;
  }

  #takes(sign: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== sign) return false;
    this.#at += 1;
    return true;
  }

  #skip(): void {
    this.#space.lastIndex = this.#at;
    this.#at += this.#space.exec(this.#text)?.[0].length ?? 0;
  }
}

/** Where a string ends: at the first quote that no odd number of backslashes stands before. */
function closingQuote(text: string, start: number): number {
  for (let end = text.indexOf('"', start); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (before > start && text[before - 1] === '\\') before -= 1;
    if ((end - before) % 2 === 0) return end;
  }
  throw jsonError('syntax');
}

const control = /[\u0000-\u001f]/;

function unescaped(quoted: string): string {
  if (control.test(quoted)) throw jsonError('syntax');
  if (!quoted.includes('\\')) return quoted.slice(1, -1);

  try {
    return JSON.parse(quoted) as string;
  } catch {
    // The parser quotes the text: its error is not kept.
    throw jsonError('syntax');
  }
}
