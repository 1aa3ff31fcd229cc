import { stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { TerrESanteError } from '../errors.ts';
import {
  createOutbox,
  depositStates,
  openPostgresStore,
  openSpoolStore,
  type DepositReceipt,
  type DepositState,
  type Outbox,
  type OutboxStore,
  type OutboxSummary,
} from '../transport/index.ts';
import { missing, refuseUsage, tooMany, unknownWord } from './failure.ts';
import { safeJson } from './inspect/rows.ts';
import type { CliIo, Command } from './io.ts';
import { say, type Bilingual } from './language.ts';
import { smallFile, usageError } from './options.ts';

const help = {
  fr: `usage: terr-esante outbox list [--state ÉTAT]... MAGASIN
       terr-esante outbox show|retry|cancel UNIQUE-ID MAGASIN
       terr-esante outbox summary|unmatched MAGASIN
  MAGASIN : --spool DOSSIER [--key-file FICHIER] | --database-env NOM [--schema NOM] [--key-file FICHIER]

Les dépôts MSSanté et ce qu'ils deviennent. list, show, summary et unmatched lisent pendant que le logiciel envoie, sans rien
changer ; retry et cancel veulent le dossier pour eux seuls : arrêter d'abord le logiciel.
show dit pourquoi un dépôt attend ou a échoué, et quand il sera essayé. summary compte les dépôts, dit depuis quand attend le
plus ancien et quelles erreurs l'arrêtent. --json : une ligne de JSON par dépôt.
--key-file : les 32 octets qui chiffrent le magasin. --database-env : variable d'environnement avec la chaîne de connexion.
ÉTAT : ${Object.keys(depositStates).join(', ')}.

code de sortie : 0 fait, 1 un dépôt listé a été refusé ou abandonné, 2 entrée ou usage inutilisable.
`,
  en: `usage: terr-esante outbox list [--state STATE]... STORE
       terr-esante outbox show|retry|cancel UNIQUE-ID STORE
       terr-esante outbox summary|unmatched STORE
  STORE: --spool DIR [--key-file FILE] | --database-env NAME [--schema NAME] [--key-file FILE]

Deposits by MSSanté and what became of them. list, show, summary and unmatched read while the software sends, and change
nothing; retry and cancel want the spool for themselves: stop the software first.
show says why a deposit waits or failed, and when it is tried next. summary counts the deposits, says since when the oldest
waits and which errors stand in the way. --json: one line of JSON per deposit.
--key-file: the 32 bytes that encrypt the store. --database-env: environment variable with the connection string.
STATE: ${Object.keys(depositStates).join(', ')}.

exit code: 0 done, 1 a listed deposit was refused or given up, 2 unusable input or usage.
`,
};

const states = Object.keys(depositStates) as readonly DepositState[];
const bad: ReadonlySet<DepositState> = new Set(['rejected', 'undeliverable', 'expired']);

interface StoreWords {
  readonly spool?: string | undefined;
  readonly 'database-env'?: string | undefined;
  readonly schema?: string | undefined;
  readonly 'key-file'?: string | undefined;
}

/** Opening makes a spool that is absent: a misspelt folder would be an empty outbox. */
async function spoolFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (!found?.isDirectory()) throw usageError('--spool : ce dossier est absent.', '--spool: this folder is absent.');
  return path;
}

/** Opens the store; a spool that is only looked at may be in use by another program. */
async function openStore(words: StoreWords, readOnly: boolean): Promise<OutboxStore> {
  const { spool, schema, 'database-env': variable, 'key-file': keyFile } = words;
  if ((spool === undefined) === (variable === undefined)) {
    throw usageError('--spool ou --database-env est attendu.', '--spool or --database-env is expected.');
  }

  const key = keyFile === undefined ? undefined : await smallFile(keyFile, 32);
  if (spool !== undefined) return openSpoolStore({ folder: await spoolFolder(spool), key, readOnly });

  const connectionString = variable === undefined ? undefined : process.env[variable];
  if (connectionString === undefined) {
    throw usageError('--database-env : cette variable est absente.', '--database-env: this variable is absent.');
  }

  return openPostgresStore({ connectionString, schema, key, readOnly });
}

async function openOutbox(words: StoreWords, readOnly: boolean): Promise<Outbox> {
  const store = await openStore(words, readOnly);
  const never = (): Promise<never> => Promise.reject(new TerrESanteError('TE_UNSUPPORTED', "Rien ne part d'ici."));
  return createOutbox({ store, carrier: { compose: never, send: never }, senderDomain: '', sends: false });
}

/** A part of a line that is left out when its value is absent. */
const optional = (prefix: string, value: string | number | null | undefined): string =>
  value === null || value === undefined ? '' : `${prefix}${String(value)}`;

const line = ({ uniqueId, state, submittedAt, rejection, problem }: DepositReceipt): string =>
  `${state.padEnd(13)} ${depositStates[state].label.padEnd(15)} ${submittedAt}  ${uniqueId}${optional('  code ', rejection?.code)}${optional('  ', problem?.code)}\n`;

