import { parseArgs } from 'node:util';
import type { ConformanceReport } from '../../conformance/index.ts';
import { missing, refuseUsage } from '../failure.ts';
import type { Command } from '../io.ts';
import { leaveFile, smallFile, usageError } from '../options.ts';
import { forms } from './reports.ts';
import { help } from './help.ts';

/** `terr-esante conformance report` */
export const report: Command = async (args, io) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { html: { type: 'string' }, junit: { type: 'string' }, sarif: { type: 'string' } },
  });
  const [file] = positionals;
  if (file === undefined) return refuseUsage(io, args, help, missing('FICHIER'));

  const found = reportOf(await smallFile(file, 20_000_000));
  for (const name of ['html', 'junit', 'sarif'] as const) {
    const path = values[name];
    if (path !== undefined) await leaveFile(path, forms[name].write(found));
  }
  return found.exitCode;
};

function reportOf(bytes: Uint8Array): ConformanceReport {
  try {
    const found = JSON.parse(Buffer.from(bytes).toString('utf8')) as ConformanceReport;
    if (Array.isArray(found.scenarios) && Array.isArray(found.profiles)) return found;
  } catch {
    // Told below, as any other file that is no report.
  }
  throw usageError("Ce fichier n'est pas un rapport du kit.", 'This file is no report of the kit.');
}
