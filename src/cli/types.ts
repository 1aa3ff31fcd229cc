import { parseArgs } from 'node:util';
import { findClassOfType, searchConcepts, type Concept } from '../documents/index.ts';
import { isActiveOn } from '../nomenclature/index.ts';
import { safeJson } from './inspect/rows.ts';
import type { Command } from './io.ts';
import { say } from './language.ts';
import { usageError } from './options.ts';

const help = {
  fr: `usage: terr-esante types RECHERCHE... [--on AAAA-MM-JJ] [--limit N] [--json] [--lang fr|en]

Trouve les types de document (table nationale JDV_J07, et ceux qui en sont retirés) par le début des mots de leur libellé ou de
leur code, puis par le libellé de leur classe. Accents et majuscules ne comptent pas. Sans mot : tous.

  --on JOUR  juge à ce jour, au lieu d'aujourd'hui, si un type peut servir
  --limit N  20 par défaut
  --json     une ligne de JSON par type

code de sortie : 0 trouvé, 1 rien trouvé, 2 usage.
`,
  en: `usage: terr-esante types SEARCH... [--on YYYY-MM-DD] [--limit N] [--json]

Finds document types (national table JDV_J07, and those retired from it) by the beginning of the words of their French
label or of their code, then by the label of their class. Accents and case do not count. Without a word: all of them.

  --on DAY   judges on that day instead of today whether a type may be used
  --limit N  20 by default
  --json     one line of JSON per type

exit code: 0 found, 1 nothing found, 2 usage.
`,
};

/** One type as the command prints it. */
interface FoundType {
  readonly code: string;
  readonly codeSystem: string;
  readonly displayName: string;
  readonly active: boolean;
  readonly validUntil: string | null;
  readonly successor: string | null;
  readonly classCode: string | null;
  readonly className: string | null;
  readonly inDmp: boolean | null;
}

async function describe(concept: Concept, day: string): Promise<FoundType> {
  const { code, codeSystem, displayName, validUntil, successor, inDmp } = concept;
  const type = await findClassOfType(code, codeSystem);

  return {
    code,
    codeSystem,
    displayName,
    active: isActiveOn(concept, day),
    validUntil,
    successor: successor?.code ?? null,
    classCode: type?.code ?? null,
    className: type?.displayName ?? null,
    inDmp,
  };
}

function asText(type: FoundType): string {
  const { code, codeSystem, displayName, classCode, className } = type;
  const group = classCode === null ? 'classe à choisir' : ['classe', classCode, className].filter(Boolean).join(' ');
  return `${code}  ${displayName}\n  ${codeSystem}, ${group}, ${stateText(type)}\n`;
}

function stateText({ active, validUntil, successor }: FoundType): string {
  if (active) return 'actif';
  return `retiré${validUntil === null ? '' : ` le ${validUntil}`}${successor === null ? '' : `, voir ${successor}`}`;
}

function day(value: string | undefined): string {
  if (value === undefined) return new Date().toISOString().slice(0, 10);
  const time = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== value) {
    throw usageError('--on : un jour AAAA-MM-JJ est attendu.', '--on: a day YYYY-MM-DD is expected.');
  }
  return value;
}

/**
 * The types of the classes whose label is asked for: a report is `CR` in its own label, « Compte
 * rendu » in that of its class.
 */
async function ofClasses(query: string): Promise<readonly Concept[]> {
  if (query.trim() === '') return [];
  const classes = new Set((await searchConcepts('classCode', query, { limit: 9999 })).map(({ code }) => code));
  if (classes.size === 0) return [];

  const named = new Set((await searchConcepts('typeCode', query, { limit: 9999 })).map(keyOf));

  const out: Concept[] = [];
  for (const concept of await searchConcepts('typeCode', '', { limit: 9999 })) {
    const group = await findClassOfType(concept.code, concept.codeSystem);
    if (group && classes.has(group.code) && !named.has(keyOf(concept))) out.push(concept);
  }
  return out;
}

const keyOf = ({ code, codeSystem }: Concept): string => `${codeSystem} ${code}`;

/** `terr-esante types` */
export const typesCommand: Command = async (args, io) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      on: { type: 'string' },
      limit: { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.out(say(io, help));
    return 0;
  }

  const on = day(values.on);
  if (!/^[1-9]\d{0,3}$/.test(values.limit)) {
    throw usageError('--limit : un nombre de 1 à 9999 est attendu.', '--limit: a number from 1 to 9999 is expected.');
  }
  const limit = Number(values.limit);

  // By their own label first, then by that of their class.
  const query = positionals.join(' ').slice(0, 200);
  const concepts = [
    ...(await searchConcepts('typeCode', query, { limit, includeRetired: true })),
    ...(await searchConcepts('retiredType', query, { limit, includeRetired: true })),
    ...(await ofClasses(query)),
  ].slice(0, limit);

  const found = await Promise.all(concepts.map((concept) => describe(concept, on)));

  if (found.length === 0) {
    io.err(say(io, { fr: 'Aucun type de document ne correspond.\n', en: 'No document type matches.\n' }));
  }
  if (values.json) io.out(found.map((type) => `${safeJson(type)}\n`).join(''));
  else io.out(found.map(asText).join(''));
  return found.length > 0 ? 0 : 1;
};
