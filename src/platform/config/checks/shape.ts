/** What a value looks like, without showing it; `null` when there is none. */
export function shapeOf(value: string): string | null {
  if (value === '') return null;
  return /^[0-9]+$/.test(value) ? `digits:${value.length}` : `characters:${value.length}`;
}

/** The start of a value that may be shown; `null` when there is none. */
export function startOf(value: string, length: number): string | null {
  return value === '' ? null : value.slice(0, length);
}
