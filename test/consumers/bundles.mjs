// The service bundled whole by the bundlers of vendors, without banners, moved away from every
// node_modules, and run.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import webpack from 'webpack';

/** Optional peers that this consumer has not installed. */
const absent = ['koffi', 'pg', 'pg-native', '@etalab/decoupage-administratif'];
const expected = JSON.stringify({
  identity: true,
  brand: true,
  deposit: 'visible',
  signature: 256,
  absentChild: ['TE_CONFIG_INVALID', true],
});

const bundlers = {
  'esbuild, CommonJS': {
    file: 'main.cjs',
    bundle: ({ entry, folder }) =>
      esbuild({ ...esbuildOptions(entry), format: 'cjs', outfile: join(folder, 'main.cjs') }),
  },
  'esbuild, ES modules with chunks': {
    file: 'main.mjs',
    bundle: ({ entry, folder }) =>
      esbuild({
        ...esbuildOptions(entry),
        format: 'esm',
        splitting: true,
        outdir: folder,
        outExtension: { '.js': '.mjs' },
        // esbuild leaves the `require` of CommonJS packages as it is: the host gives one.
        inject: [join(import.meta.dirname, 'apps/node-require.mjs')],
      }),
  },
  'esbuild, ES modules, packages left in node_modules': {
    file: 'main.mjs',
    modules: true,
    bundle: ({ entry, folder }) =>
      esbuild({ ...esbuildOptions(entry), format: 'esm', packages: 'external', outfile: join(folder, 'main.mjs') }),
  },
  'Vite, ES modules': { file: 'main.mjs', bundle: (place) => vite(viteOptions(place, 'es', 'main.mjs')) },
  'Vite, CommonJS': { file: 'main.cjs', bundle: (place) => vite(viteOptions(place, 'cjs', 'main.cjs')) },
  'webpack, ES modules': {
    file: 'main.mjs',
    bundle: (place) => runWebpack(webpackOptions(place, 'main.mjs', true)),
  },
  'webpack, CommonJS': { file: 'main.cjs', bundle: (place) => runWebpack(webpackOptions(place, 'main.cjs', false)) },
};

export function esbuildOptions(entry) {
  return {
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: absent,
    logLevel: 'error',
  };
}

function viteOptions({ entry, folder }, format, fileName) {
  return {
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, external: absent },
    build: {
      ssr: entry,
      outDir: folder,
      emptyOutDir: false,
      target: 'node20',
      rollupOptions: {
        external: absent,
        output: { format, entryFileNames: fileName, chunkFileNames: `[name]${fileName.slice(4)}` },
      },
    },
  };
}

function webpackOptions({ entry, folder }, filename, esm) {
  return {
    mode: 'production',
    target: 'node20',
    entry,
    experiments: { outputModule: esm },
    externalsType: esm ? 'module' : 'commonjs',
    externals: absent,
    output: {
      path: folder,
      filename,
      chunkFilename: `[name]${filename.slice(4)}`,
      ...(esm && { module: true, chunkFormat: 'module' }),
    },
    optimization: { minimize: false },
  };
}

function runWebpack(options) {
  return new Promise((done, failed) => {
    webpack(options, (error, stats) => {
      if (error || stats.hasErrors()) failed(error ?? new Error(stats.toString({ all: false, errors: true })));
      else done();
    });
  });
}

/** What a host copies beside its bundle: two files that stand alone. */
export function copyChildFiles(consumer, folder) {
  const { resolve } = createRequire(join(consumer, 'index.js'));
  const files = { TE_CHILD: 'pkcs11-child', TE_MODULE: 'testing/mock-pkcs11' };
  return Object.fromEntries(
    Object.entries(files).map(([variable, path]) => {
      const copy = join(folder, `${path.split('/').at(-1)}.cjs`);
      cpSync(resolve(`terr-esante-sdk/${path}`), copy);
      return [variable, copy];
    }),
  );
}

export function judge(name, output) {
  if (output.trim() !== expected) throw new Error(`${name}: ${output.trim()} instead of ${expected}`);
}

/** Importing every path starts nothing: it must not fail in a bundle that has no `require`. */
async function checkImports({ consumer, folder, paths, run }) {
  const entry = join(consumer, 'imports.mjs');
  const names = paths.map((path, index) => `import * as m${index} from '${path}';`).join('\n');
  writeFileSync(
    entry,
    `${names}\nconsole.log([${paths.map((_, index) => `m${index}`)}].map((m) => typeof m).join());\n`,
  );
  await esbuild({ ...esbuildOptions(entry), format: 'esm', outfile: join(folder, 'imports.mjs') });
  const printed = run(process.execPath, ['imports.mjs'], folder).trim();
  if (printed !== paths.map(() => 'object').join()) throw new Error(`imports: ${printed}`);
}

export async function checkBundles({ consumer, scratch, paths, run, say }) {
  cpSync(join(import.meta.dirname, 'apps'), consumer, { recursive: true });
  judge('from node_modules', run(process.execPath, ['main.mjs'], consumer));
  say('a service from node_modules: identity, deposit, card in its child');

  run(process.execPath, ['two-copies.mjs'], consumer);
  say('both forms in one process: errors and submissions of each other');

  const plain = join(scratch, 'bundles', 'plain');
  mkdirSync(plain, { recursive: true });
  await checkImports({ consumer, folder: plain, paths, run });
  say(`every import path in one ES module by esbuild, without options: ${paths.length} paths`);

  for (const [name, { file, modules = false, bundle }] of Object.entries(bundlers)) {
    const folder = join(modules ? consumer : scratch, 'bundles', name.replaceAll(/[^a-z]+/gi, '-'));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{}\n');
    await bundle({ entry: join(consumer, 'main.mjs'), folder });
    judge(name, run(process.execPath, [file], folder, modules ? {} : copyChildFiles(consumer, folder)));
    say(`the same, bundled by ${name}`);
  }
}
