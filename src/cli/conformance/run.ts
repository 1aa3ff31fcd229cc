import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runConformance, type ConformanceConfig, type ScenarioResult } from '../../conformance/index.ts';
import { reasonWords, verdictWords } from '../../conformance/kit.ts';
import { readWhole } from '../../internal/held-file.ts';
import { safeJson } from '../inspect/rows.ts';
import type { CliIo, Command } from '../io.ts';
import { smallFile, usageError } from '../options.ts';
import { leaveReports } from './reports.ts';

/** `terr-esante conformance run` */
export const runKit: Command = async (args, io) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      config: { type: 'string', default: 'conformance.json' },
      only: { type: 'string', multiple: true },
      seed: { type: 'string', default: '1' },
      out: { type: 'string' },
      strict: { type: 'boolean', default: false },
      'allow-not-run': { type: 'string', default: '0' },
      'time-scale': { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const config = (await jsonFile(values.config)) as ConformanceConfig;
  const folder = dirname(resolve(values.config));

  const report = await runConformance({
    config,
    folder,
    only: values.only,
    seed: wholeNumber(values.seed, 'seed'),
    timeScale: Number(values['time-scale']),
    waivers: await waiversOf(config, folder),
    onScenario: (result) => progress(io, result, values.json),
    signal: io.signal,
  });

  if (values.out !== undefined) await leaveReports(report, values.out);
  if (values.json) io.out(`${safeJson(report)}\n`);
  else tell(io, report);

  const { counts } = report.profiles[0] ?? {};
  const isAllowed = (counts?.['not-run'] ?? 0) <= wholeNumber(values['allow-not-run'], 'allow-not-run');
  if (values.strict && (counts?.warning ?? 0) > 0 && report.exitCode === 0) return 1;
  return report.exitCode === 3 && isAllowed && (counts?.passed ?? 0) > 0 ? 0 : report.exitCode;
};

async function jsonFile(path: string): Promise<unknown> {
  const bytes = await smallFile(path, 1_000_000);
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw usageError('Le fichier de configuration n’est pas du JSON.', 'The configuration file is no JSON.');
  }
}

async function waiversOf({ waivers }: ConformanceConfig, folder: string): Promise<readonly object[]> {
  if (waivers === undefined) return [];
  const bytes = await readWhole(join(folder, waivers)).catch(() => Buffer.from('[]'));
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as readonly object[];
}

function wholeNumber(value: string, option: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw usageError(`--${option} : un nombre est attendu.`, `--${option}: a number is expected.`);
}

function progress(io: CliIo, { id, verdict, reason, title }: ScenarioResult, json: boolean): void {
  const why = reason === null ? '' : ` (${reasonWords[reason]})`;
  const line = `${id.padEnd(8)} ${verdictWords[verdict].padEnd(10)} ${title.fr}${why}\n`;
  if (json) io.err(line);
  else io.out(line);
}

/** Failures with what was seen, what was expected, and the command that replays each. */
function tell(io: CliIo, { scenarios, profiles, catalogue }: Awaited<ReturnType<typeof runConformance>>): void {
  for (const { id, verdict, title, assertions, fix } of scenarios) {
    const broken = assertions.filter(({ outcome }) => outcome === 'broken');
    if (broken.length === 0 || (verdict !== 'failed' && verdict !== 'warning')) continue;

    io.out(`\n${id}  ${verdictWords[verdict]} : ${title.fr}\n`);
    for (const { rule, found, expected } of broken) {
      io.out(`  ${rule}\n    vu       ${String(found)}\n    attendu  ${String(expected)}\n`);
    }
    io.out(`  à faire : ${fix.fr}\n  rejouer : terr-esante conformance run --only ${id}\n`);
  }

  for (const { name, conclusion, counts } of profiles) {
    const numbers = Object.entries(counts).map(
      ([verdict, count]) => `${verdictWords[verdict as keyof typeof counts]} ${count}`,
    );
    const words = {
      satisfied: `satisfait le catalogue ${catalogue.version}`,
      failed: `ne satisfait pas le catalogue ${catalogue.version}`,
      incomplete: 'campagne incomplète',
    };
    io.out(`\nprofil ${name} : ${words[conclusion]} (${numbers.join(', ')})\n`);
  }
}
