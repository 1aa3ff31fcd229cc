import type { Language } from './language.ts';

/** What a command may touch: injected so that a test drives it without a process. */
export interface CliIo {
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Results. */
  out(text: string): void;
  /** Progress and problems. */
  err(text: string): void;
  /**
   * Settles when the reader of `out` has caught up: a command that writes without end waits for it.
   */
  drained?(): Promise<void>;
  /**
   * Asks for a line that is not shown, `null` when the user gives up; absent when there is no
   * terminal to ask on.
   */
  readonly readSecret?: ((prompt: string, signal: AbortSignal) => Promise<Uint8Array | null>) | undefined;
  /** Whether `err` is a terminal, so that progress may be redrawn. */
  readonly interactive: boolean;
  readonly signal: AbortSignal;
  /** Language of help, findings and errors. @defaultValue `'fr'` */
  readonly lang?: Language | undefined;
}

/**
 * 0 nothing worse than warnings, 1 errors found, 2 unusable input or usage, 3 a conformance run
 * that proved too little; never another code.
 */
export type ExitCode = 0 | 1 | 2 | 3;

/** One command: its words after its name, in; an exit code, out. */
export type Command = (args: readonly string[], io: CliIo) => Promise<ExitCode>;
