// All that a release is made of, written into .tmp/release; what is missing makes it fail.
// usage: npm run release -- --dry-run        publishes nothing, changes nothing
//        npm run release -- --mark           after npm publish: the names of this version are the released ones
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { measure, overBudget } from './release/budget.mjs';
import { billOfMaterials, commitOf, isAllowed, licencesOf, nationalTables, provenance } from './release/contents.mjs';
import { changedNames, publicNames, unannounced, versionFits } from './release/names.mjs';

const root = resolve(import.meta.dirname, '..');
const out = join(root, '.tmp/release');
const releasedPath = join(root, 'scripts/release/released.json');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const problems = [];

function say(title, text) {
  console.log(`\n== ${title}\n${text}`);
}

function leave(name, value) {
  writeFileSync(join(out, name), typeof value === 'string' ? value : `${JSON.stringify(value, null, 2)}\n`);
}

/** The section of the version, else the one of what is to come, and the fragments of `changes`. */
function announced() {
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  const sections = changelog.split(/^## /m);
  const section =
    sections.find((text) => text.startsWith(manifest.version)) ??
    sections.find((text) => text.startsWith('Unreleased')) ??
    '';
  const folder = join(root, 'changes');
  const fragments = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.md')) : [];
  return [section, ...fragments.map((name) => readFileSync(join(folder, name), 'utf8'))].join('\n');
}

function checkNames(text) {
  const { version: released, names: before } = JSON.parse(readFileSync(releasedPath, 'utf8'));
  const changes = changedNames(before, publicNames(join(root, 'api')));
  for (const name of unannounced(changes, text))
    problems.push(`a public name that changed is in no line of the changelog: ${name}`);
  if (!versionFits(released, manifest.version, changes))
    problems.push(`version ${manifest.version} after ${released} does not say what changed`);
  const { added, changed, removed } = changes;
  say(
    'public names',
    `since ${released ?? 'the first record'}: ${added.length} added, ${changed.length} changed, ${removed.length} removed`,
  );
  leave('names.json', changes);
}

function checkReports() {
  try {
    say(
      'API report',
      execFileSync(process.execPath, ['scripts/api-report.mjs', '--check'], { cwd: root, encoding: 'utf8' }).trim(),
    );
  } catch {
    problems.push('the API report is stale: npm run api');
  }
}

function checkContents() {
  const bill = billOfMaterials(root);
  const licences = licencesOf(bill);
  for (const { name, licence } of licences) {
    if (licence === null || !isAllowed(licence)) problems.push(`licence to look at: ${name} (${licence})`);
  }
  const tables = nationalTables(root);
  for (const { name, version, date } of tables) {
    if (version === null && date === null) problems.push(`a table without version: ${name}`);
  }
  leave('sbom.cdx.json', bill);
  leave('licences.json', { packages: licences, tables });
  say('SBOM', `CycloneDX ${bill.specVersion}, ${licences.length} components`);
  say(
    'licences',
    `${[...new Set(licences.map(({ licence }) => licence))].toSorted().join(', ')}; ${tables.length} national tables`,
  );
}

function checkTarball() {
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', out], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const [{ filename, files }] = JSON.parse(packed);
  leave('files.txt', `${files.map(({ path, size }) => `${size}\t${path}`).join('\n')}\n`);
  leave('provenance.json', provenance({ manifest, tarball: readFileSync(join(out, filename)), ...commitOf(root) }));
  const measured = measure();
  for (const line of overBudget(measured)) problems.push(`over budget: ${line}`);
  leave('budget.json', measured);
  const times = Object.entries(measured.importMs).map(([entry, ms]) => `${entry} ${Math.round(ms)} ms`);
  say('tarball', `${files.length} files, ${Math.round(measured.packedKb)} kB packed; imports: ${times.join(', ')}`);
}

if (process.argv.includes('--mark')) {
  writeFileSync(
    releasedPath,
    `${JSON.stringify({ version: manifest.version, names: publicNames(join(root, 'api')) }, null, 2)}\n`,
  );
} else if (!process.argv.includes('--dry-run')) {
  console.error('npm publish --provenance publishes; this script is run with --dry-run before, and with --mark after');
  process.exit(2);
} else {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });

  const text = announced();
  say('version', manifest.version);
  if (!/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(manifest.version)) problems.push('the version is not SemVer');
  if (!/^- /m.test(text)) problems.push('the changelog says nothing');
  leave('changelog.md', text);
  say('changelog', `${text.match(/^- /gm)?.length ?? 0} lines`);
  checkNames(text);
  checkReports();
  checkContents();
  checkTarball();

  for (const problem of problems) console.error(`✗ ${problem}`);
  say('result', problems.length === 0 ? 'ready; everything is in .tmp/release' : `${problems.length} problems`);
  process.exit(problems.length === 0 ? 0 : 1);
}
