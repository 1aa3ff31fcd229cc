import type { ReadElement } from '../../internal/xml/index.ts';
import { attribute, children, words } from './cda-parts.ts';

/** A name, or a part of one, that has no place among the traits. */
export interface OtherName {
  /** `name` is a name whose text has no parts. */
  readonly part: 'family' | 'given' | 'name';
  readonly text: string;
}

/** The names of a patient, as the traits have them; an absent one is `null`. */
export interface CdaNames {
  readonly birthName: string | null;
  readonly usedName: string | null;
  /** First given name of the birth record. */
  readonly firstName: string | null;
  /** All given names of the birth record, separated by spaces. */
  readonly birthFirstNames: string | null;
  readonly usedFirstName: string | null;
}

interface Part {
  readonly kind: 'family' | 'given';
  readonly text: string;
  /** A part may have several, separated by spaces: the birth name may be the one in use too. */
  readonly qualifiers: readonly string[];
  /** Whether it stands in the name that counts, not in one beside it. */
  readonly main: boolean;
}

/**
 * Reads the `name` elements of a patient. The legal one counts (`use="L"`), else the first without
 * a use, else the first; from the others only parts are taken that say by their qualifier what they
 * are. Parts of one kind follow each other as they are written: several `given` without qualifier
 * are one list. What finds no place is told in `otherNames`, never lost.
 *
 * @see HL7 v3, data types: set_EntityNamePartQualifier, EntityNameUse; CI-SIS, volet Structuration
 *   minimale de documents de santé, section 3.5.5
 */
export function readCdaNames(names: readonly ReadElement[]): CdaNames & { readonly otherNames: readonly OtherName[] } {
  const parts = new Parts(names);

  const birthName = parts.take('family', 'BR');
  const firstName = parts.first('given', 'BR');
  // SP is that of documents older than the INS; without qualifier nothing says that it is the birth
  // name. Any other qualifier comes last: the only family name of a patient is never dropped.
  const usedName =
    parts.take('family', 'CL') ??
    parts.take('family', 'SP') ??
    parts.take('family', null) ??
    (birthName === null ? parts.first('family', 'any') : null);
  const usedFirstName = parts.first('given', 'CL');
  // Each name of the birth record may have its own element.
  const birthFirstNames = parts.take('given', null) ?? parts.takeIfSeveral('given', 'BR');

  return { birthName, usedName, firstName, birthFirstNames, usedFirstName, otherNames: parts.others() };
}

/** The parts of all names, and which of them were taken for a trait. */
class Parts {
  readonly #parts: readonly Part[];
  readonly #texts: readonly OtherName[];
  readonly #taken = new Set<Part>();

  constructor(names: readonly ReadElement[]) {
    const written = names.filter((name) => words(name) !== null);
    const main = mainName(written);
    const ordered = main ? [main, ...written.filter((name) => name !== main)] : [];

    this.#parts = ordered.flatMap((name) => partsOf(name, name === main));
    this.#texts = ordered.flatMap((name) => textWithoutParts(name));
  }

  /** The parts with a qualifier, one after the other; `null` stands for those without any. */
  take(kind: Part['kind'], qualifier: string | null): string | null {
    return this.#join(this.#find(kind, qualifier));
  }

  first(kind: Part['kind'], qualifier: string): string | null {
    return this.#join(this.#find(kind, qualifier).slice(0, 1));
  }

  takeIfSeveral(kind: Part['kind'], qualifier: string): string | null {
    const found = this.#find(kind, qualifier);
    return found.length > 1 ? this.#join(found) : null;
  }

  others(): OtherName[] {
    const texts = new Set([...this.#taken].map(({ text }) => text));
    const left = this.#parts.filter((part) => !this.#taken.has(part) && !texts.has(part.text));
    return [...left.map(({ kind, text }) => ({ part: kind, text })), ...this.#texts];
  }

  /** Those of the name that counts; of the other names only when it has none. */
  #find(kind: Part['kind'], qualifier: string | null): Part[] {
    const found = this.#parts.filter((part) => part.kind === kind && isQualified(part, qualifier));
    const main = found.filter((part) => part.main);
    return main.length > 0 || qualifier === null ? main : found;
  }

  #join(parts: readonly Part[]): string | null {
    for (const part of parts) this.#taken.add(part);
    return parts.length > 0 ? parts.map(({ text }) => text).join(' ') : null;
  }
}

function isQualified({ qualifiers, main }: Part, wanted: string | null): boolean {
  if (wanted === null) return qualifiers.length === 0;
  return wanted === 'any' ? main : qualifiers.includes(wanted);
}

function mainName(names: readonly ReadElement[]): ReadElement | undefined {
  return (
    names.find((name) => tokens(name, 'use').includes('L')) ??
    names.find((name) => tokens(name, 'use').length === 0) ??
    names[0]
  );
}

function partsOf(name: ReadElement, main: boolean): Part[] {
  return (['family', 'given'] as const).flatMap((kind) =>
    children(name, kind).flatMap((node) => {
      const text = words(node);
      return text === null ? [] : [{ kind, text, qualifiers: tokens(node, 'qualifier'), main }];
    }),
  );
}

/**
 * A name may be written as text alone, or beside its parts: which word is the family name is not
 * for us to say.
 */
function textWithoutParts(name: ReadElement): OtherName[] {
  const hasParts = children(name, 'family').length > 0 || children(name, 'given').length > 0;
  const text = hasParts ? words({ ...name, children: name.children.filter(isBeside) }) : words(name);
  return text === null ? [] : [{ part: 'name', text }];
}

/** A text, or a separator that holds a letter: a name that was put in the wrong part. */
function isBeside(child: ReadElement | string): boolean {
  if (typeof child === 'string') return true;
  return child.localName === 'delimiter' && /\p{L}/u.test(words(child) ?? '');
}

function tokens(node: ReadElement, name: string): string[] {
  return attribute(node, name)?.split(/[ \t\r\n]+/) ?? [];
}
