import { build } from 'esbuild';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Sources and generators of the tests as one module, so that a script needs no build before it.
 *
 * @param name - Of the script: the module is kept under it.
 * @param contents - TypeScript, with paths from the root of the repository.
 */
export async function bundleSource(name, contents) {
  const folder = resolve('node_modules/.cache', name);
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, 'main.mjs');
  await build({
    stdin: { contents, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

/** The same, imported. */
export async function importSource(name, contents) {
  return import(pathToFileURL(await bundleSource(name, contents)).href);
}
