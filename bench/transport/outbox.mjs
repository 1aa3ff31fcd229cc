// The durable outbox against the one in memory, PostgreSQL with one, two and four workers, and the
// cost of a long queue.
import {
  closeSync,
  fdatasyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { execFileSync, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMemoryStore, createOutbox, openPostgresStore, openSpoolStore } from 'terr-esante-sdk/transport';
import { domain, medianOfPairs, rate, receiver, submissionOf, transportTo } from '../lib/mail.mjs';
import { postgresPrograms, startPostgres } from '../../scripts/postgres.mjs';

/** Deposits that wait when the database workers start. */
const queued = 600;
/** Enough for the spool to go through its checkpoints. */
const burst = 2_000;
const folderOf = () => mkdtempSync(join(tmpdir(), 'te-bench-'));

/** Milliseconds of one small append made durable. */
function syncCost(folder) {
  const file = openSync(join(folder, 'probe'), 'w');
  const begun = performance.now();
  for (let count = 0; count < 100; count += 1) {
    writeSync(file, 'x'.repeat(500));
    fdatasyncSync(file);
  }
  const cost = (performance.now() - begun) / 100;
  closeSync(file);
  return cost;
}

/** Deposits and waits until all are accepted. */
async function drain(outbox, far, count, prefix) {
  const before = far.count();
  const begun = performance.now();
  await rate(count, 16, (index) => outbox.deposit(submissionOf(`${prefix}.${index}`)));
  while (far.count() - before < count) await new Promise((resolve) => setTimeout(resolve, 2));
  return count / ((performance.now() - begun) / 1_000);
}

export async function run() {
  const rows = [];
  const far = await receiver();
  const transport = transportTo(far, 40_000, { maxConnections: 8 });
  const open = async (store) =>
    createOutbox({ store, carrier: transport, senderDomain: domain, concurrency: 8, pollMs: 20 });
  const folder = folderOf();
  const sync = syncCost(folder);
  let count = 0;
  const through = async (make) => {
    const outbox = await open(await make());
    const value = await drain(outbox, far, burst, `2.999.${(count += 1)}`);
    await outbox.close();
    return value;
  };
  const spool = () => through(() => openSpoolStore({ folder: join(folder, `spool${count}`) }));
  const memory = () => through(async () => createMemoryStore());
  await spool();
  await memory();
  const { a, b, ratio } = await medianOfPairs(3, spool, memory);
  rows.push({
    name: 'compose, deposit, send by the pool over TLS, accepted; durable spool over memory',
    value: a,
    unit: 'deposits/s',
    baseline: `memory store: ${Math.round(b)} deposits/s; one fdatasync here: ${sync.toFixed(2)} ms`,
    ratio,
    goal: 'at least 0.75',
  });
  rows.push(...(await growth(folder)));
  rows.push(...(await postgres(far, transport)));
  await transport.close();
  await far.server.close();
  rmSync(folder, { recursive: true, force: true });
  return rows;
}

/** A queue of many messages made by copying one, then a few of them taken to their end. */
async function growth(folder) {
  const sizes = process.env.TE_BENCH_MILLION ? [1_000, 10_000, 100_000, 1_000_000] : [1_000, 10_000, 100_000];
  const model = join(folder, 'model');
  const transport = {
    compose: async (submission, ids) => ({
      ...ids,
      envelope: { from: 'a@b.mssante.fr', to: 'c@d.mssante.fr' },
      byteLength: 3,
      content: {
        byteLength: 3,
        async *open() {
          yield Buffer.from('xyz');
        },
      },
    }),
    send: async () => ({ smtpCode: 250, enhancedStatus: null }),
  };
  const outbox = createOutbox({
    store: await openSpoolStore({ folder: model }),
    carrier: transport,
    senderDomain: domain,
    sends: false,
  });
  await outbox.deposit(submissionOf('1.1'));
  await outbox.close();
  const [bucket] = readdirSync(join(model, 'queue'));
  const [name] = readdirSync(join(model, 'queue', bucket));
  const template = readFileSync(join(model, 'queue', bucket, name), 'latin1');
  const id = name.slice(0, 40);
  const costs = [];
  for (const size of sizes) {
    const where = join(folder, `queue${size}`);
    mkdirSync(join(where, 'queue'), { recursive: true });
    for (let index = 0; index < 256; index += 1) mkdirSync(join(where, 'queue', index.toString(16).padStart(2, '0')));
    for (let index = 0; index < size; index += 1) {
      const other = createHash('sha256').update(String(index)).digest('hex').slice(0, 40);
      writeFileSync(join(where, 'queue', other.slice(0, 2), `${other}.1`), template.replaceAll(id, other), 'latin1');
    }
    // The files were made without a sync: what the first one would carry for all of them is not the
    // cost of an item.
    execFileSync('sync');
    let begun = performance.now();
    const store = await openSpoolStore({ folder: where });
    const opening = performance.now() - begun;
    const each = [];
    for (let index = 0; index < 350; index += 1) {
      begun = performance.now();
      const [claim] = await store.claim({ now: Date.now(), limit: 1, owner: 'bench', leaseMs: 1e6 });
      await store.save(
        { ...claim, work: 'done', hasContent: false, revision: claim.revision + 1 },
        { dropContent: true },
      );
      if (index >= 50) each.push(performance.now() - begun);
    }
    costs.push({ size, opening, sync: syncCost(where), each: each.sort((a, b) => a - b)[each.length >> 1] });
    await store.close();
    rmSync(where, { recursive: true, force: true });
  }
  const [first] = costs;
  return costs.map(({ size, opening, sync, each }) => ({
    name: `one item taken and finished (median), queue of ${size.toLocaleString('en')}`,
    value: each,
    unit: 'ms',
    baseline: `queue of 1,000: ${first.each.toFixed(2)} ms; opening took ${Math.round(opening)} ms; one fdatasync then: ${sync.toFixed(2)} ms`,
    ratio: each / first.each,
    goal: 'flat',
  }));
}

/**
 * A full queue taken by one, two or four processes; the receiver and the database are processes of
 * the same machine too.
 */
async function postgres(far, transport) {
  if (!postgresPrograms())
    return [{ name: 'PostgreSQL', value: null, unit: '', baseline: 'not installed', ratio: null, goal: null }];
  const database = await startPostgres();
  const { connectionString } = database;
  const rows = [];
  let one = null;
  for (const workers of [1, 2, 4]) {
    const schema = `w${workers}`;
    const store = await openPostgresStore({ connectionString, schema });
    const queue = createOutbox({ store, carrier: transport, senderDomain: domain, sends: false });
    const children = Array.from({ length: workers }, () =>
      fork(fileURLToPath(new URL('../lib/outbox-worker.mjs', import.meta.url)), [
        JSON.stringify({ connectionString, schema, port: far.server.port, caPem: far.caPem }),
      ]),
    );
    await Promise.all(children.map((child) => once(child, 'message')));
    await rate(queued, 16, (index) => queue.deposit(submissionOf(`2.998.${workers}.${index}`)));
    const before = far.count();
    const begun = performance.now();
    for (const child of children) child.send('go');
    while (far.count() - before < queued) await new Promise((resolve) => setTimeout(resolve, 2));
    const value = queued / ((performance.now() - begun) / 1_000);
    one ??= value;
    rows.push({
      name: `queued to received, PostgreSQL, ${workers} process${workers > 1 ? 'es' : ''} of four messages`,
      value,
      unit: 'deposits/s',
      baseline: `one process: ${Math.round(one)} deposits/s, on ${availableParallelism()} cores with receiver and database`,
      ratio: value / one,
      goal: null,
    });
    for (const child of children) child.disconnect();
    await Promise.all(children.map((child) => once(child, 'exit')));
    await queue.close();
  }
  await database.stop();
  return rows;
}
