import { finding } from '../../internal/finding.ts';
import { refusal } from '../refusal.ts';
import { digitsAt } from '../text.ts';
import { insRules } from './rules.ts';
import { reading } from '../../internal/reading.ts';

/** A matricule of the right shape, taken apart; its key may be wrong. */
export interface MatriculeParts {
  /** As it is stored: fifteen characters in capitals. */
  readonly text: string;
  /** Sex, and whether the number is a waiting one. */
  readonly firstDigit: number;
  /** Two digits: the century is not known. */
  readonly year: number;
  readonly month: number;
  /** As the key counts it: 19 for `2A`, 18 for `2B`. */
  readonly department: number;
  /** Commune and serial number, six digits. */
  readonly rest: number;
  readonly key: number;
}

/**
 * Takes a stored matricule apart, in fixed places: sex (1), year (2), month (2), department (2),
 * commune and serial number (6), key (2).
 *
 * One pass of numbers rather than a regular expression and conversions: 0.07 µs in the place of
 * 0.45, in a check of a whole patient that takes 0.8.
 *
 * @returns `null` for any other text.
 */
export function matriculeParts(text: string): MatriculeParts | null {
  if (text.length !== 15) return null;

  const firstDigit = digitsAt(text, 0, 1);
  const year = digitsAt(text, 1, 2);
  const month = digitsAt(text, 3, 2);
  const department = departmentAt(text, 5);
  const rest = digitsAt(text, 7, 6);
  const key = digitsAt(text, 13, 2);
  if (firstDigit < 0 || year < 0 || month < 0 || department < 0 || rest < 0 || key < 0) return null;

  return { text, firstDigit, year, month, department, rest, key };
}

/**
 * The department of birth as the key counts it. In Corsica it has a letter: `2A` counts as 19 and
 * `2B` as 18. -1 for any other text.
 */
function departmentAt(text: string, start: number): number {
  const digits = digitsAt(text, start, 2);
  if (digits >= 0) return digits;

  if (text.startsWith('2A', start)) return 19;
  return text.startsWith('2B', start) ? 18 : -1;
}

/**
 * The key of a matricule: `97 - (body mod 97)`, hence 1 to 97; the body is its first thirteen
 * digits.
 */
function keyOf({ firstDigit, year, month, department, rest }: MatriculeParts): number {
  // In two halves, which are small integers: the whole body is not.
  const left = ((firstDigit * 100 + year) * 100 + month) * 100 + department;
  return 97 - (((left % 97) * 1_000_000 + rest) % 97);
}

/** Whether the last two digits of a matricule are its key. */
export function hasRightKey(matricule: MatriculeParts): boolean {
  return keyOf(matricule) === matricule.key;
}

/**
 * Computes the two-digit control key of a matricule INS.
 *
 * The key is `97 - (body mod 97)`; the departments of Corsica, `2A` and `2B`, count as `19` and
 * `18`.
 *
 * @param body - The thirteen characters before the key, without spaces.
 * @returns `01` to `97`, always two digits.
 * @throws TerrESanteError `TE_INS_INVALID` when `body` is not of that shape.
 *
 * @example
 * ```ts
 * import { insKey } from 'terr-esante-sdk/identity';
 *
 * insKey('2850199999999'); // '36'
 * insKey('188112A004011'); // '20'
 * ```
 *
 * @group INS
 */
export function insKey(body: string): string {
  return reading('body', () => keyOfBody(body));
}

function keyOfBody(body: string): string {
  const matricule = matriculeParts(`${body}00`);
  if (matricule === null) {
    const values = { label: 'Matricule INS', field: 'ins' };
    throw refusal('TE_INS_INVALID', [finding(insRules, 'IDENTITY-CHARACTER', { path: 'ins.value', values })]);
  }

  return String(keyOf(matricule)).padStart(2, '0');
}
