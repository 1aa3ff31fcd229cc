// The declarations under the compilers of vendors, library checks on: no error in a file of this
// package, no type of a dependency. What @types/node and lib.dom say to an old compiler is listed.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { spawnSync } from 'node:child_process';

const require = createRequire(import.meta.url);
const versions = ['5.4', '5.9', '6.0', '7.0'];

const modes = {
  node16: { module: 'node16', moduleResolution: 'node16', files: ['esm.mts', 'cjs.cts'] },
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext', files: ['esm.mts', 'cjs.cts'] },
  bundler: { module: 'esnext', moduleResolution: 'bundler', files: ['bundler.ts'] },
  // What projects of before 2022 still have; TypeScript 6 warns, 7 no longer knows it.
  node10: {
    module: 'commonjs',
    moduleResolution: 'node10',
    esModuleInterop: false,
    files: ['bundler.ts'],
    until: '5.9',
  },
};

function program(paths) {
  const names = paths.map((path, index) => `import * as m${index} from '${path}';`);
  return [
    ...names,
    "import { TerrESanteError } from 'terr-esante-sdk';",
    "import { checkIns } from 'terr-esante-sdk/identity';",
    "const { ok, findings } = checkIns('285019999999936');",
    'const count: number = ok ? findings.length : 0;',
    `export const all = [count, TerrESanteError, ${paths.map((_, index) => `m${index}`).join(', ')}];`,
    '',
  ].join('\n');
}

/** Lines of errors, by the file they stand in. */
function errorsByPlace(output) {
  const lines = output.split('\n').filter((line) => /error TS\d+/.test(line));
  const foreign = lines.filter((line) =>
    /^[^ ]*(node_modules\/@types\/|undici-types\/|\/lib\.[\w.]+\.d\.ts)/.test(line),
  );
  return { foreign, own: lines.filter((line) => !foreign.includes(line)) };
}

/** Packages whose declarations the compiler read. */
function packagesRead(output) {
  const files = output.split('\n').filter((line) => /node_modules\/.*\.d\.[cm]?ts$/.test(line.trim()));
  const names = files.map((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file.trim())[1]);
  return [...new Set(names)].filter(
    (name) => !/^(terr-esante-sdk|@types\/node|undici-types|typescript.*|@typescript\/.*)$/.test(name),
  );
}

function compile(version, consumer, { files, until: _until, ...options }) {
  const manifest = require.resolve(`typescript-${version}/package.json`);
  const tsc = join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.tsc);
  const project = join(consumer, 'tsconfig.json');
  const compilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: false,
    target: 'es2022',
    types: ['node'],
    ...options,
  };
  writeFileSync(project, JSON.stringify({ compilerOptions, files }));
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', project, '--listFiles', '--pretty', 'false'], {
    cwd: consumer,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

export function checkTypes({ root, consumer, paths, say }) {
  mkdirSync(join(consumer, 'node_modules/@types'), { recursive: true });
  for (const name of ['@types/node', 'undici-types']) {
    cpSync(join(root, 'node_modules', name), join(consumer, 'node_modules', name), { recursive: true });
  }
  for (const file of ['esm.mts', 'cjs.cts', 'bundler.ts']) writeFileSync(join(consumer, file), program(paths));

  for (const version of versions) {
    for (const [name, mode] of Object.entries(modes)) {
      if (mode.until !== undefined && version > mode.until) continue;

      const output = compile(version, consumer, mode);
      const { own, foreign } = errorsByPlace(output);
      if (own.length > 0) throw new Error(`TypeScript ${version} ${name}:\n${own.join('\n')}`);
      if (!output.includes('terr-esante-sdk/dist/'))
        throw new Error(`TypeScript ${version} ${name} read nothing:\n${output}`);

      const strangers = packagesRead(output);
      if (strangers.length > 0)
        throw new Error(`TypeScript ${version} ${name}: types of ${strangers.join(', ')} are seen`);
      say(
        `TypeScript ${version} ${name}${foreign.length > 0 ? `, beside ${foreign.length} errors in @types/node or lib.dom` : ''}`,
      );
      for (const line of foreign.slice(0, 3)) console.log(`   ${line.slice(0, 160)}`);
    }
  }
}
