import { createRequire } from 'node:module';

/** Says whether a value is of a schema; `errors` of the last question say why not. */
export interface SchemaCheck {
  (value: unknown): boolean;
  readonly errors?: readonly object[] | null;
}

interface Ajv {
  compile(schema: object): SchemaCheck;
  validateSchema(schema: object): boolean;
}

const { default: Ajv2020 } = createRequire(import.meta.url)('ajv-2020/dist/2020.js') as {
  readonly default: new (options: object) => Ajv;
};

/** A judge of JSON Schemas 2020-12 that we did not write. */
export const ajv: Ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false });
