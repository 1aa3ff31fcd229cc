// Coverage against its gates: the whole, or one area of which every line and branch is wanted.
// usage: npm run coverage [-- signature|zip|identity|outbox]
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** Sources of an area, and the tests that are about them. */
const areas = {
  signature: { sources: ['src/auth/xml-signature', 'src/auth/vihf/verify'], tests: ['test/auth/vihf', 'test/attack'] },
  zip: { sources: ['src/internal/zip'], tests: ['test/internal/zip', 'test/documents/xdm', 'test/attack'] },
  identity: { sources: ['src/identity'], tests: ['test/identity'] },
  outbox: {
    sources: [
      'src/transport/receipt/track.ts',
      'src/transport/receipt/states.ts',
      'src/transport/outbox/retry-policy.ts',
    ],
    tests: ['test/transport/receipt', 'test/transport/report', 'test/transport/retry-policy', 'test/transport/outbox'],
  },
};

const filesOf = (path) =>
  statSync(path).isFile()
    ? [path]
    : readdirSync(path, { recursive: true, encoding: 'utf8' })
        .map((name) => join(path, name))
        .filter((name) => name.endsWith('.ts'));

/** No comment takes a line out of the count where every line is wanted. */
function ignored(sources) {
  return sources
    .flatMap((source) => filesOf(join(root, source)))
    .filter((file) => /(?:v8|c8|istanbul) ignore/.test(readFileSync(file, 'utf8')));
}

const name = process.argv[2];
const area = areas[name];
if (name !== undefined && !area) {
  console.error(`areas: ${Object.keys(areas).join(', ')}`);
  process.exit(2);
}

const include = area ? area.sources.map((source) => (source.endsWith('.ts') ? source : `${source}/**`)) : ['src/**'];
const [lines, branches] = area ? [100, 100] : [95, 90];
const hidden = ignored(Object.values(areas).flatMap(({ sources }) => sources));
for (const file of hidden) console.error(`an ignore comment: ${file}`);

const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    ...(area?.tests ?? []),
    '--coverage',
    ...include.map((pattern) => `--coverage.include=${pattern}`),
    `--coverage.thresholds.lines=${lines}`,
    `--coverage.thresholds.branches=${branches}`,
    '--coverage.reporter=text',
    '--coverage.reporter=json-summary',
    `--coverage.reportsDirectory=.tmp/coverage/${name ?? 'all'}`,
  ],
  { cwd: root, stdio: 'inherit' },
);
process.exit(hidden.length > 0 ? 1 : (status ?? 1));
