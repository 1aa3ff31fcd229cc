import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll } from 'vitest';

/**
 * The real `pkcs11js`, by path: the bundled child does not lie where it could be resolved by name.
 */
export const pkcs11jsFile = createRequire(import.meta.url).resolve('pkcs11js');

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
  await build({
    entryPoints: [source.pathname],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['pkcs11js', 'pkijs', 'asn1js'],
    logLevel: 'silent',
  });
  return outfile;
}

export const compileChild = (): Promise<string> =>
  compileForChild(new URL('../../../src/auth/pkcs11/child.ts', import.meta.url), 'child');
