import type { CallOptions } from './abort.ts';
import {
  bytesOf,
  isList,
  longestTimerMs,
  momentOf,
  numberIn,
  optionsOf,
  reading,
  recordOf,
  refuseArgument,
  textOf,
  type Check,
  type Checks,
  type NumberRange,
} from './border.ts';
import type { Runtime } from './runtime.ts';

/*
 * Checks of the members of an options object, for the tables that `optionsOf` takes. One table
 * stands beside each options type; what is wrong is refused with the name of the member. A check
 * that returns `never` looks at the kind of value only, and fits a member of any type.
 */

/** Whatever the type says: something of its own kind is checked where it is used. */
export function anything(_name: string, value: unknown): never {
  return value as never;
}

/** A finite number in range. */
export function number(range?: NumberRange): Check<number> {
  return (name, value) => numberIn(name, value, range);
}

/** A whole number in range. */
export function count(min = 0, max?: number): Check<number> {
  return number({ min, max, integer: true });
}

/** A wait in milliseconds that a timer can hold. */
export const wait: Check<number> = number({ max: longestTimerMs });

/** `true` or `false`, and not a text that says so. */
export function flag(name: string, value: unknown): boolean {
  return typeof value === 'boolean' ? value : refuseArgument(name, 'booléen attendu');
}

/** Any text, even a blank one. */
export function anyText(name: string, value: unknown): never {
  return typeof value === 'string' ? (value as never) : refuseArgument(name, 'texte attendu');
}

/** One of a closed list of texts. */
export function choice<V extends string>(...choices: readonly V[]): Check<V> {
  return (name, value) =>
    choices.find((text) => text === value) ?? refuseArgument(name, `${choices.join(', ')} attendu`);
}

/** A list, each item of which passes a check. */
export function listOf<V>(check: Check<V>): Check<readonly V[]> {
  return (name, value) => {
    if (!isList(value)) refuseArgument(name, 'tableau attendu');
    // Not `map`, which would pass over the holes of a list.
    return Array.from(value as readonly unknown[], (item, index) => check(`${name}[${index}]`, item));
  };
}

/** `null` says that it is not known. */
export function orNull<V>(check: Check<V>): Check<V | null> {
  return (name, value) => (value === null ? null : check(name, value));
}

/** An object with members: not a text, not a list, not `null`. */
export function record(name: string, value: unknown): never {
  if (typeof value !== 'object' || value === null || isList(value)) refuseArgument(name, 'objet attendu');
  return value as never;
}

/** A function of the host. */
export function callback(name: string, value: unknown): never {
  return typeof value === 'function' ? (value as never) : refuseArgument(name, 'fonction attendue');
}

/** An object of the host that must have these methods. */
export function methods<V extends object>(...names: readonly (keyof V & string)[]): Check<V> {
  return (name, value) => {
    const given: Readonly<Record<string, unknown>> = record(name, value);
    if (names.some((method) => typeof given[method] !== 'function')) {
      refuseArgument(name, `objet attendu, avec ${names.join(', ')}`);
    }
    return given as V;
  };
}

/** One of several kinds of value: the first check that does not refuse decides. */
export function either<V>(first: Check<unknown>, ...others: readonly Check<unknown>[]): Check<V> {
  return (name, value) => {
    for (const check of others) {
      try {
        return check(name, value) as V;
      } catch {
        // Another kind may fit; the first one words the refusal.
      }
    }
    return first(name, value) as V;
  };
}

/** An options object inside another. */
export function options<T extends object>(checks: Checks<T>): Check<T> {
  return (name, value) => optionsOf(name, value as T, checks);
}

/** A patient, whose members are judged by the rules of identity. */
export function patient(name: string, value: unknown): never {
  return recordOf(name, value as never, 'patient attendu');
}

/** Something that tells when the caller gives up. */
export function signal(name: string, value: unknown): AbortSignal {
  const given = methods<AbortSignal>('addEventListener', 'removeEventListener')(name, value);
  return typeof given.aborted === 'boolean' ? given : refuseArgument(name, 'AbortSignal attendu');
}

/** Time and identifiers of the host, of which each answer is checked when it is asked. */
export function runtime(name: string, value: unknown): Runtime {
  const { clock, ids }: Runtime = record(name, value);
  methods<Runtime['clock']>('now')(`${name}.clock`, clock);
  methods<Runtime['ids']>('uuid')(`${name}.ids`, ids);
  return {
    clock: { now: () => reading(`${name}.clock.now()`, () => momentOf(`${name}.clock.now()`, clock.now())) },
    ids: { uuid: () => reading(`${name}.ids.uuid()`, () => textOf(`${name}.ids.uuid()`, ids.uuid())) },
  };
}

/** The members that every call which may take time accepts. */
export const callChecks: Checks<CallOptions> = { signal, timeoutMs: wait };

export { bytesOf as bytes, textOf as text };
