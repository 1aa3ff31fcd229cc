/** A terminal as this needs it: raw mode switches its echo off. */
export interface SecretTerminal {
  setRawMode(raw: boolean): unknown;
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  off(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

const key = { ctrlC: 3, ctrlD: 4, backspace: 8, lineFeed: 10, carriageReturn: 13, escape: 27, delete: 127 } as const;
const most = 64;

/**
 * Reads one line without showing it; `null` when the user gives up (Ctrl-C, Ctrl-D, Escape) or the
 * signal fires. The caller zeroes what it gets.
 */
export function readSecret(
  terminal: SecretTerminal,
  write: (text: string) => void,
  prompt: string,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  if (signal.aborted) return Promise.resolve(null);
  return new Promise((resolve) => {
    const typed = Buffer.alloc(most);
    let length = 0;

    const finish = (answer: Uint8Array | null): void => {
      terminal.off('data', onData);
      signal.removeEventListener('abort', onAbort);
      terminal.setRawMode(false);
      terminal.pause();
      typed.fill(0);
      write('\n');
      resolve(answer);
    };

    const onAbort = (): void => finish(null);
    const onData = (chunk: Uint8Array): void => {
      for (const byte of chunk) {
        if (byte === key.carriageReturn || byte === key.lineFeed) {
          finish(Uint8Array.from(typed.subarray(0, length)));
          break;
        }
        if (byte === key.ctrlC || byte === key.ctrlD || byte === key.escape) {
          finish(null);
          break;
        }
        if (byte === key.backspace || byte === key.delete) length = Math.max(0, length - 1);
        else if (byte >= 32 && length < most) typed[length++] = byte;
      }
      chunk.fill(0);
    };

    // Echo off before the prompt: what is typed as soon as it shows must not appear.
    terminal.setRawMode(true);
    write(prompt);
    terminal.on('data', onData);
    terminal.resume();
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
