/**
 * Source of the current time, injected so that the same input gives the same bytes.
 *
 * @group Runtime
 */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}

/** Source of identifiers, injected so that the same input gives the same bytes. @group Runtime */
export interface IdSource {
  /** A UUID in lower case, for example `5f2c9a70-6f0e-4d0b-9d0e-2b7f3f1f0a11`. */
  uuid(): string;
}

/** Time and identifiers used by every builder. @group Runtime */
export interface Runtime {
  readonly clock: Clock;
  readonly ids: IdSource;
}

export const systemClock: Clock = { now: () => Date.now() };
export const randomIds: IdSource = { uuid: () => globalThis.crypto.randomUUID() };
export const systemRuntime: Runtime = { clock: systemClock, ids: randomIds };

/** The system's identifiers at a fixed moment, in milliseconds since 1970. */
export function runtimeAt(now: number): Runtime {
  return { ...systemRuntime, clock: { now: () => now } };
}
