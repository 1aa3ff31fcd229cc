import { hasError, IdentityError, type IdentityIssue, type IdentityIssueCode } from '../issue.ts';
import type { PatientIns } from '../patient.ts';
import { departmentAt, twoDigits } from '../text.ts';
import { checkInsOid, findInsOid, type InsEnvironment } from './oid.ts';

/** Options of {@link checkIns}. @group INS */
export interface CheckInsOptions {
  /**
   * What a wrong key is. `warning` is for reading the documents of others only: two official
   * examples carry a wrong key. Nothing is ever written with one. @defaultValue `'error'`
   */
  readonly wrongKey?: 'error' | 'warning' | undefined;
}

const path = 'ins.value';

function add(
  issues: IdentityIssue[],
  code: IdentityIssueCode,
  what: string,
  severity: IdentityIssue['severity'] = 'error',
): void {
  issues.push({ code, severity, path, message: `Matricule INS : ${what}.` });
}

function addForeign(issues: IdentityIssue[]): void {
  add(issues, 'CHARACTER', "un caractère n'y a pas sa place");
}

/** What is removed before the check: white space, full stop and hyphen. */
const ignored = /[\s.-]/g;
/** What can be no part of a matricule, however it is typed: found before anything is removed. */
const foreign = /[^0-9ABab\s.-]/;

/**
 * What the rules ask of a matricule as it is stored, fifteen characters in capitals, read in one
 * pass that makes neither string nor object, as one small integer: the first five digits (sex,
 * year, month), the remainder of the body modulo 97, and the key. -1 for any other text.
 */
function readFifteen(text: string): number {
  if (text.length !== 15) return -1;
  const first = text.charCodeAt(0) - 0x30;
  const year = twoDigits(text, 1);
  const month = twoDigits(text, 3);
  const department = departmentAt(text, 5);
  const serial = (twoDigits(text, 7) * 100 + twoDigits(text, 9)) * 100 + twoDigits(text, 11);
  const key = twoDigits(text, 13);
  if (first < 0 || first > 9 || year < 0 || month < 0 || department < 0 || serial < 0 || key < 0) return -1;
  const head = (first * 100 + year) * 100 + month;
  // 10^8 mod 97 = 81, 10^6 mod 97 = 27
  return (head << 14) | ((((head % 97) * 81 + department * 27 + serial) % 97) << 7) | key;
}

/**
 * The characters of a matricule in capitals, without separators; `null` when one has no place
 * there.
 */
export function charactersOf(text: string): string | null {
  if (readFifteen(text) >= 0) return text;
  if (foreign.test(text)) return null;
  // Nobody types that many separators: such a text is too long, and is not worked on.
  if (text.length > 200) return text;
  const kept = text.replace(ignored, '').toUpperCase();
  return /^(?:\d*|\d{5}2[AB]\d*)$/.test(kept) ? kept : null;
}

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
  const reading = readFifteen(`${body}00`);
  if (reading < 0) {
    const issues: IdentityIssue[] = [];
    addForeign(issues);
    throw new IdentityError('TE_INS_INVALID', issues);
  }
  return String(97 - remainderOf(reading)).padStart(2, '0');
}

function remainderOf(reading: number): number {
  return (reading >> 7) & 0x7f;
}

/** First digit, month, key. */
function addStructureIssues(reading: number, wrongKey: 'error' | 'warning', issues: IdentityIssue[]): void {
  const head = reading >> 14;
  const first = Math.floor(head / 10_000);
  if (first === 3 || first === 4) {
    add(issues, 'FIRST_DIGIT_LEGACY', "premier chiffre (3 ou 4) d'un numéro en cours d'immatriculation", 'warning');
  } else if (first !== 1 && first !== 2 && first !== 7 && first !== 8) {
    add(issues, 'FIRST_DIGIT', 'premier chiffre impossible');
  }
  const month = head % 100;
  if (month === 0 || (month > 13 && month < 20)) add(issues, 'MONTH', 'mois de naissance impossible');
  else if (month === 13) add(issues, 'MONTH_13', 'mois de naissance 13, à vérifier', 'warning');
  else if (month > 42 && month < 50) {
    add(issues, 'MONTH_UNUSUAL', 'mois de naissance entre 43 et 49, à vérifier', 'warning');
  }
  if ((reading & 0x7f) + remainderOf(reading) !== 97) {
    add(issues, 'KEY', 'clé fausse, au moins un chiffre mal saisi', wrongKey);
  }
}

/**
 * Says what is wrong with a matricule INS, in a fixed order: `CHARACTER`, `LENGTH`, `FIRST_DIGIT`,
 * `MONTH`, `KEY`.
 *
 * White space, full stops and hyphens are ignored; any other foreign character is an error, never
 * dropped. A number of thirteen characters is an error: without its key it proves nothing. Unusual
 * but real numbers give warnings (`FIRST_DIGIT_LEGACY`, `MONTH_13`, `MONTH_UNUSUAL`).
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

/**
 * Adds the issues of a matricule. Returns its first five digits (sex, year, month) as a number, or
 * -1 when it cannot be read.
 */
export function addMatriculeIssues(text: unknown, wrongKey: 'error' | 'warning', issues: IdentityIssue[]): number {
  // The usual case first: fifteen characters, as they are stored.
  let reading = typeof text === 'string' ? readFifteen(text) : -1;
  if (reading < 0) {
    const kept = typeof text === 'string' ? charactersOf(text) : null;
    if (kept === null || kept.length !== 15) {
      if (kept === null) addForeign(issues);
      else add(issues, 'LENGTH', 'quinze caractères attendus, clé comprise');
      return -1;
    }
    reading = readFifteen(kept);
  }
  addStructureIssues(reading, wrongKey, issues);
  return reading >> 14;
}

/**
 * The matricule in fifteen characters, upper case, or `null` when there is no such thing; and its
 * issues.
 */
export function readMatricule(
  text: unknown,
  wrongKey: 'error' | 'warning',
): { readonly matricule: string | null; readonly issues: IdentityIssue[] } {
  const issues: IdentityIssue[] = [];
  const matricule = addMatriculeIssues(text, wrongKey, issues) < 0 ? null : charactersOf(text as string);
  return { matricule, issues };
}

/** Options of {@link parseIns}. @group INS */
export interface ParseInsOptions extends CheckInsOptions {
  /**
   * OID that came with the matricule: it alone tells a NIR from a NIA, and that the number comes
   * from the INSi.
   */
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
 * @throws {@link IdentityError} `TE_INS_INVALID` with the issues of {@link checkIns}, `OID` when
 *   the OID is not one of
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
