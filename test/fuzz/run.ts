import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { isTerrESanteError } from '../../src/errors.ts';
import { mutate } from './mutate.ts';
import { Random, seedOf } from './random.ts';
import { PropertyError, type Target } from './target.ts';
import type { Watch } from './watch.ts';

/** An input that shows a fault. */
export interface Failure {
  readonly run: number;
  readonly property: string;
  readonly input: Uint8Array;
}

export interface FuzzResult {
  readonly target: string;
  readonly runs: number;
  /**
   * How many inputs were read rather than refused: none would mean that nothing deep was reached.
   */
  readonly read: number;
  readonly failures: readonly Failure[];
}

export interface FuzzOptions {
  readonly seed: number;
  readonly runs?: number | undefined;
  /** Stops then, whatever the runs. */
  readonly until?: number | undefined;
  /** Only this run, to see a failure again. */
  readonly only?: number | undefined;
  /** Longest time of one run, in milliseconds; not in tests, which share their machine. */
  readonly slowMs?: number | undefined;
  readonly watch?: Watch | undefined;
  readonly onRun?: ((run: number) => void) | undefined;
  readonly onFailure?: ((failure: Failure) => void) | undefined;
}

const printed = (value: unknown): string => {
  if (value instanceof Uint8Array) return createHash('sha1').update(value).digest('hex');
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner instanceof Map) return [...inner];
    return inner instanceof Uint8Array ? Buffer.from(inner).toString('hex') : inner;
  });
};

let loose: ((error: unknown) => void) | null = null;

/** What a library throws from a callback of its own would end the process of the host. */
function uncaught(): Promise<never> {
  return new Promise((_, reject) => {
    loose = (error) => reject(new PropertyError(`thrown outside of any call: ${inspect(error, { depth: 0 })}`));
  });
}

/**
 * Takes what nobody catches as a fault of the reader that is running. For a process of its own, not
 * for tests.
 */
export function catchLooseErrors(): void {
  const take = (error: unknown): void => loose?.(error);
  process.on('uncaughtException', take);
  process.on('unhandledRejection', take);
}

interface Outcome {
  readonly result: string;
  readonly read: boolean;
}

async function once(target: Target, input: Uint8Array, seed: number, secrets: readonly string[]): Promise<Outcome> {
  const leak = (where: string, text: string): void => {
    if (secrets.some((secret) => text.includes(secret))) throw new PropertyError(`a secret in ${where}`);
  };
  try {
    const value = await Promise.race([target.read(input, seed), uncaught()]);
    const result = printed(value);
    if (target.findings) leak('a finding', result);
    return { result, read: true };
  } catch (error) {
    if (error instanceof PropertyError) throw error;
    if (!isTerrESanteError(error)) throw new PropertyError(`not a typed error: ${inspect(error, { depth: 0 })}`);
    leak('an error', `${JSON.stringify(error)} ${String(error)}`);
    return { result: `${error.code} ${JSON.stringify(error.details)}`, read: false };
  }
}

/** Work of the processor so far, in milliseconds: the same on a busy machine. */
function workMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

async function faultOf(
  target: Target,
  input: Uint8Array,
  seed: number,
  options: FuzzOptions,
): Promise<{ fault: string | null; read: boolean }> {
  const secrets = target.secrets ?? [];
  const before = Buffer.from(input);
  const started = workMs();
  try {
    options.watch?.start();
    const first = await once(target, input, seed, secrets);
    const took = workMs() - started;
    if (options.slowMs !== undefined && took > options.slowMs) {
      throw new PropertyError(`took ${String(Math.round(took))} ms`);
    }
    const second = await once(target, input, seed, secrets);
    if (first.result !== second.result) throw new PropertyError('two readings differ');
    if (!before.equals(input)) throw new PropertyError('the input was changed');
    const touched = options.watch?.stop() ?? [];
    if (touched.length > 0) throw new PropertyError(`reached outside: ${touched.join(', ')}`);
    return { fault: null, read: first.read };
  } catch (error) {
    if (!(error instanceof PropertyError)) throw error;
    return { fault: error.message, read: false };
  } finally {
    options.watch?.stop();
  }
}

/** Gives a reader changed seeds, and says what did not hold. The seeds themselves must be read. */
export async function fuzz(target: Target, options: FuzzOptions): Promise<FuzzResult> {
  const { seed, runs = Number.POSITIVE_INFINITY, until = Number.POSITIVE_INFINITY, only } = options;
  const seeds = await target.seeds();
  const failures: Failure[] = [];
  const fail = (failure: Failure): void => {
    failures.push(failure);
    options.onFailure?.(failure);
  };
  // Modules that are loaded when they are first needed are loaded here, before anything is watched.
  for (const [index, input] of seeds.entries()) {
    const { fault, read } = await faultOf(target, input, 0, { ...options, watch: undefined, slowMs: undefined });
    if (fault !== null || !read) fail({ run: -1 - index, property: fault ?? 'a seed is refused', input });
  }
  let run = only ?? 0;
  let done = 0;
  let readCount = 0;
  for (; done < runs && Date.now() < until; run += 1) {
    const runSeed = seedOf(seed, target.name, run);
    options.onRun?.(run);
    const input = mutate(seeds, target.dictionary, new Random(runSeed));
    const { fault, read } = await faultOf(target, input, runSeed, options);
    done += 1;
    if (read) readCount += 1;
    if (fault !== null) fail({ run, property: fault, input });
    if (only !== undefined || failures.length >= 20) break;
  }
  return { target: target.name, runs: done, read: readCount, failures };
}
