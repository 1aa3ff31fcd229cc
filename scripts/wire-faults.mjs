// Deposits, queries and retrievals over lines of this machine that delay, reset, close one half, fall
// silent or drip, clear and over TLS: `npm run faults:wires [-- --calls 10000 --seed 1]`.
// Every call must end within its deadline, say the truth of a deposit, and leave no connection.
// Last line: calls N, wrong W, connections C, files open (sockets among them): before A, most M, after B.
import { bundleSource, importSource } from './bundle-source.mjs';
import { numberArgument } from './outbox-fixture.mjs';

const calls = numberArgument('calls', 10_000);
const seed = numberArgument('seed', 1);
const { farSideProgram, runWireFaults } = await importSource(
  'wire-faults',
  "export { farSideProgram, runWireFaults } from './test/helpers/wire-faults.ts';",
);
const farSide = await bundleSource('wire-faults-far-side', farSideProgram);

let wrong = 0;
for (const tls of [false, true]) {
  const start = performance.now();
  const run = await runWireFaults({ farSide, calls: calls / 2, seed, tls, deadlineMs: 250 });
  const { connections, files } = run;
  const seconds = Math.round((performance.now() - start) / 1_000);
  const over = `longest call ${run.longestOverMs} ms beyond its deadline, ${run.longestAfterTimerMs} ms after a bare timer`;
  const cpu = `${run.longestAfterTimerCpuMs} ms of them on the processor`;
  const late = `${over}, ${cpu} (timers were late by up to ${run.latestTimerMs} ms)`;
  console.log(`${tls ? 'TLS' : 'clear'}, ${seconds} s, ${late}`);
  for (const [outcome, times] of Object.entries(run.outcomes).toSorted()) console.log(`  ${outcome}: ${times}`);
  for (const sentence of run.wrong.slice(0, 20)) console.log(`  WRONG: ${sentence}`);
  const isKept = files !== null && files.after > files.before;
  wrong += run.wrong.length + (isKept ? 1 : 0);
  const counted = files ? `before ${files.before}, most ${files.most}, after ${files.after}` : 'not counted here';
  console.log(`calls ${run.calls}, wrong ${run.wrong.length}, connections ${connections}, files open: ${counted}`);
}
process.exit(wrong > 0 ? 1 : 0);
