/** Whether a value is absent, or a text of white space only. */
export function isBlank(value: unknown): boolean {
  if (typeof value !== 'string') return value === undefined || value === null;
  const code = value.charCodeAt(0);
  // A first character of printable ASCII, nearly always the case, spares the rest.
  return !(code > 0x20 && code < 0x7f) && value.trim() === '';
}
