import { readFileSync } from 'node:fs';

/** Test vectors: data with their source. */
export function load<T>(name: string): T[] {
  return JSON.parse(readFileSync(new URL(`./vectors/${name}.json`, import.meta.url), 'utf8')) as T[];
}
