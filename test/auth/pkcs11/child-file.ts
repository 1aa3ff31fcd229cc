import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build as bundle, type Plugin } from 'esbuild';
import { afterAll } from 'vitest';

const { resolve } = createRequire(import.meta.url);

/** The real `pkcs11js`, by path, for the option `module`. */
export const pkcs11jsFile = resolve('pkcs11js');

/**
 * What calls the library of the card: ours on `koffi`, and the class of `pkcs11js` that a host may
 * give in its place. Every test of a real library runs on both.
 */
export const backEnds: readonly { readonly name: string; readonly module: string | undefined }[] = [
  { name: 'koffi', module: undefined },
  { name: 'pkcs11js', module: pkcs11jsFile },
];

/** The bundled child does not lie where `koffi` could be resolved by name: it is, here, by path. */
const koffiByPath: Plugin = {
  name: 'koffi-by-path',
  setup(build) {
    build.onResolve({ filter: /^koffi$/ }, () => ({ path: resolve('koffi'), external: true }));
  },
};

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/**
 * Compiles a TypeScript file of the sources for a process of its own; gives the path of the result.
 */
export async function compileForChild(source: URL, name: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'te-child-'));
  folders.push(folder);
  const outfile = join(folder, `${name}.cjs`);
  await bundle({
    entryPoints: [source.pathname],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    plugins: [koffiByPath],
    logLevel: 'silent',
  });
  return outfile;
}

export const compileChild = (): Promise<string> =>
  compileForChild(new URL('../../../src/auth/pkcs11/child.ts', import.meta.url), 'child');
