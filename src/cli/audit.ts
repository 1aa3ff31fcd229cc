import { parseArgs } from 'node:util';

import { openAuditJournal, type StoredAuditJournal } from '../index.ts';
import { findingText } from './finding-text.ts';
import { missingOption, refuseUsage, tooMany, unknownWord } from './failure.ts';
import { safeJson } from './inspect/rows.ts';
import type { CliIo, Command } from './io.ts';
import { say, type Bilingual } from './language.ts';
import { daysAgo, smallFile, usageError } from './options.ts';

const help = {
  fr: `usage: terr-esante audit verify --journal DOSSIER --key-file FICHIER [--known NUMÉRO:EMPREINTE] [--json]
       terr-esante audit export --format atna|fhir --source NOM [--since DATE] [--until DATE] --journal … --key-file …
       terr-esante audit purge --older-than JOURS|--before DATE --journal DOSSIER --key-file FICHIER

Le journal des accès. verify suit la chaîne et dit ce qui a été changé, ôté, déplacé ou coupé, puis le dernier numéro et son
empreinte : notés ailleurs, --known les compare la fois suivante. export écrit un message par ligne : AuditMessage de DICOM
(ATNA) ou AuditEvent de FHIR ; il porte des identifiants. verify et export lisent pendant que le logiciel écrit ; purge veut le
dossier pour lui seul, ôte les jours finis avant DATE, ou depuis plus de JOURS jours, et l'écrit dans la chaîne.
--key-file : les 32 octets qui scellent le journal. DATE : ISO 8601 avec fuseau, par exemple 2026-03-01T00:00:00Z.

code de sortie : 0 fait, 1 la chaîne est rompue, 2 entrée ou usage inutilisable.
`,
  en: `usage: terr-esante audit verify --journal DIR --key-file FILE [--known NUMBER:DIGEST] [--json]
       terr-esante audit export --format atna|fhir --source NAME [--since DATE] [--until DATE] --journal … --key-file …
       terr-esante audit purge --older-than DAYS|--before DATE --journal DIR --key-file FILE

The journal of accesses. verify follows the chain and says what was changed, removed, moved or cut, then the last number and
its digest: noted elsewhere, --known compares them the next time. export writes one message per line: AuditMessage of DICOM
(ATNA) or AuditEvent of FHIR; it holds identifiers. verify and export read while the software writes; purge wants the folder
for itself, removes the days that ended before DATE, or more than DAYS days ago, and writes so in the chain.
--key-file: the 32 bytes that seal the journal. DATE: ISO 8601 with an offset, for example 2026-03-01T00:00:00Z.

exit code: 0 done, 1 the chain is broken, 2 unusable input or usage.
`,
} satisfies Bilingual;

const verbs: readonly string[] = ['verify', 'export', 'purge'];

interface Words {
  readonly known?: string | undefined;
  readonly format?: string | undefined;
  readonly source?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly before?: string | undefined;
  readonly 'older-than'?: string | undefined;
  readonly json: boolean;
}

/** `--known`: what an earlier verification printed. */
function knownOf(text: string | undefined): { readonly sequence: number; readonly hash: string } | undefined {
  if (text === undefined) return undefined;
  const { number, digest } = /^(?<number>\d{1,12}):(?<digest>[0-9a-f]{64})$/.exec(text)?.groups ?? {};
  if (number === undefined || digest === undefined) {
    throw usageError('--known : NUMÉRO:EMPREINTE attendu.', '--known: NUMBER:DIGEST expected.');
  }
  return { sequence: Number(number), hash: digest };
}

async function verify(journal: StoredAuditJournal, { known, json }: Words, io: CliIo): Promise<0 | 1> {
  const report = await journal.verify(knownOf(known));
  if (json) {
    io.out(`${safeJson(report)}\n`);
  } else {
    for (const finding of report.findings) io.out(findingText(finding, io.lang));
    const { sequence, hash } = report.last;
    const mark = `${String(sequence)}:${hash}`;
    const count = String(report.records);
    io.out(say(io, { fr: `${count} enregistrement(s), dernier ${mark}\n`, en: `${count} record(s), last ${mark}\n` }));
  }
  return report.ok ? 0 : 1;
}

async function exportAll(journal: StoredAuditJournal, words: Words, io: CliIo): Promise<0> {
  const { format, source = '', since, until } = words;
  if (format !== 'atna' && format !== 'fhir') {
    throw usageError('--format : atna ou fhir attendu.', '--format: atna or fhir expected.');
  }
  for await (const message of journal.export({ format, source, since, until })) {
    if (io.signal.aborted) break;
    io.out(`${message}\n`);
    await io.drained?.();
  }
  return 0;
}

async function purge(journal: StoredAuditJournal, words: Words, io: CliIo): Promise<0> {
  const { before, json } = words;
  const records = await journal.purge(before ?? daysAgo(words['older-than']));
  const count = String(records);
  io.out(
    json
      ? `${safeJson({ records })}\n`
      : say(io, { fr: `${count} enregistrement(s) ôté(s)\n`, en: `${count} record(s) removed\n` }),
  );
  return 0;
}

/** What is wrong with the words of the command; `null` when nothing is. */
function wrongWords(
  verb: string | undefined,
  more: readonly string[],
  values: Words & { readonly journal?: string | undefined; readonly 'key-file'?: string | undefined },
): Bilingual | null {
  if (verb === undefined || !verbs.includes(verb)) return unknownWord(verb, verbs);
  const [surplus] = more;
  if (surplus !== undefined) return tooMany(surplus);

  const needed: Readonly<Record<string, readonly (keyof typeof values)[]>> = {
    export: ['format', 'source'],
  };
  const absent = [...(needed[verb] ?? []), 'journal' as const, 'key-file' as const].find(
    (name) => values[name] === undefined,
  );
  return absent === undefined ? null : missingOption(absent);
}

/** `terr-esante audit` */
export const auditCommand: Command = async (args, io) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      journal: { type: 'string' },
      'key-file': { type: 'string' },
      known: { type: 'string' },
      format: { type: 'string' },
      source: { type: 'string' },
      since: { type: 'string' },
      until: { type: 'string' },
      before: { type: 'string' },
      'older-than': { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.out(say(io, help));
    return 0;
  }

  const [verb, ...more] = positionals;
  const wrong = wrongWords(verb, more, values);
  if (wrong) return refuseUsage(io, args, help, wrong);

  const { journal: folder = '', 'key-file': keyFile = '' } = values;
  const key = await smallFile(keyFile, 32);
  const journal = await openAuditJournal({ folder, key, readOnly: verb !== 'purge' });
  try {
    if (verb === 'verify') return await verify(journal, values, io);
    return verb === 'export' ? await exportAll(journal, values, io) : await purge(journal, values, io);
  } finally {
    await journal.close();
  }
};
