// One sending process of the crash run. It deposits what it is told, sends, and is killed at any
// moment.
import { createInterface } from 'node:readline';

import { createOutbox, openPostgresStore, openSpoolStore } from 'terr-esante-sdk/transport';

import { domain, submissionOf, transportTo } from './outbox-fixture.mjs';

const { port, caPem, folder, database, documents, owner, clockShift } = JSON.parse(process.env.TE_CRASH);
/** How far the clock of this process is off: the run sets it, and may set it anew. */
let shift = clockShift;
const say = (line) => process.stdout.write(`${line}\n`);

const open = async () => {
  // Short, so that the spool of a killed sender is taken over soon: it lives or it was killed, there
  // is no sleep here.
  if (!database) return openSpoolStore({ folder, takeOverAfterMs: 200 });
  // The database restarts in the middle of the run.
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await openPostgresStore({ connectionString: database });
    } catch (error) {
      if (attempt > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
};
const outbox = createOutbox({
  store: await open(),
  carrier: transportTo({ port, caPem }),
  senderDomain: domain,
  owner,
  runtime: { clock: { now: () => Date.now() + shift }, ids: { uuid: () => globalThis.crypto.randomUUID() } },
  concurrency: 4,
  pollMs: 50,
  // Short, so that the entries of a killed worker come back soon.
  ...(database && { sendTimeoutMs: 1_000, leaseMarginMs: 500 }),
  retry: { firstDelayMs: 20, longestDelayMs: 200, maxAttempts: 100_000 },
});
say('ready');

async function deposit(uniqueId) {
  for (;;) {
    try {
      await outbox.deposit(submissionOf(uniqueId));
      say(`deposited ${uniqueId}`);
      return;
    } catch (error) {
      if (error.code !== 'TE_OUTBOX' && error.code !== 'TE_CONFLICT') throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const [word, value] = line.split(' ');
  if (word === 'finish') void finish();
  if (word === 'clock') shift = Number(value);
});

/** Waits until no deposit waits any more, says how many were given up, then closes. */
async function finish() {
  for (;;) {
    let waiting = 0;
    let total = 0;
    let expired = 0;
    try {
      for await (const { state } of outbox.list()) {
        total += 1;
        if (state === 'expired') expired += 1;
        else if (state !== 'accepted') waiting += 1;
      }
      if (waiting === 0) {
        await outbox.close();
        say(`finished ${total} ${expired}`);
        process.exit(0);
      }
    } catch (error) {
      if (error.code !== 'TE_OUTBOX') throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const queue = [...documents];
await Promise.all(
  Array.from({ length: 4 }, async () => {
    for (let uniqueId = queue.shift(); uniqueId; uniqueId = queue.shift()) await deposit(uniqueId);
  }),
);
say('all');
