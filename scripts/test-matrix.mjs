// The demonstration and the tests on each version of Node.js that is supported, on Linux (x86-64):
//   npm run test:matrix                      all of it (long: the suite once per version)
//   npm run test:matrix -- --node 24         one version, by its major
//   npm run test:matrix -- --demo            the demonstration only
//   npm run test:matrix -- -- test/identity  only these tests (words after a second --)
// The versions come from npm into test/matrix, never into the root: a package that brings a `node`
// command would take the place of the one that runs the scripts.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'test/matrix');
const { values, positionals: tests } = parseArgs({
  options: { node: { type: 'string', multiple: true }, demo: { type: 'boolean', default: false } },
  allowPositionals: true,
});

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error('the versions of test/matrix are those of Linux on x86-64: use the workflow elsewhere');
  process.exit(2);
}
if (!existsSync(join(folder, 'node_modules'))) {
  // No bin links: nothing may find these commands by accident.
  spawnSync('npm', ['ci', '--no-bin-links', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
}

const known = Object.keys(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).dependencies);
const wanted = values.node?.map((major) => `node${major}`) ?? known;
const strange = wanted.filter((name) => !known.includes(name));
if (strange.length > 0) {
  console.error(`not in test/matrix: ${strange.join(', ')} (${known.join(', ')})`);
  process.exit(2);
}

/** Runs the same words on that Node, which is also the one that children find. */
function runOn(name, words) {
  const bin = join(folder, 'node_modules', name, 'bin');
  const start = performance.now();
  const { status } = spawnSync(join(bin, 'node'), words, {
    cwd: root,
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return { passed: status === 0, seconds: Math.round((performance.now() - start) / 1_000) };
}

const imports = `
  const assert = require('node:assert');
  const { createClient } = require('terr-esante-sdk');
  import('terr-esante-sdk').then((esm) => assert.equal(typeof esm.createClient, typeof createClient));
`;

const rows = [];
const out = mkdtempSync(join(tmpdir(), 'te-matrix-'));
try {
  for (const name of wanted) {
    const steps = {
      'import and require': ['-e', imports],
      demo: ['dist/esm/cli/main.js', 'demo', '--out', join(out, name)],
      ...(!values.demo && { tests: ['node_modules/vitest/vitest.mjs', 'run', ...tests] }),
    };
    const { version } = JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8'));
    for (const [step, words] of Object.entries(steps)) {
      console.log(`\n== Node ${version}: ${step}`);
      rows.push({ node: version, step, ...runOn(name, words) });
    }
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}

console.table(rows);
process.exit(rows.every(({ passed }) => passed) ? 0 : 1);
