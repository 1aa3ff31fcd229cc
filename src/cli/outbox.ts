import { parseArgs } from 'node:util';
import { TerrESanteError } from '../errors.ts';
import type { DepositReceipt, DepositState, Outbox } from '../transport/index.ts';
import { missing, refuseUsage, tooMany, unknownWord } from './failure.ts';
import { safeJson } from './inspect/rows.ts';
import type { CliIo, Command } from './io.ts';
import { say, type Bilingual } from './language.ts';
import { usageError } from './options.ts';
import { help } from './outbox/help.ts';
import { ofPatient, type PatientWords } from './outbox/patient.ts';
import { openOutbox, purge, rotateKey } from './outbox/store.ts';
import { details, line, states, summaryText } from './outbox/text.ts';

const bad: ReadonlySet<DepositState> = new Set(['rejected', 'undeliverable', 'expired']);

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

const patientVerbs: readonly string[] = ['export', 'erase'];
const wholeVerbs: readonly string[] = ['list', 'summary', 'unmatched', 'rotate-key', 'purge', ...patientVerbs];
const verbs: readonly string[] = [
  ...['list', 'show', 'summary', 'retry', 'cancel', 'unmatched', 'rotate-key', 'purge'],
  ...patientVerbs,
];
/** What these do changes the store: no other program may have it. */
const changingVerbs: readonly string[] = ['retry', 'cancel', 'erase'];

/** What is wrong with the words of the command; `null` when nothing is. */
function wrongWords(verb: string, uniqueId: string | undefined, more: readonly string[]): Bilingual | null {
  if (!verbs.includes(verb)) return unknownWord(verb === '' ? undefined : verb, verbs);

  const whole = wholeVerbs.includes(verb);
  if (!whole && uniqueId === undefined) return missing('UNIQUE-ID');
  const [surplus] = whole && uniqueId !== undefined ? [uniqueId] : more;
  return surplus === undefined ? null : tooMany(surplus);
}

const rotated: Bilingual = {
  fr: "Le dossier s'ouvre avec la nouvelle clé ; l'ancienne n'ouvre plus que les copies faites avant.\n",
  en: 'The spool opens with the new key; the former one only opens copies that were made before.\n',
};

const purged = (before: string): Bilingual => ({
  fr: `Les dépôts terminés avant ${before} sont effacés ; ce qui attend est gardé.\n`,
  en: `Deposits that ended before ${before} are removed; what waits is kept.\n`,
});

/** Does what is asked of an open outbox, and writes what it gives. */
async function told(
  outbox: Outbox,
  verb: string,
  uniqueId: string,
  words: PatientWords & { readonly state?: string[] | undefined },
  io: CliIo,
): Promise<0 | 1> {
  const { state, json } = words;
  if (verb === 'list') return list(outbox, state, json, io);
  if (patientVerbs.includes(verb)) return ofPatient(outbox, verb, words, io);

  if (verb === 'summary') {
    const summary = await outbox.summary();
    io.out(json ? `${safeJson(summary)}\n` : summaryText(summary));
    return 0;
  }

  if (verb === 'unmatched') {
    for await (const item of outbox.unmatched()) io.out(`${safeJson(item)}\n`);
    return 0;
  }

  const receipt = await act(outbox, verb, uniqueId);
  if (!receipt) throw new TerrESanteError('TE_NOT_FOUND', "Ce document n'a pas été déposé ici.");

  io.out(json ? `${safeJson(receipt)}\n` : details(receipt));
  return verb === 'show' && bad.has(receipt.state) ? 1 : 0;
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
      'new-key-file': { type: 'string' },
      'older-than': { type: 'string' },
      'patient-file': { type: 'string' },
      cancel: { type: 'boolean', default: false },
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

  if (verb === 'rotate-key') {
    await rotateKey(values, io.signal);
    io.out(values.json ? `${safeJson({ rotated: true })}\n` : say(io, rotated));
    return 0;
  }

  if (verb === 'purge') {
    const before = await purge(values);
    io.out(values.json ? `${safeJson({ purgedBefore: before })}\n` : say(io, purged(before)));
    return 0;
  }

  const outbox = await openOutbox(values, !changingVerbs.includes(verb));
  try {
    return await told(outbox, verb, uniqueId ?? '', values, io);
  } finally {
    await outbox.close();
  }
};
