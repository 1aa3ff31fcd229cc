// The Electron application of the checks, from this tree, for a workflow that has Electron:
//   node test/consumers/pack-electron.mjs      (needs the build; prints the path of the archive)
import { cpSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packElectron } from './electron.mjs';

// Inside the tree, where the package is found by its own name.
const folder = resolve(import.meta.dirname, '../../.tmp/electron');
const consumer = join(folder, 'consumer');
mkdirSync(consumer, { recursive: true });
cpSync(join(import.meta.dirname, 'apps'), consumer, { recursive: true });
console.log(await packElectron(consumer, folder));
