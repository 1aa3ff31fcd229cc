import { inspect } from 'node:util';
import { isTerrESanteError, type TerrESanteErrorCode } from '../../src/errors.ts';
import type { Door } from './door.ts';

/** How a call ended: a value, an error of ours with its code, or a fault of ours. */
export interface Attempt {
  readonly code: TerrESanteErrorCode | null;
  /** What must never happen: another error, or no end. */
  readonly fault: string | null;
  /** What it gave, or `undefined`. */
  readonly value: unknown;
}

/** Longest time a call may take before it counts as one that never ends, in milliseconds. */
const patienceMs = 30_000;

/** What a call gives is used as a host would: awaited, its first item drawn, closed. */
async function use(value: unknown): Promise<unknown> {
  const given: unknown = await value;
  if (typeof given !== 'object' || given === null) return given;
  const { close } = given as { close?: unknown };
  if (Symbol.asyncIterator in given) {
    const iterator = (given as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.return?.();
  } else if (typeof close === 'function') {
    await (close as () => Promise<void>).call(given);
  }
  return given;
}

export async function attempt(door: Door, args: readonly unknown[]): Promise<Attempt> {
  let timer: NodeJS.Timeout | undefined;
  const never = new Promise<'never'>((resolve) => {
    timer = setTimeout(resolve, patienceMs, 'never');
  });
  try {
    const ended = await Promise.race([use(door.call(...(args as never[]))), never]);
    return { code: null, fault: ended === 'never' ? 'does not end' : null, value: ended };
  } catch (error) {
    if (isTerrESanteError(error)) return { code: error.code, fault: null, value: undefined };
    return { code: null, fault: faultOf(error), value: undefined };
  } finally {
    clearTimeout(timer);
  }
}

function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return `throws ${inspect(error, { depth: 0 })}`;
  const where = /src\/[\w/.-]+\.ts:\d+|main\.mjs:\d+/.exec(error.stack ?? '')?.[0] ?? 'elsewhere';
  return `${error.name}: ${error.message.slice(0, 80)} (${where})`;
}
