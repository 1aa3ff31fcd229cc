import { errorIssue, hasError, IdentityError, warningIssue, type IdentityIssue } from '../issue.ts';
import type { PatientIns } from '../patient.ts';
import { checkInsOid, findInsOid, type InsEnvironment } from './oid.ts';

/** Options of {@link checkIns}. @group INS */
export interface CheckInsOptions {
  /**
   * What a wrong key is. `warning` is for reading the documents of others only: two official examples carry a wrong
   * key. Nothing is ever written with one. @defaultValue `'error'`
   */
  readonly wrongKey?: 'error' | 'warning' | undefined;
}

const path = 'ins.value';
const messages = {
  character: "Le matricule INS contient un caractère qui n'y a pas sa place.",
  length: 'Le matricule INS compte quinze caractères, clé comprise.',
  firstDigit: "Le premier chiffre du matricule INS n'est pas possible.",
  legacy: "Le premier chiffre du matricule (3 ou 4) est celui d'un numéro en cours d'immatriculation.",
  month: "Le mois de naissance du matricule INS n'est pas possible.",
  month13: 'Le mois de naissance du matricule vaut 13 : numéro à vérifier.',
  monthUnusual: 'Le mois de naissance du matricule est compris entre 43 et 49 : numéro à vérifier.',
  key: 'La clé du matricule INS est fausse : au moins un chiffre a été mal saisi.',
};

/** What is removed before the check: white space, full stop and hyphen. */
const ignored = /[\s.-]/g;
/** What can be no part of a matricule, however it is typed: found before anything is removed. */
const foreign = /[^0-9ABab\s.-]/;

function charactersOf(text: string): string | null {
  if (foreign.test(text)) return null;
  // Nobody types that many separators: such a text is too long, and is not worked on.
  if (text.length > 200) return text;
  const kept = text.replace(ignored, '');
  for (let index = 0; index < kept.length; index += 1) {
    const code = kept.charCodeAt(index);
    if (code >= 0x30 && code <= 0x39) continue;
    const letter = code & ~0x20;
    if (index === 6 && (letter === 0x41 || letter === 0x42) && kept.charCodeAt(5) === 0x32) continue;
    return null;
  }
  return kept.length > 6 ? kept.slice(0, 6) + kept.charAt(6).toUpperCase() + kept.slice(7) : kept;
}

/** Thirteen digits, `2A` and `2B` already replaced, modulo 97: two halves, because they are small integers. */
function modulo97(matricule: string): number {
  let high = 0;
  for (let index = 0; index < 6; index += 1) high = high * 10 + matricule.charCodeAt(index) - 0x30;
  const seventh = matricule.charCodeAt(6);
  let low = seventh - 0x30;
  if (seventh > 0x39) {
    // 2A counts as 19 and 2B as 18: the digit before the letter goes from 2 to 1.
    high -= 1;
    low = seventh === 0x41 ? 9 : 8;
  }
  for (let index = 7; index < 13; index += 1) low = low * 10 + matricule.charCodeAt(index) - 0x30;
  // 10^7 mod 97 = 76
  return ((high % 97) * 76 + low) % 97;
}

