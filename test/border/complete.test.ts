import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { publicEntries, publicFunctions } from './public.ts';

/** Functions and classes that have no door, each with its reason. */
const withoutDoor: Readonly<Record<string, string>> = {
  'auth.Vihf': 'made by createVihf: its constructor is internal, the class is there to be recognised',
  'transport.RegistryRefusal': 'made by the XDS client: the class is there to be recognised',
};

it('every function that the package publishes has a door, or a reason to have none', async () => {
  const folder = new URL('doors/', import.meta.url);
  const doors = readdirSync(folder)
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');

  const entries = publicEntries();
  expect(entries).toContain('root');
  const missing: string[] = [];
  for (const entry of entries) {
    for (const name of await publicFunctions(entry)) {
      if (!doors.includes(`'${name}'`) && !(name in withoutDoor)) missing.push(name);
    }
  }
  expect(missing).toEqual([]);
  // Every source of the package is read.
}, 120_000);
