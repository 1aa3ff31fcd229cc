import { readFileSync } from 'node:fs';

interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>;
}

/** The entries of package.json that give modules of ours, as `transport` or, for the first, `root`. */
export function publicEntries(): readonly string[] {
  const url = new URL('../../package.json', import.meta.url);
  const { exports } = JSON.parse(readFileSync(url, 'utf8')) as Manifest;
  return Object.entries(exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([path]) => (path === '.' ? 'root' : path.slice(2)));
}

/** Functions and classes that an entry gives, as `transport.createMailbox`. */
export async function publicFunctions(entry: string): Promise<readonly string[]> {
  const url = new URL(`../../src/${entry === 'root' ? '' : `${entry}/`}index.ts`, import.meta.url);
  const given = (await import(url.href)) as Readonly<Record<string, unknown>>;
  return Object.keys(given)
    .filter((name) => typeof given[name] === 'function')
    .map((name) => `${entry}.${name}`);
}
