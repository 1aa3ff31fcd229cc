import type { EventEmitter } from 'node:events';

import { cancelled, throwIfAborted, withDeadline, type CallOptions } from './abort.ts';

/*
 * Every wait of the package goes through this file or through `abort.ts`, so that each of them
 * ends: by its time, its signal or the end of what it listens to. A lint rule refuses timers,
 * `once` and `Promise.race` elsewhere.
 */

/** How a pause ends early, and whether it keeps the process alive. */
export interface PauseOptions {
  readonly signal?: AbortSignal | undefined;
  /** @defaultValue `true` */
  readonly keepsAlive?: boolean | undefined;
}

/**
 * Waits, less long when the signal fires: whoever must know looks at the signal afterwards.
 *
 * @param ms - at most the longest wait of a timer, 24 days
 */
export async function pause(ms: number, { signal, keepsAlive = true }: PauseOptions = {}): Promise<void> {
  if (signal?.aborted) return;

  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };

    const timer = setTimeout(end, ms);
    if (!keepsAlive) timer.unref();
    signal?.addEventListener('abort', end, { once: true });
  });
}

/** Rings once after a time, unless it is set again or turned off before. */
export class Alarm {
  readonly #keepsAlive: boolean;
  #timer: NodeJS.Timeout | undefined;

  /** @param keepsAlive - whether the process stays for it */
  constructor({ keepsAlive = false }: Pick<PauseOptions, 'keepsAlive'> = {}) {
    this.#keepsAlive = keepsAlive;
  }

  get isSet(): boolean {
    return this.#timer !== undefined;
  }

  /** Counts the time from now on; an earlier time is forgotten. */
  set(ms: number, ring: () => void): void {
    this.off();

    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      ring();
    }, ms);
    if (!this.#keepsAlive) this.#timer.unref();
  }

  off(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** Settles as the first of several works that settles; the others go on. */
export function firstOf<T>(works: Iterable<Promise<T>>): Promise<T> {
  return Promise.race(works);
}

/** Settles as the work does, unless the signal fires first (`TE_CANCELLED`). The work goes on. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  // Whoever waits may leave: a later failure of the work is not an unhandled one.
  work.catch(() => undefined);
  throwIfAborted(signal);

  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(cancelled(signal));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}

/**
 * Settles as the work does within a time; then fails with `late`. For work that cannot be stopped,
 * so that nobody waits for it.
 */
export async function within<T>(work: Promise<T>, ms: number, late: () => Error): Promise<T> {
  work.catch(() => undefined);

  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), ms);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether work settles within a time; it goes on in any case. */
export function endsWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const settled = work.then(
    () => true,
    () => true,
  );
  return within(settled, ms, () => new Error('late')).catch(() => false);
}

/** What ends a wait for an emitter. `error` always does, with its error. */
export interface EmitterOptions extends CallOptions {
  /** Events after which the awaited one cannot come. */
  readonly failures?: readonly string[] | undefined;
  /** Its error then. */
  readonly failed?: ((name: string, value: unknown) => Error) | undefined;
}

/** An event that came. */
export interface EmittedEvent {
  readonly name: string;
  /** Its first argument. */
  readonly value: unknown;
}

/**
 * Waits for the first of some events. Fails with the error of an `error` event, with that of one of
 * `failures`, with `TE_CANCELLED` or with `TE_TIMEOUT`; leaves no listener behind.
 *
 * @param begin - what makes the event come; called when the listeners stand
 */
export function eventOf(
  emitter: EventEmitter,
  names: readonly string[],
  options: EmitterOptions = {},
  begin?: () => void,
): Promise<EmittedEvent> {
  return listening(emitter, names, options, () => {
    begin?.();
  });
}

/**
 * One call that answers by a callback, and that may never answer once its emitter has ended: it
 * then fails as {@link eventOf} does.
 */
export async function calledBack<T>(
  emitter: EventEmitter,
  options: EmitterOptions,
  start: (done: (error?: Error | null, value?: T) => void) => void,
): Promise<T> {
  const { value } = await listening(emitter, [], options, (answer) => {
    start((error, result) => {
      answer(error ?? null, { name: 'callback', value: result });
    });
  });
  return value as T;
}

async function listening(
  emitter: EventEmitter,
  names: readonly string[],
  { failures = [], failed = endedEarly, signal, timeoutMs }: EmitterOptions,
  begin: (answer: (error: Error | null, event: EmittedEvent) => void) => void,
): Promise<EmittedEvent> {
  const listeners = new Map<string, (value: unknown) => void>();

  const wait = (): Promise<EmittedEvent> =>
    new Promise((resolve, reject) => {
      listeners.set('error', (error) => reject(failed('error', error)));
      for (const name of failures) listeners.set(name, (value) => reject(failed(name, value)));
      for (const name of names) listeners.set(name, (value) => resolve({ name, value }));

      for (const [name, listener] of listeners) emitter.on(name, listener);
      begin((error, event) => (error ? reject(error) : resolve(event)));
    });

  try {
    return await ((signal ?? timeoutMs !== undefined) ? withDeadline({ signal, timeoutMs }, wait) : wait());
  } finally {
    for (const [name, listener] of listeners) emitter.off(name, listener);
  }
}

function endedEarly(name: string, value: unknown): Error {
  return name === 'error' ? (value as Error) : new Error(`ended by ${name}`);
}

/** How long the host has for an answer of its own, when nothing else is said: an assumption. */
export const hostTimeoutMs = 60_000;

/**
 * Asks the host through a callback it gave: a token, a certificate, a revocation list. The host
 * that throws at once, answers with a value or never answers is one case: the wait ends by its
 * signal or deadline (`TE_CANCELLED`, `TE_TIMEOUT`, both name the callback). The host's own error
 * passes as it is.
 *
 * @param name - of the option that holds the callback
 */
export function hostAnswer<T>(
  name: string,
  ask: (signal: AbortSignal) => T | Promise<T>,
  { signal, timeoutMs = hostTimeoutMs }: CallOptions = {},
): Promise<T> {
  return withDeadline(
    { signal, timeoutMs },
    async (over) => ask(over),
    `L'application n'a pas répondu à temps (${name}).`,
  );
}
