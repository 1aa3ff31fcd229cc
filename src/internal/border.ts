import { TerrESanteError } from '../errors.ts';
import { reading, refuseArgument } from './reading.ts';
import { systemRuntime, type Runtime } from './runtime.ts';

/*
 * What a host may get wrong at the door of a public function. Types are gone at run time: a limit
 * that is `undefined`, `NaN` or a text compares as false with everything, so a check written with
 * it silently lets everything pass. Each helper returns the value it was given or refuses it with
 * `TE_INPUT_INVALID`; the error names the argument, never its value.
 */

export { reading, readingItems, readingLater, refuseArgument } from './reading.ts';

/**
 * What one member of an options object may be: gives the value back, or refuses it by throwing. It
 * is not asked about `undefined`, unless it is {@link needed}.
 */
export type Check<V> = (name: string, value: unknown) => V;

/** The names of an options type, each with its check: the compiler asks for all of them. */
export type Checks<T> = {
  readonly [K in keyof Required<T>]: Check<T[K]> | { readonly needed: Check<T[K]> };
};

/** A member without which nothing can be done. */
export function needed<V>(check: Check<V>): { readonly needed: Check<V> } {
  return { needed: check };
}

const none: Readonly<Record<string, unknown>> = Object.freeze({});

/**
 * Options of a public function: an object whose names are all known, and whose values are of their
 * kind. A misspelt name would be a wish that nobody hears; it is refused, with the name that may
 * have been meant.
 *
 * @param value - `undefined` is an empty object
 * @returns a copy that holds what was checked: a getter of the host cannot answer otherwise later
 */
export function optionsOf<T extends object>(name: string, value: T | undefined, checks: Checks<T>): T {
  const given: unknown = value === undefined ? none : value;
  if (typeof given !== 'object' || given === null || isList(given)) refuseArgument(name, 'objet attendu');

  return reading(name, () => {
    for (const key of Object.keys(given)) {
      if (!Object.hasOwn(checks, key)) refuseName(name, key, Object.keys(checks));
    }

    const known: Record<string, unknown> = {};
    for (const key of Object.keys(checks)) {
      const check = checks[key as keyof T];
      const member = (given as Record<string, unknown>)[key];
      if (typeof check === 'object') known[key] = check.needed(key, member);
      else if (member !== undefined) known[key] = check(key, member);
    }
    return known as T;
  });
}

function refuseName(name: string, unknown: string, known: readonly string[]): never {
  // What is no name of an option may be a value that went astray: it is not repeated.
  const option = /^[a-z][A-Za-z]{0,39}$/.test(unknown) ? unknown : null;
  const meant = known.find((key) => isNear(key, unknown));
  throw new TerrESanteError(
    'TE_INPUT_INVALID',
    `Option inconnue dans ${name} : ${option ?? '…'}.${meant === undefined ? '' : ` Vouliez-vous dire ${meant} ?`}`,
    { details: { argument: name, option, known } },
  );
}

/** One letter missing, added, changed or two exchanged, whatever the case. */
function isNear(known: string, given: string): boolean {
  const [left, right] = [known.toLowerCase(), given.toLowerCase()];
  if (Math.abs(left.length - right.length) > 1) return false;

  let start = 0;
  while (start < left.length && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < Math.min(left.length, right.length) - start && left.at(-1 - end) === right.at(-1 - end)) end += 1;

  const [leftMiddle, rightMiddle] = [left.slice(start, left.length - end), right.slice(start, right.length - end)];
  const areExchanged = leftMiddle.length === 2 && `${leftMiddle.at(1)}${leftMiddle.at(0)}` === rightMiddle;
  return areExchanged || Math.max(leftMiddle.length, rightMiddle.length) <= 1;
}

/** Whether a value is a list; a proxy that was revoked is none, where asking the engine throws. */
export function isList(value: unknown): value is unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/** Something with members, such as a patient or a document: not a text, not a list, not `null`. */
export function recordOf<T extends object>(name: string, value: T | undefined, expected: string): T {
  const given: unknown = value;
  if (typeof given !== 'object' || given === null || isList(given)) refuseArgument(name, expected);
  return given as T;
}

