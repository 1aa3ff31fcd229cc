// What the screen of a practice waits for, over a line of 50 ms: the icons of a day's list, and the
// number of new documents over all followed dossiers.
import { fork } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createClient } from 'terr-esante-sdk';
import { createPkcs12Provider } from 'terr-esante-sdk/auth';
import { simulatorDescriptor } from 'terr-esante-sdk/platform';
import { createHttpClient } from 'terr-esante-sdk/transport';
import { median } from '../lib/race.mjs';

const latencyMs = 50;
const day = Number(process.env.BENCH_DAY ?? 200);
const followed = Number(process.env.BENCH_DOSSIERS ?? 1_000);
const concurrency = 4;

/** What is new since the bench began: no wire needs to know when the professional was there. */
const since = new Date(Date.now() - 1_000).toISOString();

let requests = 0;
subscribe('http.client.request.start', () => {
  requests += 1;
});

async function timed(work) {
  const [before, start] = [requests, performance.now()];
  const value = await work();
  return { value, ms: performance.now() - start, requests: requests - before };
}

/** The same number of exchanges of the same connection, a few at a time, with nothing in them. */
async function bareTrips(http, url, count) {
  let next = 0;
  const one = async () => {
    for (; next < count;) {
      next += 1;
      await http.send({ method: 'GET', url: `${url}/` });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, one));
}

async function statusRow({ config, caPem, patients }, clientOf) {
  const bare = createHttpClient({ ca: caPem });
  const list = patients.slice(0, day);
  const rounds = { ours: [], bare: [] };
  for (let round = 0; round < 4; round += 1) {
    const te = await clientOf(simulatorDescriptor);
    // The day begins with one question: connections are open and the parts of the client are loaded.
    await te.dossier.status(patients[day]);
    await bareTrips(bare, config.quai.url, concurrency);
    const ours = await timed(async () => {
      for await (const { error } of te.dossier.statuses(list, { concurrency })) if (error) throw error;
    });
    const trips = await timed(() => bareTrips(bare, config.quai.url, ours.requests));
    await te.close();
    if (round === 0) continue;
    rounds.ours.push(ours);
    rounds.bare.push(trips.ms);
  }
  await bare.close();

  const ours = median(rounds.ours.map(({ ms }) => ms));
  const trips = median(rounds.bare);
  return {
    name: `status of ${day} patients, ${concurrency} at a time, ${rounds.ours[0].requests} requests`,
    value: ours,
    unit: 'ms',
    baseline: `as many bare round trips of ${latencyMs} ms: ${Math.round(trips)} ms`,
    ratio: ours / trips,
    goal: 'at most 1.1',
  };
}

async function countRows(tell, clientOf) {
  const rows = [];
  const wires = ['simulator-http', 'fhir-r4', 'soap-ihe'];
  let done = 0;
  await tell({ connect: true });
  for (const changed of [0, Math.round(followed / 100), Math.round(followed / 10)]) {
    await tell({ from: done, to: changed });
    done = changed;
    for (const wire of wires) rows.push(await countRow(wire, changed, clientOf));
  }
  return rows;
}

async function countRow(wire, changed, clientOf) {
  const notifications = { value: wire, confidence: 'assumption', evidence: 'bench' };
  const te = await clientOf({
    ...simulatorDescriptor,
    bindings: { ...simulatorDescriptor.bindings, notifications },
  });
  const name = `new documents of ${followed} followed dossiers, ${changed} changed, ${wire}`;
  try {
    await te.notifications.countForPractitioner({ since });
    const { value, ms, requests: sent } = await timed(() => te.notifications.countForPractitioner({ since }));
    const told =
      value.count === null ? `no number: ${value.partial.map(({ code }) => code).join()}` : `count ${value.count}`;
    return { name, value: ms, unit: 'ms', baseline: `${sent} requests, ${told}` };
  } catch (error) {
    return { name, value: error.code, baseline: 'not carried by this wire' };
  } finally {
    await te.close();
  }
}

export async function run() {
  const child = fork(fileURLToPath(new URL('../lib/platform-far-side.mjs', import.meta.url)), [
    String(latencyMs),
    String(followed),
  ]);
  const [far] = await once(child, 'message');
  const { config, caPem, signature } = far;
  const clientOf = async (descriptor) =>
    createClient(config, {
      auth: await createPkcs12Provider({ pfx: Buffer.from(signature.pfx, 'base64'), password: signature.password }),
      tls: { ca: caPem },
      descriptor,
    });
  const tell = async (message) => {
    child.send(message);
    await once(child, 'message');
  };

  const rows = [await statusRow(far, clientOf), ...(await countRows(tell, clientOf))];
  child.disconnect();
  return rows;
}
