// Entry of scripts/fuzz.mjs.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fenceNetwork } from '../border/fence.ts';
import { catchDoorErrors, fuzzDoors } from '../border/fuzz.ts';
import { catchLooseErrors, fuzz } from './run.ts';
import type { Target } from './target.ts';
import { targets } from './targets.ts';
import { createWatch } from './watch.ts';
import { startWatchdog } from './watchdog.ts';

const usage = `usage: npm run fuzz -- [--target NAME] [--seconds N] [--seed S] [--run N]

  --target NAME  a reader: ${targets.map(({ name }) => name).join(', ')};
                 doors, for every public function and method; or one of these by its name, such as
                 auth.createVihf; all by default
  --seconds N    in all, shared between the targets, 60 by default
  --seed S       a number; the same seed makes the same inputs
  --run N        one run only, to see a failure again
`;

const { values } = parseArgs({
  options: {
    target: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    run: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
const only = values.run === undefined ? undefined : Number(values.run);
if (values.help || !(seconds > 0) || !Number.isSafeInteger(seed)) {
  process.stderr.write(usage);
  process.exit(values.help ? 0 : 2);
}

const readers = targets.filter(({ name }) => values.target === undefined || name === values.target);
const hasDoors = values.target === undefined || readers.length === 0;
const end = Date.now() + seconds * 1_000;
/** With both, the readers and the doors have half of the time each. */
const readersEnd = hasDoors ? Date.now() + seconds * 500 : end;

const folder = resolve('.tmp/fuzz');
const totals = { runs: 0, untyped: 0, hangs: 0, other: 0 };
const beat = startWatchdog();
const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const memory = (): string => {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return `memory kept ${((heapUsed + external) / 1_048_576).toFixed(0)} MB, of the process ${(rss / 1_048_576).toFixed(0)} MB`;
};

function count(property: string): void {
  if (/^(?:not a typed error|thrown outside)/.test(property)) totals.untyped += 1;
  else if (/^took \d+ ms$/.test(property)) totals.hangs += 1;
  else totals.other += 1;
}

async function runReader(target: Target, until: number): Promise<void> {
  const { runs, read, failures } = await fuzz(target, {
    seed,
    until,
    only,
    slowMs: 10_000,
    watch,
    onRun: (run) => beat(`${target.name} run ${String(run)}`),
    onFailure: ({ run, property, input }) => {
      count(property);
      mkdirSync(folder, { recursive: true });
      const path = join(folder, `${target.name}-${String(seed)}-${String(run)}.bin`);
      writeFileSync(path, input, { mode: 0o600 });
      say(`  ${target.name} run ${String(run)}: ${property} -> ${path}`);
    },
  });
  totals.runs += runs;
  say(`target ${target.name}, runs ${String(runs)}, read ${String(read)}, failures ${String(failures.length)}`);
}

async function runDoors(door: string | undefined): Promise<void> {
  // What a door writes under a name without a folder goes there.
  const place = mkdtempSync(join(tmpdir(), 'te-fuzz-'));
  process.chdir(place);
  fenceNetwork();
  catchDoorErrors();

  const tallies = await fuzzDoors({
    seed,
    until: end,
    door,
    only,
    onRun: (name, run) => beat(`${name} run ${String(run)}`),
    onFault: (name, run, fault) => say(`  ${name} run ${String(run)}: ${fault}`),
  });
  for (const { name, runs, taken, codes, untyped, hangs } of tallies) {
    totals.runs += runs;
    totals.untyped += untyped;
    totals.hangs += hangs;
    const refused = Object.entries(codes).map(([code, times]) => `${code} ${String(times)}`);
    say(`door ${name}, runs ${String(runs)}, taken ${String(taken)}${refused.map((text) => `, ${text}`).join('')}`);
  }
  if (tallies.length === 0) {
    process.stderr.write(usage);
    process.exit(2);
  }
  const least = Math.min(...tallies.map(({ runs }) => runs));
  say(`doors ${String(tallies.length)}, the least tried ${String(least)} times`);
  process.chdir('/');
  rmSync(place, { recursive: true, force: true });
}

const watch = createWatch();
catchLooseErrors();
for (const [index, target] of readers.entries()) {
  await runReader(target, Date.now() + Math.max(0, readersEnd - Date.now()) / (readers.length - index));
}
if (readers.length > 0) say(`readers ${String(readers.length)}, ${memory()}`);
if (hasDoors) {
  await runDoors(values.target === 'doors' ? undefined : values.target);
  say(memory());
}

say(`seed ${String(seed)}`);
if (totals.other > 0) say(`properties that did not hold ${String(totals.other)}`);
say(`runs ${String(totals.runs)}, untyped errors ${String(totals.untyped)}, hangs ${String(totals.hangs)}`);
process.exit(totals.untyped + totals.hangs + totals.other > 0 ? 1 : 0);
