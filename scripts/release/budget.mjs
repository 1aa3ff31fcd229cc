// Size of the package and cost of its imports, against a budget.
// usage: node scripts/release/budget.mjs     (needs the build)
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = resolve(import.meta.dirname, '../..');

/** Raised on purpose only, with the reason in the commit. Processor time, not wall time: others may be at work. */
export const budget = {
  packedKb: 2200,
  unpackedKb: 8500,
  files: 420,
  importMs: { index: 900, identity: 250, auth: 500, documents: 500, transport: 500, platform: 400, notifications: 150 },
};

/** Least processor time of some imports, each in a process of its own, less what Node itself takes. */
export function importCost(entry, tries = 5) {
  const path =
    entry === null ? null : resolve(root, entry === 'index' ? 'dist/esm/index.js' : `dist/esm/${entry}/index.js`);
  const load = path === null ? '' : `await import(${JSON.stringify(pathToFileURL(path).href)});`;
  const code = `${load} const { user, system } = process.cpuUsage(); console.log((user + system) / 1000);`;
  const times = Array.from({ length: tries }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' })),
  );
  return Math.min(...times);
}

/** Each measure that is over its budget, as a sentence. */
export function overBudget({ packedKb, unpackedKb, files, importMs }, allowed = budget) {
  const over = (name, value, limit) => (value > limit ? [`${name}: ${Math.round(value)}, budget ${limit}`] : []);
  return [
    ...over('packed, kB', packedKb, allowed.packedKb),
    ...over('unpacked, kB', unpackedKb, allowed.unpackedKb),
    ...over('files', files, allowed.files),
    ...Object.entries(importMs).flatMap(([entry, ms]) =>
      over(`import of ${entry}, ms`, ms, allowed.importMs[entry] ?? 0),
    ),
  ];
}

export function measure() {
  const [{ size, unpackedSize, files }] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    }),
  );
  const bare = importCost(null);
  const importMs = Object.fromEntries(
    Object.keys(budget.importMs).map((entry) => [entry, Math.max(0, importCost(entry) - bare)]),
  );
  return { packedKb: size / 1024, unpackedKb: unpackedSize / 1024, files: files.length, importMs };
}

if (process.argv[1] === import.meta.filename) {
  const measured = measure();
  console.log(JSON.stringify(measured, (_, value) => (typeof value === 'number' ? Math.round(value) : value), 2));
  const over = overBudget(measured);
  for (const line of over) console.error(`over: ${line}`);
  process.exit(over.length > 0 ? 1 : 0);
}
