import { isAbsolute, join, dirname } from 'node:path';
import { parseArgs } from 'node:util';
import type { ByteSource, CodeSet, DocumentKind } from '../documents/index.ts';
import { descriptionRules } from '../conformance/rules/description.ts';
import { isTerrESanteError, TerrESanteError } from '../errors.ts';
import { finding } from '../internal/finding.ts';
import { buildToFolder, type BuildOutcome } from './document/build.ts';
import { exampleSpec } from './document/example.ts';
import { kindNames, parseSpec } from './document/spec.ts';
import { findingText } from './finding-text.ts';
import { printable, safeJson } from './inspect/rows.ts';
import { missing, missingOption, printFailure, refuseUsage, tooMany, unknownWord } from './failure.ts';
import type { CliIo, Command, ExitCode } from './io.ts';
import { folded, say, type Language } from './language.ts';
import { leaveFile, namedFile, smallFile, usageError } from './options.ts';

/**
 * French words for the kinds, as a person says them. A word for two kinds names neither: a summary
 * is structured or not, and that is the choice of the user.
 */
const frenchKinds: Readonly<Record<string, DocumentKind>> = {
  lettre: 'letter',
  courrier: 'letter',
  ordonnance: 'prescription',
  'compte-rendu': 'report-pdf',
  'vsm-structure': 'vsm-structured',
  'vsm-non-structure': 'vsm-unstructured',
  autre: 'other',
};

/** The kinds that `--example` takes; in French with the words beside them. */
function exampleNames(lang: Language): string {
  if (lang === 'en') return folded(kindNames, 18);
  const words = (kind: DocumentKind): string[] => Object.keys(frenchKinds).filter((word) => frenchKinds[word] === kind);
  return folded(
    kindNames.map((kind) => `${kind} (${words(kind).join(', ')})`),
    19,
  );
}

/** The kind of `--example`: its name, or a French word for it, whatever the accents. */
function exampleKind(value: string): DocumentKind {
  const word = value.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll(/[ _]/g, '-');
  const kind = kindNames.find((name) => name === word) ?? (Object.hasOwn(frenchKinds, word) ? frenchKinds[word] : null);
  if (kind) return kind;
  throw usageError(`--example : ${exampleNames('fr')}.`, `--example: ${exampleNames('en')}.`);
}

const help = {
  fr: `usage: terr-esante document build SPEC.json --out DOSSIER [--code-set eo-9.05|current] [--replace] [--json]
       terr-esante document build --example GENRE [--out FICHIER]

Fabrique un document d'après sa description et laisse DOSSIER/GENRE/ avec document.xml, METADATA.XML, IHE_XDM.zip,
summary.json, et message.eml quand la description nomme des boîtes. Le dossier est là en entier ou pas du tout, et seulement
si nos contrôles ne trouvent rien de pire qu'une alerte.

  --out DOSSIER    où ; fait s'il est absent. Avec --example, le fichier qui prend la description, en UTF-8 ; il ne doit pas
                   exister (PowerShell écrit de l'UTF-16 avec « > », qui est lu aussi)
  --code-set JEU   types par défaut : les nationaux (current), sauf si la description ou cette option en dit autrement
  --replace        prend la place d'un dossier du même genre, ou du fichier de --example
  --example GENRE  affiche une description pour commencer ; son PDF, document.pdf, est à mettre à côté :
                   ${exampleNames('fr')}
  --json           une ligne de JSON : le résumé, ou l'erreur
  --lang fr|en     langue de cette aide, des constats et des erreurs

code de sortie : 0 rien de pire que des alertes, 1 erreurs trouvées, 2 entrée ou usage inutilisable.
`,
  en: `usage: terr-esante document build SPEC.json --out DIR [--code-set eo-9.05|current] [--replace] [--json]
       terr-esante document build --example KIND [--out FILE]

Builds one document from its description and leaves DIR/KIND/ with document.xml, METADATA.XML, IHE_XDM.zip, summary.json,
and message.eml when the description names mailboxes. The folder is there whole or not at all, and only when our own
checks find nothing worse than a warning.

  --out DIR       where; made when it is absent. With --example, the file that takes the description, in UTF-8; it must
                  not be there (Windows PowerShell writes UTF-16 with ">", which is read too)
  --code-set SET  default document types: the national ones (current) unless the description or this option says otherwise
  --replace       takes the place of a folder of the same kind, or of the file of --example
  --example KIND  prints a description to start from; its PDF, document.pdf, is yours to put beside it:
                  ${exampleNames('en')}
  --json          one line of JSON: the summary, or the error
  --lang fr|en    language of this help, of findings and of errors

exit code: 0 nothing worse than warnings, 1 errors found, 2 unusable input or usage.
`,
};

