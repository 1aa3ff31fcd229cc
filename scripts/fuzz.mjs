// Gives every reader and every public function changed inputs, and says what did not hold.
// usage: npm run fuzz -- [--target NAME] [--seconds N] [--seed S] [--run N]
import { spawnSync } from 'node:child_process';
import { bundleSource } from './bundle-source.mjs';

const outfile = await bundleSource('fuzz', "import './test/fuzz/main.ts';");
const { status } = spawnSync(process.execPath, ['--expose-gc', outfile, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