function details(receipt: DepositReceipt): string {
  const [recipient] = receipt.recipients;
  const { problem } = receipt;
  const rows = {
    document: receipt.uniqueIds.join(', '),
    état: `${receipt.state} (${depositStates[receipt.state].label})`,
    explication: recipient?.detail,
    problème: problem && `${problem.code}${optional(', réponse SMTP ', problem.smtpCode)}, le ${problem.at}`,
    essais: receipt.attempts,
    'prochain essai': receipt.nextAttemptAt,
    destinataire: recipient?.address,
    déposé: receipt.submittedAt,
    'Message-ID': receipt.messageId,
  };

  const facts = (receipt.evidence ?? []).map(
    ({ at, source, verdict, status, code, proof }) =>
      `  ${at}  ${source.padEnd(10)} ${verdict}${optional(' ', status)}${optional(' ', code)}${optional(' · ', proof)}`,
  );

  return `${Object.entries(rows)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([label, value]) => `${label.padEnd(14)}${optional(' ', value)}`)
    .join('\n')}\n${facts.join('\n')}\n`;
}

async function list(outbox: Outbox, wanted: readonly string[] | undefined, json: boolean, io: CliIo): Promise<0 | 1> {
  const chosen = wanted?.map((word) => {
    const state = states.find((item) => item === word);
    if (!state) throw usageError('--state : état inconnu.', '--state: unknown state.');
    return state;
  });

  let refused = false;
  let count = 0;

  for await (const receipt of outbox.list({ states: chosen })) {
    if (io.signal.aborted) break;
    refused ||= bad.has(receipt.state);
    count += 1;
    io.out(json ? `${safeJson(receipt)}\n` : line(receipt));
    if (io.interactive && count % 10_000 === 0) io.err(`\r${String(count)}`);
  }

  if (io.interactive && count >= 10_000) io.err('\r\n');
  if (count === 0) io.err(say(io, { fr: 'Aucun dépôt.\n', en: 'No deposit.\n' }));
  return refused ? 1 : 0;
}

function summaryText({ states: counts, waiting, oldestWaiting, problems }: OutboxSummary): string {
  const rows = [
    ...states.filter((state) => counts[state] > 0).map((state) => [depositStates[state].label, counts[state]] as const),
    ['à envoyer', waiting] as const,
    ['plus ancien', oldestWaiting ?? 'aucun'] as const,
    ...Object.entries(problems),
  ];
  return rows.map(([label, value]) => `${label.padEnd(24)} ${String(value)}\n`).join('');
}

/** What is asked of one deposit; `null` when it is not there. */
async function act(outbox: Outbox, verb: string, uniqueId: string): Promise<DepositReceipt | null> {
  switch (verb) {
    case 'retry':
      return outbox.retry(uniqueId);
    case 'cancel':
      return outbox.cancel(uniqueId);
    default:
      return outbox.status(uniqueId);
  }
}

const wholeVerbs: readonly string[] = ['list', 'summary', 'unmatched'];
const verbs: readonly string[] = ['list', 'show', 'summary', 'retry', 'cancel', 'unmatched'];

/** What is wrong with the words of the command; `null` when nothing is. */
function wrongWords(verb: string, uniqueId: string | undefined, more: readonly string[]): Bilingual | null {
  if (!verbs.includes(verb)) return unknownWord(verb === '' ? undefined : verb, verbs);

  const whole = wholeVerbs.includes(verb);
  if (!whole && uniqueId === undefined) return missing('UNIQUE-ID');
  const [surplus] = whole && uniqueId !== undefined ? [uniqueId] : more;
  return surplus === undefined ? null : tooMany(surplus);
}

/** `terr-esante outbox` */
export const outboxCommand: Command = async (args, io) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      spool: { type: 'string' },
      'database-env': { type: 'string' },
      schema: { type: 'string' },
      'key-file': { type: 'string' },
      state: { type: 'string', multiple: true },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    io.out(say(io, help));
    return 0;
  }

  const [verb = '', uniqueId, ...more] = positionals;
  const wrong = wrongWords(verb, uniqueId, more);
  if (wrong) return refuseUsage(io, args, help, wrong);

  const outbox = await openOutbox(values, verb !== 'retry' && verb !== 'cancel');
  try {
    if (verb === 'list') return await list(outbox, values.state, values.json, io);

    if (verb === 'summary') {
      const summary = await outbox.summary();
      io.out(values.json ? `${safeJson(summary)}\n` : summaryText(summary));
      return 0;
    }

    if (verb === 'unmatched') {
      for await (const item of outbox.unmatched()) io.out(`${safeJson(item)}\n`);
      return 0;
    }

    const receipt = await act(outbox, verb, uniqueId ?? '');
    if (!receipt) throw new TerrESanteError('TE_NOT_FOUND', "Ce document n'a pas été déposé ici.");

    io.out(values.json ? `${safeJson(receipt)}\n` : details(receipt));
    return verb === 'show' && bad.has(receipt.state) ? 1 : 0;
  } finally {
    await outbox.close();
  }
};
