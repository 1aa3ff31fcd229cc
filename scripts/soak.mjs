// Many deposits with one fault in ten, each followed to its end; the far side knows what the end
// must be.
//   node scripts/soak.mjs --deposits N [--seed S]
// Last line: deposits N, wrong state W, rss first A MB last B MB. Memory is that of the sending
// process alone, the far side runs in another: the median of the second tenth of the run, when
// caches and pools are full, against that of the last tenth.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createOutbox, openSpoolStore, parseReport } from 'terr-esante-sdk/transport';

import { domain, numberArgument, submissionOf, transportTo } from './outbox-fixture.mjs';

const deposits = numberArgument('deposits', 20_000);
const seed = numberArgument('seed', 1);
const folder = mkdtempSync(join(tmpdir(), 'te-soak-'));
const far = fork(fileURLToPath(new URL('./soak-receiver.mjs', import.meta.url)), [String(seed)], {
  serialization: 'advanced',
});
const [{ port, caPem }] = await once(far, 'message');

/** Reports on their way: some arrive late. */
const post = [];
let filed = 0;
let reports = 0;
far.on('message', (message) => {
  if (!message.post) return;
  filed = message.filed;
  reports = message.reports;
  const now = Date.now();
  for (const { bytes, after } of message.post) post.push({ bytes, due: now + after });
});

/**
 * What must have become of these documents. Everything the far side sent before has arrived then.
 */
const endsOf = (names) =>
  new Promise((resolve) => {
    far.on('message', function listen({ ends }) {
      if (!ends) return;
      far.off('message', listen);
      resolve(ends);
    });
    far.send({ ask: names });
  });

const transport = transportTo({ port, caPem }, { maxConnections: 8, idleTimeoutMs: 400 });
const outbox = createOutbox({
  store: await openSpoolStore({ folder }),
  carrier: transport,
  senderDomain: domain,
  concurrency: 8,
  pollMs: 20,
  retry: { firstDelayMs: 5, longestDelayMs: 50, maxAttempts: 1_000 },
});

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const nameOf = (index) => `2.999.8.${seed}.${index + 1}`;
const rss = () => Math.round(process.memoryUsage.rss() / 1e6);
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const samples = { first: [], last: [] };
let unmatched = 0;
let made = 0;

async function readPost(all) {
  const now = Date.now();
  for (const item of post.splice(0)) {
    if (!all && item.due > now) post.push(item);
    else if ((await outbox.applyReport(await parseReport(item.bytes))) === 'unmatched') unmatched += 1;
  }
}

const begun = Date.now();
let next = 0;
let running = true;
const reading = (async () => {
  while (running) {
    await readPost(false);
    await wait(5);
  }
})();
await Promise.all(
  Array.from({ length: 16 }, async () => {
    while (next < deposits) {
      await outbox.deposit(submissionOf(nameOf(next++)));
      made += 1;
      const tenth = Math.floor((10 * made) / deposits);
      if (made % Math.ceil(deposits / 500) === 0) {
        if (tenth === 1) samples.first.push(rss());
        if (tenth >= 9) samples.last.push(rss());
      }
      const tell = made % 2_000 === 0;
      // The queue and the unread mail are kept short, so that what is measured is the flow.
      while (made - filed > 200 || post.length > 300) await wait(5);
      if (tell) console.error(`${made} deposits, ${filed} filed, rss ${rss()} MB`);
    }
  }),
);
const isOpen = (state) => state === 'queued' || state === 'sending';
for (let open = 1; open > 0; await wait(50)) {
  open = 0;
  for await (const { state } of outbox.list()) if (isOpen(state)) open += 1;
}
running = false;
await reading;
await endsOf([]);
await readPost(true);

let wrong = 0;
for (let index = 0; index < deposits; index += 500) {
  const names = Array.from({ length: Math.min(500, deposits - index) }, (_, offset) => nameOf(index + offset));
  const ends = await endsOf(names);
  for (const [offset, uniqueId] of names.entries()) {
    const receipt = await outbox.status(uniqueId);
    if (receipt?.state === ends[offset]) continue;
    wrong += 1;
    if (wrong <= 5) console.error(`${uniqueId}: ${receipt?.state}, expected ${ends[offset]}`);
  }
}
await outbox.close();
await transport.close();
far.disconnect();
rmSync(folder, { recursive: true, force: true });
console.error(
  `${Math.round((deposits / (Date.now() - begun)) * 1_000)} deposits/s, ${reports} reports, ${unmatched} of them not tied to a deposit`,
);
console.log(
  `deposits ${deposits}, wrong state ${wrong}, rss first ${median(samples.first)} MB last ${median(samples.last)} MB`,
);
process.exit(wrong === 0 && unmatched === 0 ? 0 : 1);
