// The example against the build of this tree: its dependency is a link to the root, as `npm install` makes it there.
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = resolve(import.meta.dirname, '..');

/** The folder of the example, where `terr-esante-sdk` is the build of this tree. */
export function exampleFolder() {
  const folder = join(root, 'examples/ehr-screen');
  const link = join(folder, 'node_modules/terr-esante-sdk');
  if (!existsSync(link)) {
    mkdirSync(join(folder, 'node_modules'), { recursive: true });
    symlinkSync(root, link, 'junction');
  }
  return folder;
}

/** What the example is started with by a program. */
export function linkExample() {
  return import(pathToFileURL(join(exampleFolder(), 'server/screen.mjs')).href);
}
