export function toJsonSchema(shape: object, comments?: boolean): Record<string, unknown>;
export function descriptorSchema(parts: object): Record<string, unknown>;
export function configSchema(parts: object): Record<string, unknown>;
export function descriptorFiles(parts: object): Record<string, Record<string, unknown>>;
export function schemaFiles(parts: object): Record<string, object>;
export const schemaSources: string;
