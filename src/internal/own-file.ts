import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { here } from './here.ts';

/**
 * Path of a file of this package that another process loads, by its published path. `null` where a
 * bundle was moved away from the `node_modules` that hold the package.
 */
export function ownFile(path: 'pkcs11-child' | 'testing/mock-pkcs11'): string | null {
  const place = here();
  const own = dirname(place.startsWith('file:') ? fileURLToPath(place) : place);

  // A package knows itself by name, from its root: the CommonJS folder below has a manifest of its
  // own, without a name.
  for (let folder = own; ; folder = dirname(folder)) {
    try {
      return createRequire(join(folder, 'index.js')).resolve(`terr-esante-sdk/${path}`);
    } catch {
      if (dirname(folder) === folder) return null;
    }
  }
}
