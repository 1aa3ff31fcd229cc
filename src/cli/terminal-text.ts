import { invisible } from '../internal/text.ts';

/** Of the invisible characters, those that lay a text out. */
const marks = new RegExp(`(?![\\n\\t\\r])${invisible.source}`, 'gu');

/**
 * A text as a terminal may get it: what could command it, turn the reading around or hide is
 * written as `\u202e`. Whoever wrote the mail, the document or the certificate chose it. Within a
 * line of JSON it is the same value.
 */
export function terminalText(text: string): string {
  return text.replaceAll(marks, (mark) =>
    // Beyond the first plane there are two units.
    Array.from({ length: mark.length }, (_, at) => `\\u${mark.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
}
