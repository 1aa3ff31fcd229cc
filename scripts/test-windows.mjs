// The packed package on Node for Windows: on Windows by itself, on Linux through Wine. The tool that
// runs it there, windows.sh, is found by TERR_TOOLS; where it is absent, nothing is run and this is
// said.
//   npm run test:windows [-- --node 20,22,24,26] [--short] [--kills N]
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

import { bundleSource } from './bundle-source.mjs';
import { farSide } from './crash-far-side.mjs';

const root = resolve(import.meta.dirname, '..');
const isWindows = process.platform === 'win32';

const { values } = parseArgs({
  options: { node: { type: 'string' }, short: { type: 'boolean', default: false }, kills: { type: 'string' } },
});
// On Windows the version that runs this script is the one to test.
const chosen = isWindows
  ? String(parseInt(process.versions.node))
  : (values.node ?? (values.short ? '22' : '20,22,24,26'));
const majors = chosen.split(',');
const kills = Number(values.kills ?? (values.short ? 3 : 20));
if (!majors.every((major) => /^\d+$/.test(major)) || !Number.isSafeInteger(kills) || kills < 0) {
  console.error('usage: npm run test:windows [-- --node 20,22,24,26] [--short] [--kills N]');
  process.exit(2);
}

/** Ends the run without a test; in CI nothing may be skipped. */
function skip(reason) {
  console.log(`skipped: Node.js for Windows: ${reason}`);
  process.exit(process.env.CI_REQUIRE_ALL === '1' ? 1 : 0);
}

const tool = isWindows ? null : join(process.env.TERR_TOOLS ?? '', 'windows.sh');
if (tool !== null && (process.env.TERR_TOOLS === undefined || !existsSync(tool))) {
  skip('windows.sh is not there (TERR_TOOLS names its folder)');
}

const begun = Date.now();
const say = (text) => console.log(`[${Math.round((Date.now() - begun) / 1000)} s] ${text}`);

/** Makes Wine and one version of Node ready. */
function prepare(major) {
  if (tool === null) return;
  const { status } = spawnSync(tool, ['--node', major, '--prepare'], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status === 69) skip('something that windows.sh needs is missing');
  if (status !== 0) throw new Error(`windows.sh --prepare ended with ${status}`);
}

/** Runs Node for Windows in a folder; `true` when it ends well. */
function runNode(major, args, cwd) {
  const [command, words] = tool === null ? [process.execPath, args] : [tool, ['--node', major, ...args]];
  const env = { ...process.env, TERR_WINDOWS_TIMEOUT: String(300 + kills * 10) };
  return spawnSync(command, words, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

/** The packed package, installed for Windows without any script; what it needs of a compiler would fail here. */
function install(folder) {
  const npm = (args, cwd) =>
    execFileSync('npm', args, { cwd, encoding: 'utf8', shell: isWindows, stdio: ['ignore', 'pipe', 'inherit'] });
  const packed = npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root);
  const [{ filename }] = JSON.parse(packed);
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

  writeFileSync(join(folder, 'package.json'), '{"name":"windows-consumer","private":true}\n');
  const target = ['--os=win32', '--cpu=x64', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
  npm(['install', ...target, `./${filename}`, `koffi@${devDependencies.koffi}`], folder);
}

/** The crash run beside the package: its module of sources is made here, where the bundler runs. */
async function copyCrashRun(folder) {
  const place = join(folder, 'crash');
  mkdirSync(place);
  for (const name of ['crash', 'crash-child', 'crash-far-side', 'outbox-fixture', 'postgres']) {
    copyFileSync(join(root, 'scripts', `${name}.mjs`), join(place, `${name}.mjs`));
  }
  copyFileSync(await bundleSource(...farSide), join(place, 'far-side.mjs'));
  writeFileSync(join(place, 'bundle-source.mjs'), "export const importSource = () => import('./far-side.mjs');\n");
}

/** Builds the PKCS#11 module of the tests; `null` when there is no compiler for Windows. */
async function cardModule(folder) {
  const builder = join(root, 'test/windows/native-card.mjs');
  if (isWindows || !existsSync(builder)) return null;

  const { buildModule } = await import(pathToFileURL(builder).href);
  const file = join(folder, 'card.dll');
  try {
    buildModule(file, { windows: true });
  } catch (error) {
    if (process.env.CI_REQUIRE_ALL === '1') throw error;
    console.log('skipped: the card through a DLL: no x86_64-w64-mingw32-gcc');
    return null;
  }
  return file;
}

/** A file to import, as Node for Windows names it. */
const urlOf = (path) => (isWindows ? pathToFileURL(path).href : `file:///Z:${path}`);

/** Every part on one version of Node; the names of those that failed. */
function testOn(major, folder, dll) {
  const failed = [];
  const run = (name, args) => {
    say(`Node.js ${major}: ${name}`);
    if (!runNode(major, args, folder)) failed.push(`Node.js ${major}: ${name}`);
  };

  const short = values.short ? ['--short'] : [];
  run('package, commands, spool, held files', ['--test-reporter=spec', 'tests/package.mjs', ...short]);
  if (dll !== null) run('card through a DLL', ['tests/card.mjs', dll]);
  if (kills > 0) {
    const start = `process.chdir('C:/'); import('${urlOf(join(folder, 'crash/crash.mjs'))}')`;
    run(`${kills} kills`, ['-e', start, '--', '--kills', String(kills)]);
  }
  return failed;
}

const folder = mkdtempSync(join(tmpdir(), 'te-windows-'));
const failed = [];
try {
  majors.forEach(prepare);
  say('packs and installs for win32');
  install(folder);
  cpSync(join(root, 'test/windows'), join(folder, 'tests'), { recursive: true });
  await copyCrashRun(folder);
  const dll = await cardModule(folder);
  for (const major of majors) failed.push(...testOn(major, folder, dll));
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}

for (const name of failed) console.error(`failed: ${name}`);
say(failed.length === 0 ? `Windows: all is well on Node.js ${majors.join(', ')}` : 'Windows: something failed');
process.exit(failed.length === 0 ? 0 : 1);
