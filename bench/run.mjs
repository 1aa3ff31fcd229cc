// Runs every race under bench/, or those named: `npm run bench -- documents auth/vihf`. One table,
// one run.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';

const here = import.meta.dirname;
if (!existsSync(join(here, 'node_modules'))) {
  console.log('installing the peers of the races…');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--silent'], { cwd: here, stdio: 'inherit' });
}
// The races import the product by its own name, as a vendor does.
const self = join(here, 'node_modules/terr-esante-sdk');
if (!existsSync(self)) symlinkSync('../..', self, 'dir');
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const races = readdirSync(here, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.mjs') && !entry.parentPath.includes('node_modules'))
  .map((entry) => relative(here, join(entry.parentPath, entry.name)))
  .filter(
    (path) =>
      path.includes('/') &&
      !path.startsWith('lib/') &&
      (wanted.length === 0 || wanted.some((word) => path.startsWith(word))),
  )
  .sort();

const width = [58, 14, 9];
const line = (cells) => cells.map((cell, index) => (width[index] ? String(cell).padEnd(width[index]) : cell)).join(' ');
const show = (value) => (typeof value === 'number' ? Number(value.toPrecision(4)).toString() : String(value ?? ''));

console.log(`node ${process.version}, ${process.arch}`);
console.log(line(['figure', 'value', 'ratio', 'beside (goal)']));
let failed = 0;
for (const path of races) {
  console.log(`\n# ${path}`);
  // A process of its own: what one race leaves in the heap and in the compiler is not charged to
  // the next.
  const child = spawnSync(process.execPath, [join(here, 'lib/run-race.mjs'), join(here, path)], {
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  const result = child.output[3] ? JSON.parse(child.output[3]) : { failed: String(child.signal ?? child.status) };
  for (const { name, value, unit, baseline, ratio, goal } of result.rows ?? []) {
    console.log(
      line([
        name,
        `${show(value)} ${unit ?? ''}`,
        ratio === null || ratio === undefined ? '' : `x${show(ratio)}`,
        `${baseline ?? ''}${goal ? ` (goal: ${goal})` : ''}`,
      ]),
    );
  }
  if (result.failed !== undefined) {
    failed += 1;
    console.log(`could not run: ${result.failed}`);
  }
}
process.exit(failed > 0 ? 1 : 0);
