#!/usr/bin/env node
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { isTerrESanteError } from '../errors.ts';
import { here } from '../internal/here.ts';
import type { CliIo, Command, ExitCode } from './io.ts';
import { stopSignal } from './stop-signal.ts';

interface Entry {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

const commands: Readonly<Record<string, Entry>> = {
  demo: {
    summary: 'the whole path on this machine: a letter from a PDF to the dossier',
    load: async () => (await import('./demo.ts')).demoCommand,
  },
  simulator: {
    summary: 'the far side, on 127.0.0.1 only',
    load: async () => (await import('./simulator.ts')).simulatorCommand,
  },
  check: {
    summary: 'explain what is wrong in a file: identity, CDA, METADATA.XML, XDM, VIHF, mail',
    load: async () => (await import('./check.ts')).checkCommand,
  },
  inspect: {
    summary: 'say what a file holds: CDA, METADATA.XML, XDM, VIHF, mail, INS datamatrix',
    load: async () => (await import('./inspect.ts')).inspectCommand,
  },
  document: {
    summary: 'build a document from its description: document build SPEC.json --out DIR',
    load: async () => (await import('./document.ts')).documentCommand,
  },
  types: {
    summary: 'find a document type by its French label or code: types SEARCH',
    load: async () => (await import('./types.ts')).typesCommand,
  },
  identity: {
    summary: 'check the patients of a file or of a stream: identity check FILE|-',
    load: async () => (await import('./identity.ts')).identityCommand,
  },
  card: {
    summary: 'readers, holder, certificates and practices of the CPS card',
    load: async () => (await import('./card.ts')).cardCommand,
  },
  vihf: {
    summary: 'explain step by step why a VIHF is refused',
    load: async () => (await import('./vihf.ts')).vihfCommand,
  },
  outbox: {
    summary: 'deposits and what became of them: outbox list|show|retry|cancel|unmatched',
    load: async () => (await import('./outbox.ts')).outboxCommand,
  },
  mail: {
    summary: 'try the MSSanté servers without sending: mail test',
    load: async () => (await import('./mail.ts')).mailCommand,
  },
};

/** A package may import its own manifest by its name. */
function packageVersion(): string {
  const { version } = createRequire(here())('terr-esante-sdk/package.json') as { readonly version: string };
  return version;
}

function usage(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `usage: terr-esante COMMAND [options]\n\n${lines.join('\n')}\n\nterr-esante COMMAND --help says more; terr-esante --version.\n`;
}

/**
 * Runs one command; every failure becomes exit code 2 with one line that holds no personal data.
 */
async function run(words: readonly string[], io: CliIo): Promise<ExitCode> {
  const [name = '--help', ...rest] = words;
  if (name === '--help' || name === '-h' || name === 'help') {
    io.out(usage());
    return words.length === 0 ? 2 : 0;
  }

  if (name === '--version' || name === '-v') {
    io.out(`${packageVersion()}\n`);
    return 0;
  }

  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!entry) {
    io.err(`unknown command ${JSON.stringify(name.slice(0, 40))}\n\n${usage()}`);
    return 2;
  }

  try {
    const command = await entry.load();
    return await command(rest, io);
  } catch (error) {
    if (isTerrESanteError(error)) io.err(`${error.code}: ${error.message}\n`);
    else if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
      io.err(`${error.code}${error.code.startsWith('ERR_PARSE_ARGS') ? `: ${error.message}` : ''}\n`);
    } else io.err('unexpected failure\n');
    return 2;
  }
}

async function main(): Promise<void> {
  const stop = stopSignal(process);

  // A reader that closes the pipe early (head, less) is not a fault.
  process.stdout.on('error', () => process.exit(0));
  process.on('unhandledRejection', () => {
    process.stderr.write('unexpected failure\n');
    process.exit(2);
  });

  process.exitCode = await run(process.argv.slice(2), {
    stdin: process.stdin,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    drained: async () => {
      if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
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
    signal: stop,
  });
}

void main();
