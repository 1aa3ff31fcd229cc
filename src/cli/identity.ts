import { parseArgs } from 'node:util';
import { TerrESanteError, type CheckReport } from '../errors.ts';
import { checkCompleteness, type InsEnvironment, type PatientInput } from '../identity/index.ts';
import { createCountryLookup, loadCommuneLookup, combineLookups } from '../identity/reference/index.ts';
import { checkReport, finding } from '../internal/finding.ts';
import type { Runtime } from '../internal/runtime.ts';
import { identityRules } from '../identity/rules.ts';
import { columnNames } from './identity/csv.ts';
import type { InputRecord } from './identity/record.ts';
import { readRecords } from './identity/records.ts';
import type { CliIo, Command } from './io.ts';
import { instant, namedFile, usageError } from './options.ts';

const help = `usage: terr-esante identity check FILE|- [--environment production|test|simulator] [--communes] [--at TIME] [--json]

Checks the identity of each patient of a file, or of the standard input: five traits, INS, coherence. The input is one
JSON object, JSON lines, or CSV with a header (${columnNames.slice(0, 4).join(', ')}…), in UTF-8 or in UTF-16 with a mark.
Values are never printed. --communes checks birth places with the optional package @etalab/decoupage-administratif.

columns: ${columnNames.join(', ')}

exit code: 0 nothing worse than warnings, 1 errors found, 2 unusable input or usage.
`;

const environments: readonly string[] = ['production', 'test', 'simulator'] satisfies InsEnvironment[];

async function* inputOf(path: string, io: CliIo): AsyncGenerator<Uint8Array, void, undefined> {
  if (path === '-') {
    yield* io.stdin;
    return;
  }
  yield* (await namedFile(path)).open();
}

function reportText(record: number, { findings }: CheckReport): string {
  const rows = findings.map(
    ({ rule, severity, path, message }) =>
      `  ${severity === 'error' ? 'ERREUR' : 'ALERTE'} ${rule}  ${path}\n    ${message}\n`,
  );

  return rows.length === 0 ? '' : `enregistrement ${record}\n${rows.join('')}`;
}

/** A clock that stands still, for `--at`. */
function clockAt(epochMs: number): Pick<Runtime, 'clock'> {
  return { clock: { now: () => epochMs } };
}

class Progress {
  readonly #io: CliIo;
  #last = 0;

  constructor(io: CliIo) {
    this.#io = io;
  }

  show(count: number, force = false): void {
    if (!this.#io.interactive || (!force && count - this.#last < 5000)) return;
    this.#last = count;
    this.#io.err(`\r${count} enregistrement(s)`);
    if (force) this.#io.err('\n');
  }
}

/** `terr-esante identity` */
export const identityCommand: Command = async (args, io) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      environment: { type: 'string' },
      communes: { type: 'boolean', default: false },
      at: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.out(help);
    return 0;
  }

  const [verb, path, ...more] = positionals;
  if (verb !== 'check' || path === undefined || more.length > 0) {
    io.err(help);
    return 2;
  }

  if (values.environment !== undefined && !environments.includes(values.environment)) {
    throw usageError('--environment : production, test ou simulator.');
  }

  const countries = createCountryLookup();
  const options = {
    environment: values.environment as InsEnvironment | undefined,
    lookup: values.communes ? combineLookups(countries, await loadCommuneLookup()) : countries,
    runtime: values.at === undefined ? undefined : clockAt(instant(values.at)),
  };

  const progress = new Progress(io);
  let count = 0;
  let bad = 0;
  const write = (record: InputRecord): void => {
    count += 1;
    const report =
      'fault' in record
        ? checkReport([finding(identityRules, record.fault, { path: '$' })])
        : checkCompleteness(record.value as PatientInput, options);

    if (!report.ok) bad += 1;
    io.out(values.json ? `${JSON.stringify({ record: count, ...report })}\n` : reportText(count, report));
  };

  for await (const record of readRecords(inputOf(path, io))) {
    if (io.signal.aborted) throw new TerrESanteError('TE_CANCELLED', 'Vérification interrompue.');
    write(record);
    progress.show(count);
    await io.drained?.();
  }

  progress.show(count, true);
  if (count === 0) throw usageError("Aucun enregistrement dans l'entrée.");
  io.err(`${count} enregistrement(s), ${bad} incomplet(s) ou incorrect(s)\n`);
  return bad > 0 ? 1 : 0;
};
