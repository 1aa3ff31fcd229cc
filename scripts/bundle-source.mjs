import { build } from 'esbuild';
import { mkdirSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = resolve(import.meta.dirname, '..');

/**
 * Sources and generators of the tests as one module, so that a script needs no build before it and
 * reaches what no import path publishes.
 *
 * @param name - Of the script: the module is kept under it.
 * @param contents - TypeScript, with paths from the root of the repository.
 */
export async function bundleSource(name, contents) {
  const folder = join(root, 'node_modules/.cache', name);
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, 'main.mjs');
  const fresh = join(folder, `main.${process.pid}.mjs`);
  await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    // The package says that its modules have no side effects: a script that is one would be dropped.
    ignoreAnnotations: true,
    outfile: fresh,
    logLevel: 'error',
  });
  // Scripts that run side by side may ask for the same module.
  renameSync(fresh, outfile);
  return outfile;
}

/** The same, imported. */
export async function importSource(name, contents) {
  return import(pathToFileURL(await bundleSource(name, contents)).href);
}
