import { TerrESanteError } from '../../errors.ts';

/**
 * Control characters, line separators and the invisible marks that reorder text: never in a header.
 */
const forbidden = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/u;

/** A text that may enter a header. Its value is never quoted in the error. */
export function headerText(value: string, field: string, maxLength: number): string {
  const text = value.normalize('NFC').trim();
  if (text.length > maxLength || forbidden.test(text)) {
    throw new TerrESanteError(
      'TE_INPUT_INVALID',
      'Un texte du message contient des caractères interdits ou est trop long.',
      {
        details: { field, length: text.length, maxLength },
      },
    );
  }
  return text;
}

/** Letters of French without their marks, everything else outside printable ASCII dropped. */
export function foldToAscii(value: string): string {
  return value
    .replaceAll('œ', 'oe')
    .replaceAll('Œ', 'OE')
    .replaceAll('æ', 'ae')
    .replaceAll('Æ', 'AE')
    .replaceAll(/[\u2018\u2019\u02bc]/g, "'")
    .normalize('NFD')
    .replaceAll(/[^\u0020-\u007e]/g, '');
}