/** `count` ASCII digits as a number; -1 when a character is another. */
function digitsAt(text: string, start: number, count: number): number {
  let value = 0;
  for (let index = start; index < start + count; index += 1) {
    const digit = text.charCodeAt(index) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Remainder of the body of fifteen ASCII digits; -1 when a character is another. */
function plainRemainder(text: string): number {
  const high = digitsAt(text, 0, 6);
  const low = digitsAt(text, 6, 7);
  return high < 0 || low < 0 || digitsAt(text, 13, 2) < 0 ? -1 : ((high % 97) * 76 + low) % 97;
}

const bodyShape = /^(?:\d{13}|\d{5}2[AB]\d{6})$/;

/**
 * Computes the two-digit control key of a matricule INS.
 *
 * The key is `97 - (body mod 97)`; the departments `2A` and `2B` count as `19` and `18`.
 *
 * @param body - The thirteen characters before the key, without spaces.
 * @returns `01` to `97`, always two digits.
 * @throws {@link IdentityError} `TE_INS_INVALID` when `body` is not of that shape.
 *
 * @example
 * ```ts
 * import { insKey } from 'terr-esante-sdk/identity';
 *
 * insKey('2850199999999'); // '36'
 * ```
 *
 * @group INS
 */
export function insKey(body: string): string {
  if (!bodyShape.test(body))
    throw new IdentityError('TE_INS_INVALID', [errorIssue('CHARACTER', path, messages.character)]);
  return String(97 - modulo97(body)).padStart(2, '0');
}

/** Fifteen characters of the right alphabet: first digit, month, key. */
function addStructureIssues(
  matricule: string,
  remainder: number,
  wrongKey: 'error' | 'warning',
  issues: IdentityIssue[],
): void {
  const first = matricule.charCodeAt(0) - 0x30;
  if (first === 3 || first === 4) issues.push(warningIssue('FIRST_DIGIT_LEGACY', path, messages.legacy));
  else if (first !== 1 && first !== 2 && first !== 7 && first !== 8)
    issues.push(errorIssue('FIRST_DIGIT', path, messages.firstDigit));
  const month = (matricule.charCodeAt(3) - 0x30) * 10 + matricule.charCodeAt(4) - 0x30;
  if (month === 0 || (month > 13 && month < 20)) issues.push(errorIssue('MONTH', path, messages.month));
  else if (month === 13) issues.push(warningIssue('MONTH_13', path, messages.month13));
  else if (month > 42 && month < 50) issues.push(warningIssue('MONTH_UNUSUAL', path, messages.monthUnusual));
  const key = (matricule.charCodeAt(13) - 0x30) * 10 + matricule.charCodeAt(14) - 0x30;
  if (key !== 97 - remainder) issues.push({ code: 'KEY', severity: wrongKey, path, message: messages.key });
}

/**
 * Says what is wrong with a matricule INS, in a fixed order: `CHARACTER`, `LENGTH`, `FIRST_DIGIT`, `MONTH`, `KEY`.
 *
 * White space, full stops and hyphens are ignored; any other foreign character is an error, never dropped. A number of
 * thirteen characters is an error: without its key it proves nothing. Unusual but real numbers give warnings
 * (`FIRST_DIGIT_LEGACY`, `MONTH_13`, `MONTH_UNUSUAL`).
 *
 * @returns An empty array when nothing is wrong.
 *
 * @example
 * ```ts
 * import { checkIns } from 'terr-esante-sdk/identity';
 *
 * checkIns('1 85 05 78 006 084 91'); // []
 * checkIns('185057800608492')[0]?.code; // 'KEY'
 * ```
 *
 * @group INS
 */
export function checkIns(text: string, options?: CheckInsOptions): IdentityIssue[] {
  const issues: IdentityIssue[] = [];
  addMatriculeIssues(text, options?.wrongKey ?? 'error', issues);
  return issues;
}

/** The matricule in fifteen characters, upper case, or `null` when there is no such thing; adds its issues. */
export function addMatriculeIssues(
  text: unknown,
  wrongKey: 'error' | 'warning',
  issues: IdentityIssue[],
): string | null {
  let matricule: string | null = null;
  let remainder = -1;
  if (typeof text === 'string') {
    if (text.length === 15) remainder = plainRemainder(text);
    matricule = remainder < 0 ? charactersOf(text) : text;
  }
  if (matricule === null) {
    issues.push(errorIssue('CHARACTER', path, messages.character));
    return null;
  }
  if (matricule.length !== 15) {
    issues.push(errorIssue('LENGTH', path, messages.length));
    return null;
  }
  addStructureIssues(matricule, remainder < 0 ? modulo97(matricule) : remainder, wrongKey, issues);
  return matricule;
}

/** The same with the issues apart. */
export function readMatricule(
  text: unknown,
  wrongKey: 'error' | 'warning',
): { readonly matricule: string | null; readonly issues: IdentityIssue[] } {
  const issues: IdentityIssue[] = [];
  return { matricule: addMatriculeIssues(text, wrongKey, issues), issues };
}

/** Options of {@link parseIns}. @group INS */
export interface ParseInsOptions extends CheckInsOptions {
  /** OID that came with the matricule: it alone tells a NIR from a NIA, and that the number comes from the INSi. */
  readonly oid: string;
  readonly environment: InsEnvironment;
}

/** A matricule INS and its OID, read and checked. @group INS */
export interface ParsedIns extends PatientIns {
  readonly kind: 'NIR' | 'NIA';
  /** The thirteen characters before the key. */
  readonly body: string;
  readonly key: string;
  /** Test or demonstration number. */
  readonly test: boolean;
  readonly warnings: readonly IdentityIssue[];
}

/**
 * Reads a matricule INS with its OID.
 *
 * @throws {@link IdentityError} `TE_INS_INVALID` with the issues of {@link checkIns}, `OID` when the OID is not one of
 * the INS, `OID_ENVIRONMENT` for a test or demonstration number in production.
 *
 * @example
 * ```ts
 * import { parseIns } from 'terr-esante-sdk/identity';
 *
 * const ins = parseIns('2 85 01 99 999 999 36', { oid: '1.2.250.1.213.1.4.10', environment: 'test' });
 * ins.value; // '285019999999936'
 * ins.test; // true
 * ```
 *
 * @group INS
 */
export function parseIns(text: string, options: ParseInsOptions): ParsedIns {
  const { oid, environment, wrongKey = 'error' } = options;
  const { matricule, issues } = readMatricule(text, wrongKey);
  // Production is assumed when the environment is not said.
  const oidIssue = checkInsOid(oid, typeof environment === 'string' ? environment : 'production', 'ins.oid');
  if (oidIssue) issues.push(oidIssue);
  const entry = findInsOid(oid);
  if (matricule === null || !entry || hasError(issues)) throw new IdentityError('TE_INS_INVALID', issues);
  return {
    value: matricule,
    oid,
    kind: entry.kind,
    body: matricule.slice(0, 13),
    key: matricule.slice(13),
    test: entry.use !== 'real',
    warnings: issues,
  };
}
