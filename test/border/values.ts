/** What a careless or hostile caller gives in place of a good value, each with a name for the report. */
export type BadValue = readonly [name: string, make: (good: unknown) => unknown];

const thrown = (): never => {
  throw new RangeError('a getter of the host');
};

/** An object of which nothing can be read. */
const closed = (): object =>
  new Proxy(
    {},
    { get: thrown, has: thrown, ownKeys: thrown, getPrototypeOf: thrown, getOwnPropertyDescriptor: thrown },
  );

/** An object of which nothing can be read any more. */
function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** The same members, each of which throws when it is read. */
function throwing(good: unknown): object {
  const out = {};
  const names = typeof good === 'object' && good !== null ? Object.keys(good) : ['value'];
  for (const name of names) Object.defineProperty(out, name, { enumerable: true, get: thrown });
  return out;
}

function cyclic(): object {
  const out: Record<string, unknown> = { list: [] };
  out['self'] = out;
  (out['list'] as unknown[]).push(out);
  return out;
}

function detached(): Uint8Array {
  const bytes = new Uint8Array(8);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

function promised(good: unknown): Promise<unknown> {
  const promise = Promise.resolve(good);
  // The value may be one that throws when it is asked whether it is a promise.
  promise.catch(() => undefined);
  return promise;
}

function rejected(): Promise<never> {
  const promise = Promise.reject(new RangeError('a promise of the host'));
  promise.catch(() => undefined);
  return promise;
}

class Instance {
  readonly value = 1;
}

export const badValues: readonly BadValue[] = [
  ['undefined', () => undefined],
  ['null', () => null],
  ['NaN', () => Number.NaN],
  ['Infinity', () => Number.POSITIVE_INFINITY],
  ['-Infinity', () => Number.NEGATIVE_INFINITY],
  ['-1', () => -1],
  ['0', () => 0],
  ['1.5', () => 1.5],
  ['1e308', () => 1e308],
  ['2 ** 53', () => 2 ** 53],
  ['a bigint', () => 10n],
  ['a symbol', () => Symbol('x')],
  ['true', () => true],
  ['an empty text', () => ''],
  ['a blank', () => ' '],
  ['the text false', () => 'false'],
  ['a word', () => 'x'],
  ['a NUL', () => '\0'],
  ['half a pair', () => '\ud800'],
  ['__proto__', () => '__proto__'],
  ['constructor', () => 'constructor'],
  ['a long text', () => 'x'.repeat(100_000)],
  ['a String object', () => Object('x') as unknown],
  ['an empty list', () => []],
  ['a list of undefined', () => [undefined]],
  ['a list of null', () => [null]],
  ['a list of a number', () => [1]],
  ['a list of {}', () => [{}]],
  ['a list with a hole', () => Array.from({ length: 3 }).concat([1]).slice(0, 3)],
  ['a long list', () => Array.from({ length: 20_000 }, () => 'x')],
  ['the value in a list', (good) => [good]],
  ['{}', () => ({})],
  ['an object without prototype', () => Object.create(null) as unknown],
  ['a Map', () => new Map([['x', 1]])],
  ['a date', () => new Date(0)],
  ['a date that is none', () => new Date(Number.NaN)],
  ['a regular expression', () => /x/],
  ['an instance', () => new Instance()],
  ['an error', () => new Error('of the host')],
  ['a cycle', cyclic],
  ['a closed proxy', closed],
  ['a revoked proxy', revoked],
  ['members that throw', throwing],
  ['a function', () => () => undefined],
  ['a function that throws', () => thrown],
  ['a promise', promised],
  ['a promise that rejects', rejected],
  ['Uint8Array(0)', () => new Uint8Array(0)],
  ['Uint16Array', () => new Uint16Array(16)],
  ['Float64Array', () => new Float64Array(4)],
  ['an ArrayBuffer', () => new ArrayBuffer(8)],
  ['a DataView', () => new DataView(new ArrayBuffer(8))],
  ['bytes let go', detached],
  ['frozen', (good) => (typeof good === 'object' && good !== null ? Object.freeze({ ...good }) : Object.freeze({}))],
];
