/** Whether a value is absent, or a text of white space only. */
export function isBlank(value: unknown): boolean {
  if (typeof value !== 'string') return value === undefined || value === null;
  const code = value.charCodeAt(0);
  // A first character of printable ASCII, nearly always the case, spares the rest.
  return !(code > 0x20 && code < 0x7f) && value.trim() === '';
}

/**
 * Two ASCII digits of a text as a number; so far below zero, when one is not, that no sum brings it
 * back.
 */
export function twoDigits(text: string, index: number): number {
  const tens = text.charCodeAt(index) - 0x30;
  const units = text.charCodeAt(index + 1) - 0x30;
  return tens >= 0 && tens <= 9 && units >= 0 && units <= 9 ? tens * 10 + units : -1_000_000;
}

/**
 * The department at this place of a text, as {@link twoDigits}; `2A` is 19 and `2B` is 18, as in
 * the key of a matricule.
 */
export function departmentAt(text: string, index: number): number {
  const letter = text.charCodeAt(index + 1) - 0x41;
  const corsica = (letter === 0 || letter === 1) && text.charCodeAt(index) === 0x32;
  return corsica ? 19 - letter : twoDigits(text, index);
}
