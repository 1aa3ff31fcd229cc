/**
 * What a value of a JSON object may be. One table says it to the reader of a descriptor, to the
 * check of a configuration and to `scripts/json-schemas.mjs`, which writes the JSON Schemas.
 */
export type Shape =
  | { readonly kind: 'text'; readonly pattern: RegExp | null; readonly maxLength: number }
  | { readonly kind: 'words'; readonly words: readonly (string | number)[] }
  | { readonly kind: 'count'; readonly min: number; readonly max: number }
  | { readonly kind: 'flag' }
  | { readonly kind: 'or-null'; readonly of: Shape }
  | { readonly kind: 'list'; readonly of: Shape; readonly max: number }
  | { readonly kind: 'map'; readonly of: Shape }
  | ObjectShape;

/** An object whose names are all known. */
export interface ObjectShape {
  readonly kind: 'object';
  readonly members: Readonly<Record<string, MemberShape>>;
  /** A value with its confidence and its evidence. */
  readonly graded: boolean;
}

/** A member of an object, which may be left out where it says so. */
export type MemberShape = Shape & { readonly optional?: boolean };

type OptionalShape = Shape & { readonly optional: true };

/** The members of a type: the compiler asks for all of them, and for the optional ones as such. */
export type Members<T> = {
  readonly [K in keyof T]-?: undefined extends T[K] ? OptionalShape : Shape & { readonly optional?: never };
};

/** Most characters of a text that says nothing else. */
const longestText = 2_000;

/** A text, of a form when one is given. */
export function text(pattern: RegExp | null = null, maxLength = longestText): Shape {
  return { kind: 'text', pattern, maxLength };
}

/** A text that is not blank. */
export const filled: Shape = text(/\S/);

/** One of these values. */
export function words(...choices: readonly (string | number)[]): Shape {
  return { kind: 'words', words: choices };
}

/** A whole number in range. */
export function count(min: number, max: number): Shape {
  return { kind: 'count', min, max };
}

/** `true` or `false`. */
export const flag: Shape = { kind: 'flag' };

/** `null` says that it is not known. */
export function orNull(of: Shape): Shape {
  return { kind: 'or-null', of };
}

/** A list, each item of which has the same shape. */
export function list(of: Shape, max = 1_000): Shape {
  return { kind: 'list', of, max };
}

/** Names of the host's own, all with values of one shape. */
export function map(of: Shape): Shape {
  return { kind: 'map', of };
}

/** An object with these members and no other. */
export function object<T>(members: Members<T>): ObjectShape {
  return { kind: 'object', members, graded: false };
}

/** A value with the reason to believe it. */
export function graded(value: Shape): ObjectShape {
  const confidence = words('stated', 'standard', 'national-practice', 'inferred', 'assumption');
  return { kind: 'object', members: { value, confidence, evidence: filled }, graded: true };
}

/** A member that may be left out. */
export function optional(shape: Shape): OptionalShape {
  return { ...shape, optional: true };
}
