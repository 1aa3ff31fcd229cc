import { createRequire } from 'node:module';

import { here } from '../internal/here.ts';

/** A package may import its own manifest by its name. */
export function packageVersion(): string {
  const { version } = createRequire(here())('terr-esante-sdk/package.json') as { readonly version: string };
  return version;
}
