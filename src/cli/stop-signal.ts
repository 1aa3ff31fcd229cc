import type { EventEmitter } from 'node:events';

/**
 * What tells a program to end. Windows knows no SIGTERM: a program that another one ends there is
 * killed on the spot. What does arrive on Windows is Ctrl+C (SIGINT), Ctrl+Break (SIGBREAK) and the
 * closing of the console (SIGHUP, a few seconds before the end).
 */
const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM'];
/** Elsewhere SIGHUP is left alone: `nohup` has it ignored. */
const windowsSignals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGBREAK', 'SIGHUP'];

/** The part of `process` that is listened to. */
export interface StoppableProcess extends Pick<EventEmitter, 'once'> {
  readonly platform: NodeJS.Platform;
  /** Present when the parent opened a channel (`fork`). */
  readonly channel?: { unref(): void } | null | undefined;
}

/**
 * Aborts when the program is asked to end, or when the parent that forked it closes the channel:
 * the only polite way for a program to end another one on Windows.
 */
export function stopSignal(program: StoppableProcess): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort();

  // No wait: for the life of the program. A second signal ends it at once, as usual.
  for (const name of program.platform === 'win32' ? windowsSignals : signals) {
    // eslint-disable-next-line no-restricted-syntax
    program.once(name, stop);
  }

  if (program.channel) {
    // eslint-disable-next-line no-restricted-syntax
    program.once('disconnect', stop);
    // A short command does not stay for its parent.
    program.channel.unref();
  }
  return controller.signal;
}
