import { TerrESanteError } from '../errors.ts';
import { reading } from '../internal/reading.ts';

/** Each name of an options type: what `typeof` says of its value, or the texts that it may be. */
export type Kinds<T> = Readonly<Record<keyof T, string>>;

/** How `environment` is written. */
export const environments = 'production|test|simulator';

/**
 * Refuses options that are none: a misspelt name, a text in place of a boolean. The check of
 * `internal/border.ts` in few bytes, since this path is for small programs, and quick, since one of
 * these functions judges every patient of a list.
 */
export function requireKnown<T extends object>(options: T, kinds: Kinds<T>): void {
  reading('options', () => checkKinds(options, kinds));
}

function checkKinds<T extends object>(options: T, kinds: Kinds<T>): void {
  if (typeof (options as unknown) !== 'object' || (options as unknown) === null) refuse('options');

  for (const name in options) {
    const value: unknown = options[name];
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : refuse(name);
    const good = value === undefined || (typeof value === kind && value === value) || isOneOf(value, kind);
    if (!good) refuse(name);
  }
}

function isOneOf(value: unknown, kind: string): boolean {
  return typeof value === 'string' && kind.includes('|') && kind.split('|').includes(value);
}

function refuse(name: string): never {
  // What is no name of an option may be a value that went astray: it is not repeated.
  const option = /^[a-z][A-Za-z]{0,39}$/.test(name) ? name : '…';
  throw new TerrESanteError('TE_INPUT_INVALID', `Option inconnue ou valeur refusée : ${option}.`, {
    details: { argument: option, option },
  });
}
