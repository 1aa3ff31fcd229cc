import { isAbsolute, join, dirname } from 'node:path';
import { parseArgs } from 'node:util';
import type { ByteSource, CodeSet } from '../documents/index.ts';
import { descriptionRules } from '../conformance/rules/description.ts';
import { isTerrESanteError, TerrESanteError } from '../errors.ts';
import { finding } from '../internal/finding.ts';
import { buildToFolder, type BuildOutcome } from './document/build.ts';
import { exampleSpec } from './document/example.ts';
import { kindNames, parseSpec } from './document/spec.ts';
import { findingText } from './finding-text.ts';
import { printable, safeJson } from './inspect/rows.ts';
import type { CliIo, Command, ExitCode } from './io.ts';
import { leaveFile, namedFile, smallFile, usageError } from './options.ts';

const help = `usage: terr-esante document build SPEC.json --out DIR [--code-set eo-9.05|current] [--replace] [--json]
       terr-esante document build --example KIND [--out FILE]

Builds one document from its description and leaves DIR/KIND/ with document.xml, METADATA.XML, IHE_XDM.zip, summary.json,
and message.eml when the description names mailboxes. The folder is there whole or not at all, and only when our own
checks find nothing worse than a warning.

  --out DIR       where; made when it is absent. With --example, the file that takes the description, in UTF-8; it must
                  not be there (Windows PowerShell writes UTF-16 with ">", which is read too)
  --code-set SET  default document types: the national ones (current) unless the description or this option says otherwise
  --replace       takes the place of a folder of the same kind, or of the file of --example
  --example KIND  prints a description to start from; its PDF, document.pdf, is yours to put beside it: ${kindNames.join(', ')}
  --json          prints the summary as JSON

exit code: 0 nothing worse than warnings, 1 errors found, 2 unusable input or usage.
`;

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
function explain(error: unknown, io: CliIo, json: boolean): ExitCode {
  if (!isTerrESanteError(error)) throw error;

  const { code, message, findings, details } = error;

  if (json) io.out(`${safeJson({ error: { code, message, details }, findings })}\n`);
  else {
    io.err(`${code}: ${message}\n`);
    for (const found of findings) io.err(findingText(found));
    for (const [name, value] of Object.entries(details)) {
      if (value !== null) {
        io.err(`  ${printable(`${name.padEnd(8)} ${Array.isArray(value) ? value.join(', ') : String(value)}`)}\n`);
      }
    }
  }

  return code === 'TE_INPUT_INVALID' || code === 'TE_DUPLICATE' || code === 'TE_TOO_LARGE' ? 2 : 1;
}

function report({ summary, findings }: BuildOutcome, io: CliIo, json: boolean): ExitCode {
  if (json) io.out(`${JSON.stringify(summary ?? { findings }, null, 2)}\n`);
  else {
    for (const finding of findings) io.out(findingText(finding));
    if (summary) {
      for (const { name, bytes, sha256 } of summary.files) {
        io.out(`${summary.kind}/${name}: ${bytes} octets, SHA-256 ${sha256}\n`);
      }
    } else io.out("Rien n'est laissé : des erreurs ont été trouvées.\n");
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
    io.out(help);
    return 0;
  }

  const [action, path, ...others] = positionals;
  if (action === 'build' && values.example !== undefined && path === undefined) {
    const kind = kindNames.find((name) => name === values.example);
    if (kind === undefined) throw usageError(`--example : ${kindNames.join(', ')}.`);

    const text = `${JSON.stringify(exampleSpec(kind), null, 2)}\n`;
    if (values.out === undefined) io.out(text);
    // A description that somebody has begun to fill in is never written over.
    else await leaveFile(values.out, text, values.replace ? 'w' : 'wx');
    return 0;
  }

  const { out } = values;
  if (action !== 'build' || path === undefined || others.length > 0 || out === undefined || out === '') {
    io.err(help);
    return 2;
  }

  const codeSet = codeSetOf(values['code-set']);

  try {
    const spec = parseSpec(await smallFile(path, maxSpecBytes));
    const outcome = await buildToFolder(spec, await pdfOf(spec.pdf, path), { out, codeSet, replace: values.replace });
    return report(outcome, io, values.json);
  } catch (error) {
    return explain(error, io, values.json);
  }
};
