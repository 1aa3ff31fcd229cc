// Gives every reader changed inputs, and says which property did not hold.
// usage: npm run fuzz -- [--target NAME] [--seconds N] [--seed S] [--run N]
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const folder = resolve('node_modules/.cache/fuzz');
mkdirSync(folder, { recursive: true });
const outfile = join(folder, 'main.mjs');
await build({
  entryPoints: ['test/fuzz/main.ts'],
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  outfile,
  logLevel: 'error',
});
const { status } = spawnSync(process.execPath, ['--expose-gc', outfile, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
