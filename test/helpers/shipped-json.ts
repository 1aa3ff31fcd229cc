import { schemaFiles } from '../../scripts/json-schemas.mjs';
import { insOids } from '../../src/identity/ins/oid.ts';
import { oidShape } from '../../src/internal/oid.ts';
import { rppsForm, sectorForm, structureIdForms } from '../../src/platform/config/forms.ts';
import { configShape } from '../../src/platform/config/shape.ts';
import { descriptorShape } from '../../src/platform/descriptor/shape.ts';
import { productionDescriptor, simulatorDescriptor } from '../../src/platform/index.ts';

const files = schemaFiles({
  ...{ insOids, oidShape, rppsForm, sectorForm, structureIdForms, configShape, descriptorShape },
  ...{ productionDescriptor, simulatorDescriptor },
});

/** A JSON file as the build writes it, for example `descriptors/mail-only.json`. */
export function shippedJson(path: string): string {
  const value = files[path];
  if (value === undefined) throw new Error(`the build writes no ${path}`);
  return JSON.stringify(value);
}
