import { parseArgs } from 'node:util';
import { checkFile, type FileReport } from '../conformance/index.ts';
import { isTerrESanteError } from '../errors.ts';
import { runtimeAt } from '../internal/runtime.ts';
import { findingText } from './finding-text.ts';
import type { Command, ExitCode } from './io.ts';
import { anchorsOf, instant, namedFile } from './options.ts';

const help = `usage: terr-esante check FILE... [--ca PEM] [--at TIME] [--audience NAME] [--json]

Explains what is wrong in each file: identity JSON, CDA, METADATA.XML, XDM archive, VIHF (alone or in its SOAP envelope)
or mail (.eml). A VIHF is verified against the anchors of --ca, at the time of --at (ISO 8601, now by default).

exit code: 0 nothing worse than warnings, 1 errors found, 2 unusable input or usage.
`;

type Outcome = (FileReport & { readonly file: string }) | { readonly file: string; readonly unusable: string };

function verdict(outcome: Outcome): ExitCode {
  if ('unusable' in outcome) return 2;
  return outcome.ok ? 0 : 1;
}

function asText(outcome: Outcome): string {
  if ('unusable' in outcome) return `${outcome.file}: ${outcome.unusable}\n`;
  const { file, kind, findings } = outcome;
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return `${file}: ${kind}, ${errors} erreur(s), ${findings.length - errors} autre(s) constat(s)\n${findings.map(findingText).join('')}`;
}

/** `terr-esante check` */
export const checkCommand: Command = async (args, io) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ca: { type: 'string' },
      at: { type: 'string' },
      audience: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.out(help);
    return 0;
  }
  if (positionals.length === 0) {
    io.err(help);
    return 2;
  }
  const anchors = await anchorsOf(values.ca);
  const runtime = values.at === undefined ? undefined : runtimeAt(instant(values.at));

  let worst: ExitCode = 0;
  const outcomes: Outcome[] = [];
  for (const file of positionals) {
    let outcome: Outcome;
    try {
      outcome = { file, ...(await checkFile(await namedFile(file), { anchors, runtime, audience: values.audience })) };
    } catch (error) {
      outcome = { file, unusable: isTerrESanteError(error) ? `${error.code}: ${error.message}` : 'unexpected failure' };
    }
    const code = verdict(outcome);
    if (code > worst) worst = code;
    if (values.json) outcomes.push(outcome);
    else if (code === 2) io.err(asText(outcome));
    else io.out(asText(outcome));
  }
  if (values.json) io.out(`${JSON.stringify(outcomes, null, 2)}\n`);
  return worst;
};