const maxSpecBytes = 4_000_000;

async function pdfOf(path: string | undefined, spec: string): Promise<ByteSource | undefined> {
  if (path === undefined) return undefined;
  try {
    return await namedFile(isAbsolute(path) ? path : join(dirname(spec), path));
  } catch (cause) {
    throw new TerrESanteError('TE_INPUT_INVALID', 'Le PDF que nomme la description est illisible ou absent.', {
      cause,
      findings: [finding(descriptionRules, 'SPEC-PDF', { path: '$.pdf' })],
    });
  }
}

function codeSetOf(value: string | undefined): CodeSet | undefined {
  if (value !== undefined && value !== 'eo-9.05' && value !== 'current') {
    throw usageError('--code-set : eo-9.05 ou current.');
  }
  return value;
}

/** Prints a refusal in full. */
async function explain(error: unknown, io: CliIo, args: readonly string[]): Promise<ExitCode> {
  if (!isTerrESanteError(error)) throw error;

  const { code, findings, details } = error;
  await printFailure(io, args, error);
  if (!args.includes('--json')) {
    for (const found of findings) io.err(findingText(found, io.lang));
    for (const [name, value] of Object.entries(details)) {
      if (value !== null) {
        io.err(`  ${printable(`${name.padEnd(8)} ${Array.isArray(value) ? value.join(', ') : String(value)}`)}\n`);
      }
    }
  }

  return code === 'TE_INPUT_INVALID' || code === 'TE_DUPLICATE' || code === 'TE_TOO_LARGE' ? 2 : 1;
}

const nothingLeft = {
  fr: "Rien n'est laissé : des erreurs ont été trouvées.\n",
  en: 'Nothing is left: errors were found.\n',
};

function report({ summary, findings }: BuildOutcome, io: CliIo, json: boolean): ExitCode {
  if (json) io.out(`${safeJson(summary ?? { findings })}\n`);
  else {
    for (const finding of findings) io.out(findingText(finding, io.lang));
    if (summary) {
      for (const { name, bytes, sha256 } of summary.files) {
        io.out(`${summary.kind}/${name}: ${bytes} octets, SHA-256 ${sha256}\n`);
      }
    } else io.out(say(io, nothingLeft));
  }
  return summary ? 0 : 1;
}

/** `terr-esante document build` */
export const documentCommand: Command = async (args, io) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      'code-set': { type: 'string' },
      replace: { type: 'boolean', default: false },
      example: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.out(say(io, help));
    return 0;
  }

  const [action, path, ...others] = positionals;
  if (action === 'build' && values.example !== undefined && path === undefined) {
    const text = `${JSON.stringify(exampleSpec(exampleKind(values.example)), null, 2)}\n`;
    if (values.out === undefined) io.out(text);
    // A description that somebody has begun to fill in is never written over.
    else await leaveFile(values.out, text, values.replace ? 'w' : 'wx');
    return 0;
  }

  const { out } = values;
  if (action !== 'build') return refuseUsage(io, args, help, unknownWord(action, ['build']));
  if (path === undefined) return refuseUsage(io, args, help, missing('SPEC.json'));
  if (others[0] !== undefined) return refuseUsage(io, args, help, tooMany(others[0]));
  if (out === undefined || out === '') return refuseUsage(io, args, help, missingOption('out'));

  const codeSet = codeSetOf(values['code-set']);

  try {
    const spec = parseSpec(await smallFile(path, maxSpecBytes));
    const outcome = await buildToFolder(spec, await pdfOf(spec.pdf, path), { out, codeSet, replace: values.replace });
    return report(outcome, io, values.json);
  } catch (error) {
    return explain(error, io, args);
  }
};
