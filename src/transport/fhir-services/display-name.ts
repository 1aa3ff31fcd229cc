import { objects, type Json } from '../../internal/json/index.ts';

/** A person by the first name that is in use; a structure by its own; `null` without. */
export function nameOf(resource: Json | null): string | null {
  if (!resource) return null;
  const name = resource['name'];
  if (typeof name === 'string') return shownText(name);

  const [used] = objects(name).filter(({ use }) => use !== 'old');
  if (!used) return null;
  const given = Array.isArray(used['given']) ? used['given'].filter((part) => typeof part === 'string') : [];
  return shownText([...given, shownText(used['family']) ?? ''].join(' ').trim()) ?? shownText(used['text']);
}

/** A text of a length that fits a line. */
export const shownText = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 200) : null;
