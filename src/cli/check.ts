import { parseArgs } from 'node:util';
import { checkFile, type FileReport } from '../conformance/index.ts';
import { isTerrESanteError } from '../errors.ts';
import { runtimeAt } from '../internal/runtime.ts';
import { findingText } from './finding-text.ts';
import { missing, refuseUsage } from './failure.ts';
import { factsOfMessage } from './inspect/file.ts';
import { safeJson, type Description } from './inspect/rows.ts';
import type { Command, ExitCode } from './io.ts';
import { say, type Language } from './language.ts';
import { anchorsOf, instant, namedFile } from './options.ts';

const help = {
  fr: `usage: terr-esante check FICHIER... [--ca PEM] [--at INSTANT] [--audience NOM] [--json] [--lang fr|en]

Explique ce qui ne va pas dans chaque fichier : identité JSON, CDA, METADATA.XML, archive XDM, VIHF (seul ou dans son
enveloppe SOAP), message (.eml), message SOAP (requête, réponse, refus, XDS, PIX, PDQ, MTOM). Un VIHF est vérifié avec les
autorités de --ca, à l'instant de --at (ISO 8601, maintenant par défaut). --json : une ligne de JSON par fichier ; d'un message
SOAP aussi ce qu'en dit terr-esante inspect, données du patient comprises.

code de sortie : 0 rien de pire que des alertes, 1 erreurs trouvées, 2 entrée ou usage inutilisable.
`,
  en: `usage: terr-esante check FILE... [--ca PEM] [--at TIME] [--audience NAME] [--json] [--lang fr|en]

Explains what is wrong in each file: identity JSON, CDA, METADATA.XML, XDM archive, VIHF (alone or in its SOAP envelope),
mail (.eml), SOAP message (request, answer, fault, XDS, PIX, PDQ, MTOM). A VIHF is verified against the anchors of --ca, at the
time of --at (ISO 8601, now by default). --json: one line of JSON per file; of a SOAP message also what terr-esante inspect
tells, data of the patient included.

exit code: 0 nothing worse than warnings, 1 errors found, 2 unusable input or usage.
`,
};

type Outcome =
  | (FileReport & { readonly file: string; readonly facts: Description['data'] | null })
  | { readonly file: string; readonly unusable: string };

function verdict(outcome: Outcome): ExitCode {
  if ('unusable' in outcome) return 2;
  return outcome.ok ? 0 : 1;
}

function asText(outcome: Outcome, lang: Language | undefined): string {
  if ('unusable' in outcome) return `${outcome.file}: ${outcome.unusable}\n`;

  const { file, kind, findings } = outcome;
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const others = findings.length - errors;
  const counts = {
    fr: `${errors} erreur(s), ${others} autre(s) constat(s)`,
    en: `${errors} error(s), ${others} other finding(s)`,
  };
  const texts = findings.map((finding) => findingText(finding, lang));
  return `${file}: ${kind}, ${say({ lang }, counts)}\n${texts.join('')}`;
}

/** The report, and what a message says. */
function asJson(outcome: Outcome): Readonly<Record<string, unknown>> {
  if ('unusable' in outcome) return { ...outcome };

  const { facts, ...report } = outcome;
  return { ...facts, ...report };
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
    io.out(say(io, help));
    return 0;
  }
  if (positionals.length === 0) return refuseUsage(io, args, help, missing('FICHIER'));

  const anchors = await anchorsOf(values.ca);
  const runtime = values.at === undefined ? undefined : runtimeAt(instant(values.at));

  let worst: ExitCode = 0;
  for (const file of positionals) {
    let outcome: Outcome;
    try {
      const source = await namedFile(file);
      const report = await checkFile(source, { anchors, runtime, audience: values.audience });
      outcome = { file, ...report, facts: values.json ? await factsOfMessage(source) : null };
    } catch (error) {
      outcome = { file, unusable: isTerrESanteError(error) ? `${error.code}: ${error.message}` : 'unexpected failure' };
    }
    const code = verdict(outcome);
    if (code > worst) worst = code;
    if (values.json) io.out(`${safeJson(asJson(outcome))}\n`);
    else if (code === 2) io.err(asText(outcome, io.lang));
    else io.out(asText(outcome, io.lang));
  }
  return worst;
};
