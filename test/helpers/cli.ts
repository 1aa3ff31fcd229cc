import type { CliIo, Command, ExitCode } from '../../src/cli/io.ts';
import { run } from '../../src/cli/run.ts';

export interface CliRun {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in this process, with what it printed. */
export async function runCli(
  command: Command,
  args: readonly string[],
  stdin: Uint8Array = new Uint8Array(),
): Promise<CliRun> {
  let out = '';
  let err = '';
  const io: CliIo = {
    stdin: (async function* () {
      yield stdin;
    })(),
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    interactive: false,
    signal: new AbortController().signal,
  };
  const code = await command(args, io);
  return { code, out, err };
}

/** What `--json` prints: one object a line. */
export function jsonLines(out: string): unknown[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}

/** Runs `terr-esante` with these words, as the program does. */
export async function runWords(words: readonly string[]): Promise<CliRun> {
  return runCli((args, io) => run(args, io), words);
}
