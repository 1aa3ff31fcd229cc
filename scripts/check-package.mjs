// The packed tarball as a vendor gets it: installed elsewhere, imported, required, linted by publint
// and attw, then compiled, bundled and run by the tools of `test/consumers`. The identity entry is
// bundled alone to prove that it carries no transport.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
/** Of the tarball: a file each costs on Windows, where every one is scanned. */
const mostFiles = 420;
const bin = (name) => join(root, 'node_modules/.bin', name);
const run = (command, args, cwd, env = {}) =>
  execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
const say = (text) => console.log(`ok ${text}`);

/** Compilers, bundlers, Jest and Electron's archive, each with its own version, apart from the product. */
async function checkConsumers(place) {
  const folder = join(root, 'test/consumers');
  if (!existsSync(join(folder, 'node_modules'))) {
    run('npm', ['ci', '--no-audit', '--no-fund', '--silent', '--ignore-scripts'], folder);
  }
  const load = (name) => import(pathToFileURL(join(folder, `${name}.mjs`)).href);
  const names = ['types', 'bundles', 'electron', 'jest', 'screen'];
  const [types, bundles, electron, jest, screen] = await Promise.all(names.map(load));

  types.checkTypes(place);
  await bundles.checkBundles(place);
  await electron.checkElectron(place);
  jest.checkJest(place);
  await screen.checkScreen(place);
}

const scratch = mkdtempSync(join(tmpdir(), 'te-package-'));
try {
  const packed = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch], root));
  const [{ filename, size, files }] = packed;
  const stray = files
    .map(({ path }) => path)
    .filter((path) => !/^(dist\/|docs\/[\w.-]+\.md$|package\.json$|README|LICENSE|CHANGELOG|SECURITY)/.test(path));
  if (stray.length > 0) throw new Error(`files that should not be published: ${stray.join(', ')}`);
  if (files.length > mostFiles) throw new Error(`${files.length} files, more than ${mostFiles}`);
  say(`packed: ${files.length} files, ${Math.round(size / 1024)} kB`);

  const tarball = join(scratch, filename);
  const consumer = join(scratch, 'consumer');
  mkdirSync(consumer);
  writeFileSync(join(consumer, 'package.json'), '{"name":"consumer","private":true}\n');
  run('npm', ['install', '--omit=optional', '--no-audit', '--no-fund', '--silent', tarball], consumer);
  say('installed elsewhere, production dependencies only');

  const { exports: published } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const paths = Object.keys(published)
    .filter((path) => typeof published[path] === 'object')
    .map((path) => `terr-esante-sdk${path.slice(1)}`);
  const use = "if (!checkIns('285019999999936').ok) throw new Error('a right key is refused');";
  writeFileSync(
    join(consumer, 'esm.mjs'),
    `import { checkIns } from 'terr-esante-sdk/identity';\n${use}\nfor (const path of ${JSON.stringify(paths)}) await import(path);\n`,
  );
  writeFileSync(
    join(consumer, 'cjs.cjs'),
    `const { checkIns } = require('terr-esante-sdk/identity');\n${use}\nfor (const path of ${JSON.stringify(paths)}) require(path);\n`,
  );
  run(process.execPath, ['esm.mjs'], consumer);
  say(`ES module consumer: ${paths.length} paths`);
  run(process.execPath, ['cjs.cjs'], consumer);
  say(`CommonJS consumer: ${paths.length} paths`);
  const data = Object.keys(published).filter((path) => /^\.\/(schemas|descriptors)\//.test(path));
  writeFileSync(
    join(consumer, 'data.cjs'),
    `for (const path of ${JSON.stringify(data)}) require('terr-esante-sdk' + path.slice(1)).$schema.at(0);\n`,
  );
  run(process.execPath, ['data.cjs'], consumer);
  say(`JSON of the package: ${data.length} files`);

  console.log(run(bin('publint'), ['--strict', tarball], root).trim().split('\n').at(-1));
  say('publint');
  run(bin('attw'), [tarball], root, { NO_COLOR: '1' });
  say('attw');

  await checkConsumers({ root, scratch, consumer, paths, run, say });

  const bundleOf = async (code) => {
    const bundle = await build({
      stdin: { contents: code, resolveDir: consumer },
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'node',
      write: false,
      metafile: true,
      splitting: true,
      outdir: scratch,
      logLevel: 'silent',
      external: ['@etalab/*'],
    });
    const external = Object.values(bundle.metafile.outputs).flatMap(({ imports }) =>
      imports.filter(({ external: yes }) => yes).map(({ path }) => path),
    );
    return {
      inputs: Object.keys(bundle.metafile.inputs).filter((path) => path !== '<stdin>'),
      external,
      gzipped: gzipSync(bundle.outputFiles.find(({ path }) => path.endsWith('stdin.js')).contents, { level: 9 }).length,
    };
  };
  // Pure rules: no package, no module of Node, nothing of another folder. The parts beside it may
  // read XML.
  const whole = await bundleOf("export * from 'terr-esante-sdk/identity';");
  // A chunk names the sources it was made of, and the few lines of the bundler.
  const sourcesOf = (inputs) =>
    inputs.flatMap((path) =>
      path.includes('terr-esante-sdk/dist/')
        ? [...readFileSync(resolve(path), 'utf8').matchAll(/^\/\/#region (src\/\S+)$/gm)].map(([, source]) => source)
        : [path],
    );
  const foreign = sourcesOf(whole.inputs).filter(
    (path) => !/^src\/(identity\/|internal\/(finding|reading|runtime)\.ts|errors\.ts)/.test(path),
  );
  if (foreign.length > 0) throw new Error(`identity carries ${foreign.join(', ')}`);
  if (whole.external.length > 0) throw new Error(`identity reaches ${whole.external.join(', ')}`);
  for (const part of paths.filter((path) => path.startsWith('terr-esante-sdk/identity/'))) {
    const { inputs, external } = await bundleOf(`export * from '${part}';`);
    const strangers = sourcesOf(inputs).filter(
      (path) => !/^(src\/(identity\/|internal\/|errors\.ts)|.*node_modules\/(saxes|xmlchars)\/)/.test(path),
    );
    if (strangers.length > 0) throw new Error(`${part} carries ${strangers.join(', ')}`);
    const reached = external.filter(
      (path) => !/^(node:|@etalab\/)/.test(path) || /^node:(net|tls|https?|http2|dns|dgram|child_process)/.test(path),
    );
    if (reached.length > 0) throw new Error(`${part} reaches ${reached.join(', ')}`);
  }
  // A third of it is the catalogue: what is wrong and what to do, in both languages. A check answers at
  // once with its sentences, so none is loaded later; what a host does not import falls away (five
  // traits and INS alone: 10 kB).
  const limit = 16_384;
  if (whole.gzipped > limit) {
    throw new Error(`the identity entry weighs ${whole.gzipped} bytes gzipped, more than ${limit}`);
  }
  say(`identity carries no transport and no parser: ${whole.gzipped} bytes gzipped (limit ${limit})`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
