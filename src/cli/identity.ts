import { parseArgs } from 'node:util';
import { TerrESanteError, type CheckReport } from '../errors.ts';
import {
  checkCompleteness,
  type CompletenessOptions,
  type InsEnvironment,
  type PatientInput,
} from '../identity/index.ts';
import { createCountryLookup, loadCommuneLookup, combineLookups } from '../identity/reference/index.ts';
import { checkReport, finding } from '../internal/finding.ts';
import type { Runtime } from '../internal/runtime.ts';
import { identityRules } from '../identity/rules.ts';
import { columnNames, type CsvOptions } from './identity/csv.ts';
import { columnKey, frenchColumnNames } from './identity/french.ts';
import type { InputRecord } from './identity/record.ts';
import { readRecords } from './identity/records.ts';
import { missing, refuseUsage, tooMany, unknownWord } from './failure.ts';
import type { CliIo, Command } from './io.ts';
import { folded, say, type Language } from './language.ts';
import { instant, namedFile, usageError } from './options.ts';

const help = {
  fr: `usage: terr-esante identity check FICHIER|- [--environment production|test|simulator] [--communes] [--at INSTANT]
                                  [--format fr] [--column NOM=CHAMP]... [--json] [--lang fr|en]

Contrôle l'identité de chaque patient d'un fichier, ou de l'entrée standard : cinq traits, INS, cohérence. L'entrée est un objet
JSON, des lignes de JSON, ou un CSV avec un en-tête, en UTF-8 ou en UTF-16 avec une marque. Les valeurs ne sont jamais
affichées. --communes contrôle les lieux de naissance avec le paquet facultatif @etalab/decoupage-administratif.
--json : une ligne de JSON par enregistrement.

champs : ${folded(columnNames, 9)}
--format fr : dates JJ/MM/AAAA, sexe H ou F, et les colonnes
  ${folded(frenchColumnNames, 2)}
  (« nom » et « prenom » seuls sont refusés : de naissance, ou utilisés ?)
--column NOM=CHAMP : une colonne d'un autre nom, par exemple --column nom=birthName

code de sortie : 0 rien de pire que des alertes, 1 erreurs trouvées, 2 entrée ou usage inutilisable.
`,
  en: `usage: terr-esante identity check FILE|- [--environment production|test|simulator] [--communes] [--at TIME]
                                  [--format fr] [--column NAME=FIELD]... [--json] [--lang fr|en]

Checks the identity of each patient of a file, or of the standard input: five traits, INS, coherence. The input is one
JSON object, JSON lines, or CSV with a header (${columnNames.slice(0, 4).join(', ')}…), in UTF-8 or in UTF-16 with a mark.
Values are never printed. --communes checks birth places with the optional package @etalab/decoupage-administratif.
--json: one line of JSON per record.

fields: ${folded(columnNames, 8)}
--format fr: dates DD/MM/YYYY, sex H or F, and the columns
  ${folded(frenchColumnNames, 2)}
  ("nom" and "prenom" alone are refused: of birth, or in use?)
--column NAME=FIELD: a column of another name, for example --column nom=birthName

exit code: 0 nothing worse than warnings, 1 errors found, 2 unusable input or usage.
`,
};

const environments: readonly string[] = ['production', 'test', 'simulator'] satisfies InsEnvironment[];

async function* inputOf(path: string, io: CliIo): AsyncGenerator<Uint8Array, void, undefined> {
  if (path === '-') {
    yield* io.stdin;
    return;
  }
  yield* (await namedFile(path)).open();
}

const words = {
  fr: { error: 'ERREUR', other: 'ALERTE', record: 'enregistrement' },
  en: { error: 'ERROR', other: 'WARNING', record: 'record' },
} as const;

function reportText(record: number, { findings }: CheckReport, lang: Language): string {
  const labels = words[lang];
  const rows = findings.map(({ rule, severity, path, message, messageEn }) => {
    const label = severity === 'error' ? labels.error : labels.other;
    return `  ${label} ${rule}  ${path}\n    ${lang === 'fr' ? message : messageEn}\n`;
  });

  return rows.length === 0 ? '' : `${labels.record} ${record}\n${rows.join('')}`;
}

/** `--format` and `--column`. */
function csvOptions({
  format,
  column: pairs = [],
}: {
  format?: string | undefined;
  column?: string[] | undefined;
}): CsvOptions {
  if (format !== undefined && format !== 'fr') throw usageError('--format : fr.', '--format: fr.');

  const columns = new Map<string, string>();
  for (const pair of pairs) {
    const [, name = '', field = ''] = /^(?<name>.+)=(?<field>\w+)$/su.exec(pair) ?? [];
    const known = columnNames.find((column) => column.toLowerCase() === field.toLowerCase());
    if (name === '' || known === undefined) {
      throw usageError(
        `--column : NOM=CHAMP, où CHAMP est l'un de ${columnNames.join(', ')}.`,
        `--column: NAME=FIELD, where FIELD is one of ${columnNames.join(', ')}.`,
      );
    }
    columns.set(columnKey(name), known);
  }
  return { format, columns };
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

/** Checks one record after the other, and shows each report as soon as it is there. */
async function checkAll(
  records: AsyncIterable<InputRecord>,
  options: CompletenessOptions,
  { json }: { readonly json: boolean },
  io: CliIo,
): Promise<{ readonly count: number; readonly bad: number }> {
  const progress = new Progress(io);
  let count = 0;
  let bad = 0;

  for await (const record of records) {
    if (io.signal.aborted) throw new TerrESanteError('TE_CANCELLED', 'Vérification interrompue.');

    count += 1;
    const report =
      'fault' in record
        ? checkReport([finding(identityRules, record.fault, { path: '$' })])
        : checkCompleteness(record.value as PatientInput, options);
    if (!report.ok) bad += 1;

    io.out(json ? `${JSON.stringify({ record: count, ...report })}\n` : reportText(count, report, io.lang ?? 'fr'));
    progress.show(count);
    await io.drained?.();
  }

  progress.show(count, true);
  return { count, bad };
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
      format: { type: 'string' },
      column: { type: 'string', multiple: true },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.out(say(io, help));
    return 0;
  }

  const [verb, path, ...more] = positionals;
  if (verb !== 'check') return refuseUsage(io, args, help, unknownWord(verb, ['check']));
  if (path === undefined) return refuseUsage(io, args, help, missing('FICHIER|-'));
  if (more[0] !== undefined) return refuseUsage(io, args, help, tooMany(more[0]));

  if (values.environment !== undefined && !environments.includes(values.environment)) {
    throw usageError('--environment : production, test ou simulator.', '--environment: production, test or simulator.');
  }

  const countries = createCountryLookup();
  const options = {
    environment: values.environment as InsEnvironment | undefined,
    lookup: values.communes ? combineLookups(countries, await loadCommuneLookup()) : countries,
    runtime: values.at === undefined ? undefined : clockAt(instant(values.at)),
  };

  const records = readRecords(inputOf(path, io), csvOptions(values));
  const { count, bad } = await checkAll(records, options, { json: values.json }, io);
  if (count === 0) throw usageError("Aucun enregistrement dans l'entrée.", 'No record in the input.');
  const counts = {
    fr: `${count} enregistrement(s), ${bad} incomplet(s) ou incorrect(s)\n`,
    en: `${count} record(s), ${bad} incomplete or incorrect\n`,
  };
  io.err(say(io, counts));
  return bad > 0 ? 1 : 0;
};
