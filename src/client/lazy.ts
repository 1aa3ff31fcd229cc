import { readingLater } from '../internal/border.ts';

type Method = (...args: unknown[]) => unknown;

/** The methods of an object, each giving a promise. */
type Forwarded<T, K extends keyof T> = {
  readonly [N in K]: T[N] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
};

/**
 * Methods of an object that is made at the first call: each waits for the object, then calls it.
 * So a host pays for a part of the client only once it uses it.
 */
export function forward<T extends object, K extends keyof T & string>(
  load: () => Promise<T>,
  names: readonly K[],
): Forwarded<T, K> {
  const methods = names.map((name) => {
    const call = async (...args: unknown[]): Promise<unknown> => {
      const target = await load();
      return readingLater('arguments', async () => (target[name] as Method).apply(target, args));
    };
    return [name, call] as const;
  });
  return Object.fromEntries(methods) as Forwarded<T, K>;
}
