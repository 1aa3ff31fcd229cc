import { readdirSync, readFileSync } from 'node:fs';

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

interface PublicInterface {
  readonly name: string;
  /** Those that take a value, and are no option. */
  readonly methods: readonly string[];
}

/** Every interface in the reports of the public names, with the methods that take a value. */
export function publicInterfaces(): readonly PublicInterface[] {
  const folder = new URL('../../api/', import.meta.url);
  const reports = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));

  return reports.flatMap((report) =>
    [...report.matchAll(/^export interface (\w+)[^{]*\{\n(.*?)^\}/gmsu)].map(([, name = '', body = '']) => ({
      name,
      methods: [...body.matchAll(/^ {4}(\w+)(?:<[^(\n]*>)?\([^)\s]/gmu)].map(([, method = '']) => method),
    })),
  );
}
