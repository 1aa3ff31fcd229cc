import { isDeepStrictEqual } from 'node:util';

import { isObject, writeJson, type Json } from '../../internal/json/index.ts';

/**
 * What stands at a path of elements, lists taken apart: `content.attachment.creation`. An extension
 * is named by the end of its address: `extension:event-type.valueCodeableConcept`.
 */
export function elementsAt(resource: Json, path: string): readonly unknown[] {
  let found: readonly unknown[] = [resource];
  for (const segment of path.split('.')) {
    const [name = '', slice] = segment.split(':');
    found = found.flatMap((node) => {
      const value = isObject(node) && Object.hasOwn(node, name) ? node[name] : undefined;
      const items: readonly unknown[] = Array.isArray(value) ? value : [value];
      return items.filter((item) => item !== undefined && item !== null && (!slice || isNamed(item, slice)));
    });
  }
  return found;
}

function isNamed(item: unknown, slice: string): boolean {
  return isObject(item) && typeof item['url'] === 'string' && item['url'].endsWith(`/${slice}`);
}

/** The one text at a path; `null` without. */
export function textAt(resource: Json, path: string): string | null {
  const [value] = elementsAt(resource, path);
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The objects at a path. */
export const objectsAt = (resource: Json, path: string): readonly Json[] => elementsAt(resource, path).filter(isObject);

/** Whether two values say the same, in whatever order their members stand. */
export const isSameJson = (value: unknown, other: unknown): boolean =>
  isDeepStrictEqual(JSON.parse(writeJson(value)), JSON.parse(writeJson(other)));
