import { secretBytes, secretCopy } from '../internal/secret-bytes.ts';

/** A terminal as this needs it: raw mode switches its echo off. */
export interface SecretTerminal {
  setRawMode(raw: boolean): unknown;
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  off(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

const key = {
  ctrlC: 3,
  ctrlD: 4,
  backspace: 8,
  lineFeed: 10,
  carriageReturn: 13,
  escape: 27,
  space: 32,
  delete: 127,
} as const;
/** Longest secret; further bytes are dropped. */
const maxBytes = 64;

/**
 * Reads one line without showing it; `null` when the user gives up (Ctrl-C, Ctrl-D, Escape) or the
 * signal fires. The caller zeroes what it gets.
 */
export async function readSecret(
  terminal: SecretTerminal,
  write: (text: string) => void,
  prompt: string,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  if (signal.aborted) return null;
  return new SecretReader(terminal, write, signal).read(prompt);
}

/** What is typed, until the end of the line. Everything read is zeroed. */
class SecretReader {
  readonly #terminal: SecretTerminal;
  readonly #write: (text: string) => void;
  readonly #signal: AbortSignal;
  readonly #typed = secretBytes(maxBytes);
  #length = 0;
  #resolve: (answer: Uint8Array | null) => void = () => undefined;

  constructor(terminal: SecretTerminal, write: (text: string) => void, signal: AbortSignal) {
    this.#terminal = terminal;
    this.#write = write;
    this.#signal = signal;
  }

  read(prompt: string): Promise<Uint8Array | null> {
    return new Promise((resolve) => {
      this.#resolve = resolve;

      // Echo off before the prompt: what is typed as soon as it shows must not appear.
      this.#terminal.setRawMode(true);
      this.#write(prompt);

      this.#terminal.on('data', this.#onData);
      this.#terminal.resume();
      this.#signal.addEventListener('abort', this.#onAbort, { once: true });
    });
  }

  readonly #onAbort = (): void => this.#finish(null);

  readonly #onData = (chunk: Uint8Array): void => {
    for (const byte of chunk) {
      if (this.#take(byte)) break;
    }
    chunk.fill(0);
  };

  /** @returns true at the end of the line, or when the user gives up */
  #take(byte: number): boolean {
    switch (byte) {
      case key.carriageReturn:
      case key.lineFeed:
        this.#finish(secretCopy(this.#typed.subarray(0, this.#length)));
        return true;
      case key.ctrlC:
      case key.ctrlD:
      case key.escape:
        this.#finish(null);
        return true;
      case key.backspace:
      case key.delete:
        this.#length = Math.max(0, this.#length - 1);
        return false;
      default:
        if (byte >= key.space && this.#length < maxBytes) this.#typed[this.#length++] = byte;
        return false;
    }
  }

  #finish(answer: Uint8Array | null): void {
    this.#terminal.off('data', this.#onData);
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#terminal.setRawMode(false);
    this.#terminal.pause();
    this.#typed.fill(0);
    this.#write('\n');
    this.#resolve(answer);
  }
}
