#!/usr/bin/env node
import { eventOf } from '../internal/wait.ts';
import { languageOfSystem } from './language.ts';
import { run } from './run.ts';
import { stopSignal } from './stop-signal.ts';

async function main(): Promise<void> {
  const stop = stopSignal(process);

  // A reader that closes the pipe early (head, less) is not a fault.
  process.stdout.on('error', () => process.exit(0));
  process.on('unhandledRejection', () => {
    process.stderr.write('Erreur inattendue / unexpected failure\n');
    process.exit(2);
  });

  process.exitCode = await run(process.argv.slice(2), {
    stdin: process.stdin,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    drained: async () => {
      if (process.stdout.writableNeedDrain) await eventOf(process.stdout, ['drain'], { failures: ['close'] });
    },
    readSecret: process.stdin.isTTY
      ? async (prompt, signal) =>
          (await import('./secret.ts')).readSecret(
            process.stdin,
            (text) => void process.stderr.write(text),
            prompt,
            AbortSignal.any([signal, stop]),
          )
      : undefined,
    interactive: process.stderr.isTTY,
    lang: languageOfSystem(process.env, new Intl.DateTimeFormat().resolvedOptions().locale),
    signal: stop,
  });
}

void main();
