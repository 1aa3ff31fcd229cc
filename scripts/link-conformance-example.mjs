// The examples of the conformance kit against the build of this tree, as `npm install` links it there.
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

export function linkExample() {
  const folder = join(root, 'examples/conformance/node_modules');
  if (existsSync(join(folder, 'terr-esante-sdk'))) return;
  mkdirSync(folder, { recursive: true });
  symlinkSync(root, join(folder, 'terr-esante-sdk'), 'junction');
}
