// ES modules and CommonJS from one source, each with chunks that its import paths share, and the
// declarations. Built aside, then swapped in, so that a running reader of dist/ never sees half a
// build. Types are checked by `npm run typecheck`, not here.
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'tsdown';
import { importSource } from './bundle-source.mjs';
import { schemaFiles, schemaSources } from './json-schemas.mjs';

const fresh = `dist.${process.pid}`;
const { exports: published } = JSON.parse(readFileSync('package.json', 'utf8'));
const targets = Object.values(published);

/** Place of each import path under `dist/esm` and `dist/cjs`, with its source. */
const entries = Object.fromEntries(
  targets
    .filter((target) => typeof target === 'object')
    .map((target) => target.import.default.slice('./dist/esm/'.length, -'.js'.length))
    .map((path) => [path, `src/${path}.ts`]),
);

/** Files that other processes load by path: each stands alone, so that a host may copy it. */
const alone = targets
  .filter((target) => typeof target === 'string' && target.endsWith('.cjs'))
  .map((target) => target.slice('./dist/cjs/'.length, -'.cjs'.length));

/** Sources that the root entry reads before the first call: imports of types and lazy ones are not. */
function readAtTheStart(file = resolve('src/index.ts'), seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);

  const imports = /^(?:import|export) (?!type )[^;'"]*?from '(\.[^']+)'/gm;
  for (const [, path] of readFileSync(file, 'utf8').matchAll(imports)) {
    readAtTheStart(resolve(dirname(file), path), seen);
  }
  return seen;
}

/**
 * Three chunks for the start of a program, in place of twenty small ones: Node spends more on
 * opening a file than on what stands in it. What `identity` shares holds nothing of Node, so that
 * it still runs in a browser; what its other paths share holds nothing of the client.
 */
const atTheStart = readAtTheStart();
atTheStart.delete(resolve('src/index.ts'));
const ofIdentity = readAtTheStart(resolve('src/identity/index.ts'));
const ofItsPaths = new Set();
for (const path of Object.keys(entries).filter((entry) => entry.startsWith('identity/'))) {
  readAtTheStart(resolve('src', `${path}.ts`), ofItsPaths);
}
// What a path of identity loads later stays apart from the client too.
readAtTheStart(resolve('src/internal/held-file.ts'), ofItsPaths);
const startGroups = [
  { name: 'start-identity', test: (id) => atTheStart.has(id) && ofIdentity.has(id), priority: 3 },
  { name: 'start-wire', test: (id) => atTheStart.has(id) && ofItsPaths.has(id), priority: 2 },
  { name: 'start-client', test: (id) => atTheStart.has(id), priority: 1 },
];

function bundle({ groups, ...options }) {
  return build({
    config: false,
    platform: 'node',
    target: 'node20.19',
    tsconfig: 'tsconfig.build.json',
    dts: false,
    hash: false,
    clean: false,
    // What a bundle holds of another package escapes the updates of the host.
    deps: { skipNodeModulesBundle: true },
    outExtensions: () => ({ js: '.js', dts: '.d.ts' }),
    checks: { legacyCjs: false, pluginTimings: false },
    logLevel: 'warn',
    failOnWarn: true,
    ...options,
    // A lazy import is `require` in CommonJS: Jest refuses `import()` there.
    outputOptions: {
      chunkFileNames: 'chunks/[name].js',
      dynamicImportInCjs: false,
      // Doc comments stand in the declarations. `#__PURE__` stays, for the bundlers of hosts.
      comments: { jsdoc: false },
      ...(groups ? { codeSplitting: { groups } } : {}),
    },
  });
}

/** One file, `.cjs`, so that it stays CommonJS wherever it is copied to. */
async function bundleAlone(file) {
  await bundle({
    entry: { [file]: `src/${file}.ts` },
    format: 'cjs',
    outDir: `${fresh}/cjs`,
    outExtensions: () => ({ js: '.cjs' }),
  });
  writeFileSync(`${fresh}/cjs/${file}.d.cts`, 'export {};\n');
}

/**
 * The bundler of declarations prints a comment behind the member before it, where editors do not
 * see it.
 */
function commentsOnTheirOwnLines(folder) {
  for (const file of readdirSync(folder, { recursive: true }).filter((path) => path.endsWith('.d.ts'))) {
    const text = readFileSync(join(folder, file), 'utf8')
      .replaceAll(/^([ \t]*)(\/\*\*.*?\*\/)(?=\w)/gm, '$1$2\n$1')
      .replaceAll(/^([ \t]*)(.*[;}]) (\/\*\*.*\*\/)$/gm, '$1$2\n$1$3')
      .replaceAll(/^([ \t]*)\} (\/\*\*.*\*\/) \| \{$/gm, '$1}\n$1$2\n$1| {');
    writeFileSync(join(folder, file), text);
  }
}

/** JSON Schemas, and the descriptors as JSON. */
async function writeSchemas() {
  const files = schemaFiles(await importSource('schemas', schemaSources));
  for (const [path, value] of Object.entries(files)) {
    mkdirSync(dirname(join(fresh, path)), { recursive: true });
    writeFileSync(join(fresh, path), `${JSON.stringify(value, null, 2)}\n`);
  }
}

try {
  const esmEntries = { ...entries, 'cli/main': 'src/cli/main.ts' };
  await bundle({ entry: esmEntries, format: 'esm', outDir: `${fresh}/esm`, groups: startGroups });
  await bundle({ entry: entries, format: 'cjs', outDir: `${fresh}/cjs`, groups: startGroups });
  await Promise.all(alone.map(bundleAlone));

  // The declarations of both formats read the same.
  await bundle({ entry: entries, format: 'esm', outDir: `${fresh}/types`, dts: { emitDtsOnly: true } });
  commentsOnTheirOwnLines(`${fresh}/types`);
  for (const format of ['esm', 'cjs']) cpSync(`${fresh}/types`, `${fresh}/${format}`, { recursive: true });
  rmSync(`${fresh}/types`, { recursive: true });

  await writeSchemas();
  writeFileSync(`${fresh}/cjs/package.json`, '{"type":"commonjs","sideEffects":false}\n');
  chmodSync(`${fresh}/esm/cli/main.js`, 0o755);
  rmSync('dist', { recursive: true, force: true });
  renameSync(fresh, 'dist');
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
