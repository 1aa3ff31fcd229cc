import { parseArgs } from 'node:util';
import { findClassOfType, searchConcepts, type Concept } from '../documents/index.ts';
import { isActiveOn } from '../nomenclature/index.ts';
import type { Command } from './io.ts';
import { usageError } from './options.ts';

const help = `usage: terr-esante types SEARCH... [--on YYYY-MM-DD] [--limit N] [--json]

Finds document types (national table JDV_J07, and those retired from it) by the beginning of the words of their French
label or of their code, then by the label of their class. Accents and case do not count. Without a word: all of them.

  --on DAY   judges on that day instead of today whether a type may be used
  --limit N  20 by default

exit code: 0 found, 1 nothing found, 2 usage.
`;

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
    throw usageError('--on : un jour AAAA-MM-JJ est attendu.');
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
    io.out(help);
    return 0;
  }

  const on = day(values.on);
  if (!/^[1-9]\d{0,3}$/.test(values.limit)) throw usageError('--limit : un nombre de 1 à 9999 est attendu.');
  const limit = Number(values.limit);

  // By their own label first, then by that of their class.
  const query = positionals.join(' ').slice(0, 200);
  const concepts = [
    ...(await searchConcepts('typeCode', query, { limit, includeRetired: true })),
    ...(await searchConcepts('retiredType', query, { limit, includeRetired: true })),
    ...(await ofClasses(query)),
  ].slice(0, limit);

  const found = await Promise.all(concepts.map((concept) => describe(concept, on)));

  if (values.json) io.out(`${JSON.stringify(found, null, 2)}\n`);
  else if (found.length === 0) io.err('Aucun type de document ne correspond.\n');
  else io.out(found.map(asText).join(''));
  return found.length > 0 ? 0 : 1;
};
