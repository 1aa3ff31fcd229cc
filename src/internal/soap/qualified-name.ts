import { xmlnsNamespace, type ReadElement } from '../xml/index.ts';
import { clarkName } from './names.ts';

/**
 * A name written as text, such as the code of a fault, with its namespace. A prefix that nobody
 * declares stays as written: the word behind it still tells.
 *
 * @param path - the element that holds the text, last, and its ancestors
 */
export function qualifiedName(text: string, path: readonly ReadElement[]): string {
  const name = text.trim();
  const [, prefix = '', localName = ''] = /^(?:([^:]*):)?([^:]*)$/.exec(name) ?? [];
  if (localName === '') return name;

  const namespace = declared(prefix, path);
  if (namespace === null) return prefix === '' ? localName : name;
  return clarkName({ namespace, localName });
}

/** The innermost declaration of a prefix, `null` when there is none. */
function declared(prefix: string, path: readonly ReadElement[]): string | null {
  for (const element of path.toReversed()) {
    for (const { name, namespace, value } of element.attributes) {
      if (namespace !== xmlnsNamespace) continue;
      if (name === (prefix === '' ? 'xmlns' : `xmlns:${prefix}`)) return value;
    }
  }
  return null;
}