/** Bounds of a number, both included. */
export interface NumberRange {
  /** @defaultValue `0` */
  readonly min?: number | undefined;
  /** @defaultValue `Number.MAX_SAFE_INTEGER` */
  readonly max?: number | undefined;
  /** @defaultValue `false` */
  readonly integer?: boolean | undefined;
}

/** A finite number in range. */
export function numberIn(name: string, value: unknown, range: NumberRange = {}): number {
  const { min = 0, max = Number.MAX_SAFE_INTEGER, integer = false } = range;
  const good = typeof value === 'number' && value >= min && value <= max && (!integer || Number.isInteger(value));
  if (!good) refuseArgument(name, `nombre ${integer ? 'entier ' : ''}de ${min} à ${max} attendu`);
  return value;
}

/** The same for an option that may be left out. */
export function optionalNumber<T extends number | undefined>(
  name: string,
  value: unknown,
  byDefault: T,
  range?: NumberRange,
): number | T {
  return value === undefined ? byDefault : numberIn(name, value, range);
}

/** `true` or `false`, and not a text that says so. */
export function optionalBoolean(name: string, value: unknown, byDefault: boolean): boolean {
  if (value === undefined) return byDefault;
  return typeof value === 'boolean' ? value : refuseArgument(name, 'booléen attendu');
}

/** A text that is not blank; a NUL ends names of files and columns of databases. */
export function optionalText(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value.trim() === '' || value.includes('\0')) {
    refuseArgument(name, 'texte non vide attendu');
  }
  return value;
}

/** A text that is not blank. */
export function textOf(name: string, value: unknown): string {
  return optionalText(name, value) ?? refuseArgument(name, 'texte non vide attendu');
}

/** One of a closed list of texts. */
export function optionalChoice<T extends string>(name: string, value: unknown, choices: readonly T[]): T | undefined {
  if (value === undefined) return undefined;
  return choices.find((choice) => choice === value) ?? refuseArgument(name, `${choices.join(', ')} attendu`);
}

/** Bytes: a `Uint8Array`, of which `Buffer` is one. */
export function bytesOf(name: string, value: unknown): Uint8Array {
  // A proxy is no view, and is not asked what it is.
  if (!ArrayBuffer.isView(value) || !(value instanceof Uint8Array)) refuseArgument(name, 'Uint8Array attendu');
  if (isLetGo(value)) refuseArgument(name, 'octets déjà cédés à un autre');
  return value;
}

/** Whether the memory under a view was transferred: what reads it then throws. */
function isLetGo({ byteLength, buffer }: Uint8Array): boolean {
  if (byteLength > 0) return false;
  try {
    return new Uint8Array(buffer, 0, 0).byteLength > 0;
  } catch {
    return true;
  }
}

/** An array of byte arrays. */
export function bytesListOf(name: string, value: unknown): readonly Uint8Array[] {
  if (!isList(value)) refuseArgument(name, 'tableau de Uint8Array attendu');
  return value.map((item, index) => bytesOf(`${name}[${index}]`, item));
}

/** Longest wait a timer can hold, in milliseconds (24 days): a longer one would end at once. */
export const longestTimerMs = 2_147_483_647;

/** Last moment that a `Date` can hold, in milliseconds since 1970. */
export const lastMoment = 8_640_000_000_000_000;

/** A moment, in milliseconds since 1970: neither `NaN` nor an infinity. */
export function momentOf(name: string, value: unknown): number {
  return numberIn(name, value, { max: lastMoment });
}

/** What the clock of the host says, checked like everything the host gives. */
export function currentTime(runtime: Pick<Runtime, 'clock'> | undefined = systemRuntime): number {
  const clock: unknown = (runtime as Partial<Runtime> | null)?.clock;
  if (typeof clock !== 'object' || clock === null || typeof (clock as Partial<Runtime['clock']>).now !== 'function') {
    refuseArgument('runtime.clock', 'horloge attendue');
  }
  return reading('runtime.clock.now()', () => momentOf('runtime.clock.now()', (clock as Runtime['clock']).now()));
}
