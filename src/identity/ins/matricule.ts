import type { CheckReport, Finding, Severity } from '../../errors.ts';
import { checkReport, finding, hasError } from '../../internal/finding.ts';
import type { PatientIns } from '../patient.ts';
import { refusal } from '../refusal.ts';
import { departmentAt, twoDigits } from '../text.ts';
import { checkInsOid, findInsOid, type InsEnvironment } from './oid.ts';
import { insRules } from './rules.ts';

/** Options of {@link checkIns}. @group INS */
export interface CheckInsOptions {
  /**
   * What a wrong key is. `warning` is for reading the documents of others only: two official
   * examples carry a wrong key. Nothing is ever written with one. @defaultValue `'error'`
   */
  readonly wrongKey?: 'error' | 'warning' | undefined;
}

/** Where a matricule stands: in a patient, unless it comes from elsewhere. */
const insPath = 'ins.value';

function matriculeFinding(rule: keyof typeof insRules, path: string, severity?: Severity): Finding {
  return finding(insRules, rule, { path, severity, values: { label: 'Matricule INS', field: 'ins', size: 15 } });
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
 * @throws TerrESanteError `TE_INS_INVALID` when `body` is not of that shape.
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
    throw refusal('TE_INS_INVALID', [matriculeFinding('IDENTITY-CHARACTER', insPath)]);
  }
  return String(97 - remainderOf(reading)).padStart(2, '0');
}

function remainderOf(reading: number): number {
  return (reading >> 7) & 0x7f;
}

/** First digit, month, key. */
function addStructureFindings(reading: number, wrongKey: 'error' | 'warning', findings: Finding[], path: string): void {
  const head = reading >> 14;
  const first = Math.floor(head / 10_000);
  if (first === 3 || first === 4) {
    findings.push(matriculeFinding('IDENTITY-FIRST-DIGIT-LEGACY', path));
  } else if (first !== 1 && first !== 2 && first !== 7 && first !== 8) {
    findings.push(matriculeFinding('IDENTITY-FIRST-DIGIT', path));
  }
  const month = head % 100;
  if (month === 0 || (month > 13 && month < 20)) findings.push(matriculeFinding('IDENTITY-MONTH', path));
  else if (month === 13) findings.push(matriculeFinding('IDENTITY-MONTH-13', path));
  else if (month > 42 && month < 50) {
    findings.push(matriculeFinding('IDENTITY-MONTH-UNUSUAL', path));
  }
  if ((reading & 0x7f) + remainderOf(reading) !== 97) {
    findings.push(matriculeFinding('IDENTITY-KEY', path, wrongKey));
  }
}

/**
 * Says what is wrong with a matricule INS, in a fixed order: characters, length, first digit,
 * month, key.
 *
 * White space, full stops and hyphens are ignored; any other foreign character is an error, never
 * dropped. A number of thirteen characters is an error: without its key it proves nothing. Unusual
 * but real numbers give warnings (`IDENTITY-FIRST-DIGIT-LEGACY`, `IDENTITY-MONTH-13`,
 * `IDENTITY-MONTH-UNUSUAL`).
 *
 * @example
 * ```ts
 * import { checkIns } from 'terr-esante-sdk/identity';
 *
 * checkIns('1 85 05 78 006 084 91').ok; // true
 * checkIns('185057800608492').findings[0]?.rule; // 'IDENTITY-KEY'
 * ```
 *
 * @group INS
 */
export function checkIns(text: string, options: CheckInsOptions = {}): CheckReport {
  const findings: Finding[] = [];
  addMatriculeFindings(text, options.wrongKey ?? 'error', findings);

  return checkReport(findings);
}

/**
 * Adds the findings of a matricule. Returns its first five digits (sex, year, month) as a number, or
 * -1 when it cannot be read.
 */
export function addMatriculeFindings(
  text: unknown,
  wrongKey: 'error' | 'warning',
  findings: Finding[],
  path = insPath,
): number {
  // The usual case first: fifteen characters, as they are stored.
  let reading = typeof text === 'string' ? readFifteen(text) : -1;
  if (reading < 0) {
    const kept = typeof text === 'string' ? charactersOf(text) : null;
    if (kept === null || kept.length !== 15) {
      if (kept === null) findings.push(matriculeFinding('IDENTITY-CHARACTER', path));
      else findings.push(matriculeFinding('IDENTITY-LENGTH', path));
      return -1;
    }
    reading = readFifteen(kept);
  }
  addStructureFindings(reading, wrongKey, findings, path);
  return reading >> 14;
}

/**
 * The matricule in fifteen characters, upper case, or `null` when there is no such thing; and its
 * findings.
 */
export function readMatricule(
  text: unknown,
  wrongKey: 'error' | 'warning',
  path = insPath,
): { readonly matricule: string | null; readonly findings: Finding[] } {
  const findings: Finding[] = [];
  const matricule = addMatriculeFindings(text, wrongKey, findings, path) < 0 ? null : charactersOf(text as string);
  return { matricule, findings };
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
  readonly warnings: readonly Finding[];
}

/**
 * Reads a matricule INS with its OID.
 *
 * @throws TerrESanteError `TE_INS_INVALID` with the findings of {@link checkIns}, `IDENTITY-OID`
 *   when the OID is not one of the INS, `IDENTITY-OID-ENVIRONMENT` for a test or demonstration
 *   number in production.
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
  const { matricule, findings } = readMatricule(text, wrongKey);
  // Production is assumed when the environment is not said.
  const oidFinding = checkInsOid(oid, typeof environment === 'string' ? environment : 'production', 'ins.oid');
  if (oidFinding) findings.push(oidFinding);
  const entry = findInsOid(oid);
  if (matricule === null || !entry || hasError(findings)) throw refusal('TE_INS_INVALID', findings);
  return {
    value: matricule,
    oid,
    kind: entry.kind,
    body: matricule.slice(0, 13),
    key: matricule.slice(13),
    test: entry.use !== 'real',
    warnings: findings,
  };
}
