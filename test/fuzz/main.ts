// Entry of scripts/fuzz.mjs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { catchLooseErrors, fuzz } from './run.ts';
import { targets } from './targets.ts';
import { createWatch } from './watch.ts';

const usage = `usage: npm run fuzz -- [--target NAME] [--seconds N] [--seed S] [--run N]

  --target NAME  one of: ${targets.map(({ name }) => name).join(', ')}; all by default
  --seconds N    for each target, 60 by default
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
const chosen = targets.filter(({ name }) => values.target === undefined || name === values.target);
const [seconds, seed, only] = [Number(values.seconds), Number(values.seed), values.run && Number(values.run)];
if (values.help || chosen.length === 0 || !(seconds > 0) || !Number.isSafeInteger(seed)) {
  process.stderr.write(usage);
  process.exit(values.help ? 0 : 2);
}

const folder = '.tmp/fuzz';
const memory = (): number => {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1_048_576;
};

catchLooseErrors();
const watch = createWatch();
let runs = 0;
let failed = 0;
for (const target of chosen) {
  const before = process.resourceUsage().maxRSS / 1024;
  const result = await fuzz(target, {
    seed,
    until: Date.now() + seconds * 1_000,
    only: typeof only === 'number' ? only : undefined,
    slowMs: 10_000,
    watch,
    onFailure: ({ run, property, input }) => {
      mkdirSync(folder, { recursive: true });
      const path = join(folder, `${target.name}-${String(seed)}-${String(run)}.bin`);
      writeFileSync(path, input, { mode: 0o600 });
      process.stdout.write(`  ${target.name} run ${String(run)}: ${property} -> ${path}\n`);
    },
  });
  runs += result.runs;
  failed += result.failures.length;
  process.stdout.write(
    `target ${target.name}, runs ${String(result.runs)}, failures ${String(result.failures.length)}` +
      ` (read ${String(result.read)}; memory kept ${memory().toFixed(0)} MB, peak +${(process.resourceUsage().maxRSS / 1024 - before).toFixed(0)} MB)\n`,
  );
}
process.stdout.write(`seed ${String(seed)}\n`);
process.stdout.write(
  `target ${chosen.length === 1 ? (chosen[0]?.name ?? '') : 'all'}, runs ${String(runs)}, failures ${String(failed)}\n`,
);
process.exitCode = failed > 0 ? 1 : 0;
