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
} from '../transport/index.ts';
import type { CliIo, Command } from './io.ts';
import { smallFile, usageError } from './options.ts';

const help = `usage: terr-esante outbox list [--state STATE]... STORE
       terr-esante outbox show UNIQUE-ID STORE
       terr-esante outbox retry|cancel UNIQUE-ID STORE
       terr-esante outbox unmatched STORE
  STORE: --spool DIR [--key-file FILE] | --database-env NAME [--schema NAME] [--key-file FILE]

Deposits by MSSanté and what became of them. A spool is open to one process: stop the software that sends first.
--key-file: the 32 bytes that encrypt the store. --database-env: environment variable with the connection string.
STATE: ${Object.keys(depositStates).join(', ')}.

exit code: 0 done, 1 a listed deposit was refused or given up, 2 unusable input or usage.
`;

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
  if (!found?.isDirectory()) throw usageError('--spool : ce dossier est absent.');
  return path;
}

/** Opens the store; a spool that is only looked at may be in use by another program. */
async function openStore(words: StoreWords, readOnly: boolean): Promise<OutboxStore> {
  const { spool, schema, 'database-env': variable, 'key-file': keyFile } = words;
  if ((spool === undefined) === (variable === undefined)) throw usageError('--spool ou --database-env est attendu.');

  const key = keyFile === undefined ? undefined : await smallFile(keyFile, 32);
  if (spool !== undefined) return openSpoolStore({ folder: await spoolFolder(spool), key, readOnly });

  const connectionString = variable === undefined ? undefined : process.env[variable];
  if (connectionString === undefined) throw usageError('--database-env : cette variable est absente.');

  return openPostgresStore({ connectionString, schema, key });
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
    ({ at, source, verdict, status, code }) =>
      `  ${at}  ${source.padEnd(10)} ${verdict}${optional(' ', status)}${optional(' ', code)}`,
  );

  return `${Object.entries(rows)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([label, value]) => `${label.padEnd(14)}${optional(' ', value)}`)
    .join('\n')}\n${facts.join('\n')}\n`;
}

async function list(outbox: Outbox, wanted: readonly string[] | undefined, json: boolean, io: CliIo): Promise<0 | 1> {
  const chosen = wanted?.map((word) => {
    const state = states.find((item) => item === word);
    if (!state) throw usageError('--state : état inconnu.');
    return state;
  });

  let refused = false;
  let count = 0;

  for await (const receipt of outbox.list({ states: chosen })) {
    if (io.signal.aborted) break;
    refused ||= bad.has(receipt.state);
    count += 1;
    io.out(json ? `${JSON.stringify(receipt)}\n` : line(receipt));
    if (io.interactive && count % 10_000 === 0) io.err(`\r${String(count)}`);
  }

  if (io.interactive && count >= 10_000) io.err('\r\n');
  if (count === 0) io.err('Aucun dépôt.\n');
  return refused ? 1 : 0;
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
    io.out(help);
    return 0;
  }

  const [verb = '', uniqueId, ...more] = positionals;
  const alone = verb === 'list' || verb === 'unmatched';
  if (!(alone || ['show', 'retry', 'cancel'].includes(verb)) || alone !== (uniqueId === undefined) || more.length > 0) {
    io.err(help);
    return 2;
  }

  const outbox = await openOutbox(values, verb !== 'retry' && verb !== 'cancel');
  try {
    if (verb === 'list') return await list(outbox, values.state, values.json, io);

    if (verb === 'unmatched') {
      for await (const item of outbox.unmatched()) io.out(`${JSON.stringify(item)}\n`);
      return 0;
    }

    const receipt = await act(outbox, verb, uniqueId ?? '');
    if (!receipt) throw new TerrESanteError('TE_NOT_FOUND', "Ce document n'a pas été déposé ici.");

    io.out(values.json ? `${JSON.stringify(receipt)}\n` : details(receipt));
    return verb === 'show' && bad.has(receipt.state) ? 1 : 0;
  } finally {
    await outbox.close();
  }
};
