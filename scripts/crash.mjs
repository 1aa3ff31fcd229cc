// Kills the sending process with SIGKILL at random points while it deposits, and counts at the
// receiver.
//   node scripts/crash.mjs --kills N [--store spool|postgres] [--seed S] [--clock-jumps]
// With --clock-jumps, the clock of the senders goes a week forward or a day back after each kill, and
// now and then while they run.
// Last line: deposits D, kills N, lost L, twice T, expired wrongly E. A document is filed twice when
// it arrives under two Message-IDs: the same message again is what a receiver recognises.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { importSource } from './bundle-source.mjs';
import { farSide } from './crash-far-side.mjs';
import { certificates, documentIn, generator, numberArgument, wordArgument } from './outbox-fixture.mjs';
import { startPostgres } from './postgres.mjs';

const { createMailServer, readIncomingDeposit } = await importSource(...farSide);

const kills = numberArgument('kills', 20);
const seed = numberArgument('seed', 1);
const storeKind = wordArgument('store', 'spool');
if (!['spool', 'postgres'].includes(storeKind)) {
  console.error('--store wants spool or postgres');
  process.exit(2);
}
const random = generator(seed);
const clockJumps = process.argv.includes('--clock-jumps');
const dayMs = 86_400_000;
/** How far the clock of the senders is from the true time. */
let clockShift = 0;
const deposits = Math.max(20, 2 * kills);
const workers = storeKind === 'postgres' ? 4 : 1;
const folder = mkdtempSync(join(tmpdir(), 'te-crash-'));
const script = fileURLToPath(new URL('./crash-child.mjs', import.meta.url));

const { caPem, tls } = await certificates();
/** uniqueId -> Message-IDs seen. */
const filed = new Map();
let resent = 0;
let arrivals = 0;
const faults = ['close', 'hang', 'half-reply'];
const server = await createMailServer({
  tls,
  onMessage: async ({ bytes }) => {
    const { archive, messageId } = await readIncomingDeposit(bytes);
    const uniqueId = documentIn(archive);
    const ids = filed.get(uniqueId) ?? new Set();
    if (ids.has(messageId)) resent += 1;
    filed.set(uniqueId, ids.add(messageId));
    arrivals += 1;
  },
  fault: (at) => {
    if (at === 'data-end' && random() < 0.03) return { cut: faults[Math.floor(random() * 3)], keep: random() < 0.7 };
    if (at === 'rcpt' && random() < 0.02) return { reply: { code: 451, text: '4.7.1 Later' } };
    return undefined;
  },
});
const postgres = storeKind === 'postgres' ? await startPostgres() : null;

const names = Array.from({ length: deposits }, (_, index) => `2.999.7.${seed}.${index + 1}`);
/** Promised to the caller: the child said so after `deposit` had resolved. */
const promised = new Set();
let next = 0;
let unanswered = [];

function start(slot) {
  const more = Math.min(deposits - next, 1 + Math.floor(random() * 4));
  const documents = [...unanswered.splice(0, 8), ...names.slice(next, next + more)];
  next += more;
  const child = spawn(process.execPath, [script], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      TE_CRASH: JSON.stringify({
        port: server.port,
        caPem,
        folder: join(folder, 'spool'),
        database: postgres?.connectionString,
        documents,
        clockShift,
        owner: `worker-${slot}-${next}-${Math.floor(random() * 1e9)}`,
      }),
    },
  });
  // A child that was killed does not read what it is told.
  child.stdin.on('error', () => undefined);
  const left = new Set(documents);
  let told;
  const ready = new Promise((resolve) => (told = resolve));
  let ended;
  const finished = new Promise((resolve) => (ended = resolve));
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line === 'ready') told();
    const [word, value, expired] = line.split(' ');
    if (word === 'deposited') {
      promised.add(value);
      left.delete(value);
    }
    if (word === 'finished') ended({ total: Number(value), expired: Number(expired) });
  });
  const gone = new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal })));
  void gone.then(({ signal, code }) => {
    if (signal !== 'SIGKILL' && code !== 0) {
      console.error(`a child ended by itself (${code})`);
      process.exit(1);
    }
    told();
  });
  return { child, ready, gone, left, finished, deposited: () => documents.length - left.size };
}

/** The machine has one clock: the senders that run see it jump too. */
function jumpClock() {
  clockShift += random() < 0.5 ? 7 * dayMs : -dayMs;
  for (const { child } of children) {
    if (child.exitCode === null && child.signalCode === null) child.stdin.write(`clock ${clockShift}\n`);
  }
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const children = Array.from({ length: workers }, (_, slot) => start(slot));
let restarts = 0;
for (let kill = 1; kill <= kills; kill += 1) {
  const slot = Math.floor(random() * workers);
  const victim = children[slot];
  // One in six dies while it opens the store, a third while it deposits, half while it sends.
  const dice = random();
  if (dice < 1 / 6) await wait(random() * 400);
  else {
    await victim.ready;
    if (clockJumps && random() < 0.5) jumpClock();
    const events = 1 + Math.floor(random() * 3);
    const seen = dice < 1 / 2 ? () => victim.deposited() : () => arrivals;
    const target = seen() + events;
    // A child that has nothing left to do is not waited for.
    for (let waited = 0; seen() < target && waited < 1_500; waited += 2) await wait(2);
    await wait(random() * 15);
  }
  victim.child.kill('SIGKILL');
  await victim.gone;
  unanswered.push(...victim.left);
  if (clockJumps) jumpClock();
  children[slot] = start(slot);
  if (postgres && kill % 100 === 50) {
    restarts += 1;
    await postgres.crash();
  }
  if (kill % 50 === 0) console.error(`${kill} kills, ${promised.size} deposits promised, ${filed.size} filed`);
}

// What is left is done by processes that nobody kills.
const last = await Promise.all(
  children.map(async (current, slot) => {
    current.child.kill('SIGKILL');
    await current.gone;
    unanswered.push(...current.left);
    return slot;
  }),
);
unanswered.push(...names.slice(next));
next = deposits;
const begun = Date.now();
let expired = 0;
const closing = last.map(() => null);
while (unanswered.length > 0 || closing[0] === null) {
  const closer = start(0);
  closing[0] = closer;
  await closer.ready;
  while (closer.left.size > 0) await wait(20);
  if (unanswered.length === 0) {
    closer.child.stdin.write('finish\n');
    ({ expired } = await closer.finished);
    await closer.gone;
    break;
  }
  closer.child.kill('SIGKILL');
  await closer.gone;
  closing[0] = null;
}
console.error(
  `the rest took ${Date.now() - begun} ms; ${resent} messages came again under the same Message-ID; database restarts ${restarts}`,
);

await server.close();
await postgres?.stop();
rmSync(folder, { recursive: true, force: true });
const lost = names.filter((name) => !filed.has(name)).length;
const twice = [...filed.values()].filter((ids) => ids.size > 1).length;
console.log(`deposits ${deposits}, kills ${kills}, lost ${lost}, twice ${twice}, expired wrongly ${expired}`);
process.exit(lost + twice + expired === 0 && promised.size === deposits ? 0 : 1);
