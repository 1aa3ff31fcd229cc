import { channel, type Channel } from 'node:diagnostics_channel';

import { reading, refuseArgument } from './border.ts';

/**
 * The names of the channels on which the library says what it does, by `node:diagnostics_channel`.
 * Part of the public interface: a name, or a field of an event, is not removed within a major.
 *
 * @example
 * ```ts
 * import { subscribe } from 'node:diagnostics_channel';
 * import { diagnosticsChannels, type CallEvent } from 'terr-esante-sdk';
 *
 * subscribe(diagnosticsChannels.call, (message) => {
 *   const { operation, outcome, durationMs } = message as CallEvent;
 *   console.log(operation, outcome, Math.round(durationMs));
 * });
 * ```
 *
 * @group Observability
 */
export const diagnosticsChannels = {
  /** {@link CallEvent}: a call to the platform ended. */
  call: 'terr-esante:call',
  /** {@link SignatureEvent}: a provider was asked for a signature. */
  signature: 'terr-esante:signature',
  /** {@link DepositEvent}: a deposit has a new state. */
  deposit: 'terr-esante:deposit',
  /** {@link RetryEvent}: an attempt to send failed and another one is planned. */
  retry: 'terr-esante:retry',
} as const;

/** One of the channels. @group Observability */
export type DiagnosticsChannel = keyof typeof diagnosticsChannels;

/**
 * Where the library writes what it does, for those who want lines rather than events: four methods
 * that take a sentence in English and the fields of the event. `console` is one. Nothing that is
 * written names a patient.
 *
 * @group Observability
 */
export interface Logger {
  debug(message: string, fields: Readonly<Record<string, unknown>>): void;
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
}

const levels = ['debug', 'info', 'warn', 'error'] as const;

/** How an event is written as a line. */
export interface LogLine {
  readonly level: (typeof levels)[number];
  readonly message: string;
}

const channels = Object.fromEntries(
  Object.entries(diagnosticsChannels).map(([key, name]) => [key, channel(name)]),
) as unknown as Readonly<Record<DiagnosticsChannel, Channel>>;

/** Tells the subscribers of the channels, and the logger of the host, what happens. */
export class Observer {
  readonly #logger: Logger | undefined;

  /** @throws TerrESanteError `TE_INPUT_INVALID` when the logger lacks one of its four methods */
  constructor(logger?: Logger) {
    if (logger !== undefined && !reading('logger', () => isLogger(logger))) {
      refuseArgument('logger', 'debug, info, warn et error attendus');
    }
    this.#logger = logger;
  }

  /** Whether anybody wants to know. */
  watches(name: DiagnosticsChannel): boolean {
    return this.#logger !== undefined || channels[name].hasSubscribers;
  }

  /** Makes the event only when somebody wants it. What a logger throws stops no work. */
  tell<T extends object>(name: DiagnosticsChannel, make: () => T, line: (event: T) => LogLine): void {
    if (!this.watches(name)) return;

    const event = make();
    channels[name].publish(event);
    if (!this.#logger) return;

    const { level, message } = line(event);
    try {
      this.#logger[level](message, Object.fromEntries(Object.entries(event)));
    } catch {
      // A deposit is worth more than its line.
    }
  }
}

function isLogger(value: unknown): value is Logger {
  return (
    typeof value === 'object' &&
    value !== null &&
    levels.every((level) => typeof (value as Partial<Logger>)[level] === 'function')
  );
}
