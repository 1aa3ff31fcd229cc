// Writes schemas/*.json and descriptors/*.json from the tables of src/platform.
import { mkdirSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { importSource } from './bundle-source.mjs';
import { schemaFiles } from './json-schemas.mjs';

const parts = await importSource(
  'build-schemas',
  `export { insOids } from './src/identity/ins/oid.ts';
   export { oidShape } from './src/internal/oid.ts';
   export { rppsForm, sectorForm, structureIdForms } from './src/platform/config/forms.ts';
   export { configShape } from './src/platform/config/shape.ts';
   export { descriptorShape } from './src/platform/descriptor/shape.ts';
   export { productionDescriptor, simulatorDescriptor } from './src/platform/index.ts';`,
);
for (const folder of ['schemas', 'descriptors']) mkdirSync(folder, { recursive: true });
for (const [path, value] of Object.entries(schemaFiles(parts))) {
  writeFileSync(path, await format(JSON.stringify(value), { ...(await resolveConfig(path)), parser: 'json' }));
}
