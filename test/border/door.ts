/** One public function or method, with arguments that it takes. */
export interface Door {
  /** `auth.verifyAssertion` for a function of a path, `Mailbox.read` for a method of an interface. */
  readonly name: string;
  readonly args: readonly unknown[];
  /** Where an object of options stands among the arguments: `1`, or `1.retry` inside another. */
  readonly options: readonly string[];
  readonly call: (...args: never[]) => unknown;
}

export function door<A extends readonly unknown[]>(
  name: string,
  call: (...args: A) => unknown,
  args: NoInfer<A>,
  ...options: readonly string[]
): Door {
  return { name, call: call, args, options };
}

/** Doors of one area, and what closes when they were all tried. */
export interface DoorSet {
  readonly doors: readonly Door[];
  readonly close?: () => Promise<void>;
}

export const isPlain = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Array.isArray(value);
};

/** Where a value may be replaced: each argument, and what plain objects and lists hold. */
export function placesOf(args: readonly unknown[], depth: number): readonly string[] {
  const places: string[] = [];
  const walk = (value: unknown, place: string, left: number): void => {
    places.push(place);
    if (left === 0 || !isPlain(value)) return;
    for (const name of Object.keys(value).slice(0, Array.isArray(value) ? 1 : undefined)) {
      walk(value[name], `${place}.${name}`, left - 1);
    }
  };
  for (const [index, argument] of args.entries()) walk(argument, String(index), depth);
  return places;
}

/** What stands at a place. */
export function valueAt(args: readonly unknown[], place: string): unknown {
  return place
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], args);
}

/** The same arguments but for one place; nothing given is changed. */
export function replaced(args: readonly unknown[], place: string, value: unknown): unknown[] {
  const put = (holder: unknown, names: readonly string[]): unknown => {
    const [name, ...rest] = names;
    if (name === undefined) return value;
    const copy: unknown = Array.isArray(holder) ? [...(holder as unknown[])] : { ...(holder as object | undefined) };
    (copy as Record<string, unknown>)[name] = put((holder as Record<string, unknown> | undefined)?.[name], rest);
    return copy;
  };
  return put([...args], place.split('.')) as unknown[];
}

/** Longest time for the first item of what may rightly never give one, in milliseconds. */
const briefMs = 200;

/** The first item of what goes on until its signal, or nothing when none comes soon. */
export async function drawnBriefly(items: AsyncIterable<unknown>): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, briefMs);
  });
  const first = iterator.next();
  // What comes of it after that is not looked at: the door closes with its client.
  first.catch(() => undefined);
  try {
    await Promise.race([first, late]);
  } finally {
    clearTimeout(timer);
    iterator.return?.().catch(() => undefined);
  }
}
