import type { CheckReport, Finding, Severity } from '../../errors.ts';
import { checkReport, finding, hasError } from '../../internal/finding.ts';
import type { PatientIns } from '../patient.ts';
import { refusal } from '../refusal.ts';
import { hasRightKey, matriculeParts, type MatriculeParts } from './key.ts';
import { checkInsOid, findInsOid, type InsEnvironment } from './oid.ts';
import { insRules } from './rules.ts';
import { environments, type Kinds, requireKnown } from '../known-options.ts';

/** Options of {@link checkIns}. @group INS */
export interface CheckInsOptions {
  /**
   * What a wrong key is. `warning` is for reading the documents of others only: two official
   * examples carry a wrong key. Nothing is ever written with one. @defaultValue `'error'`
   */
  readonly wrongKey?: 'error' | 'warning' | undefined;
}

const kinds: Kinds<CheckInsOptions> = { wrongKey: 'error|warning' };

/** White space, full stop and hyphen: removed before the check. */
const separators = /[\s.-]/g;
/** What can be no part of a matricule, however it is typed. */
const foreign = /[^0-9ABab\s.-]/;
/** Longest text from which separators are removed: a matricule typed with a pause at each digit. */
const maxTyped = 200;

/**
 * The characters of a matricule in capitals, without separators; `null` when one of them has no
 * place there. A text longer than anyone types comes back unread, and is too long.
 */
function typedCharacters(text: string): string | null {
  if (foreign.test(text)) return null;
  if (text.length > maxTyped) return text;

  const characters = text.replace(separators, '').toUpperCase();
  return /^(?:\d*|\d{5}2[AB]\d*)$/.test(characters) ? characters : null;
}

/** Reads a matricule as it was typed; `null` when it is none. Its key may be wrong. */
export function readMatricule(text: unknown): MatriculeParts | null {
  if (typeof text !== 'string') return null;

  const stored = matriculeParts(text);
  if (stored !== null) return stored;

  const characters = typedCharacters(text);
  return characters === null ? null : matriculeParts(characters);
}

/** Where a matricule comes from, and how severe its key is judged. */
interface MatriculeContext extends CheckInsOptions {
  /** Path of the findings. @defaultValue `'ins.value'` */
  readonly path?: string;
}

/**
 * Checks a matricule, however it is typed, and adds its findings.
 *
 * @returns The matricule taken apart, or `null` when it cannot be read.
 */
export function checkMatricule(
  text: unknown,
  findings: Finding[],
  context: MatriculeContext = {},
): MatriculeParts | null {
  const matricule = readMatricule(text);
  if (matricule === null) {
    const readable = typeof text === 'string' && typedCharacters(text) !== null;
    findings.push(matriculeFinding(readable ? 'IDENTITY-LENGTH' : 'IDENTITY-CHARACTER', context));
    return null;
  }

  const firstDigit = firstDigitRule(matricule);
  if (firstDigit !== null) findings.push(matriculeFinding(firstDigit, context));

  const month = monthRule(matricule);
  if (month !== null) findings.push(matriculeFinding(month, context));

  if (!hasRightKey(matricule)) findings.push(matriculeFinding('IDENTITY-KEY', context, context.wrongKey));

  return matricule;
}

/** What the sentences of a rule call the matricule. */
const matriculeNames = { label: 'Matricule INS', field: 'ins', size: 15 };

function matriculeFinding(
  rule: keyof typeof insRules,
  { path = 'ins.value' }: MatriculeContext,
  severity?: Severity,
): Finding {
  return finding(insRules, rule, { path, severity, values: matriculeNames });
}

/** 1 and 2: registered; 7 and 8: waiting number; 3 and 4: being registered, no longer given. */
function firstDigitRule({ firstDigit }: MatriculeParts): keyof typeof insRules | null {
  if (firstDigit === 1 || firstDigit === 2 || firstDigit === 7 || firstDigit === 8) return null;
  return firstDigit === 3 || firstDigit === 4 ? 'IDENTITY-FIRST-DIGIT-LEGACY' : 'IDENTITY-FIRST-DIGIT';
}

/**
 * 01 to 12, or 20 and above when the month is not known. 13 and 43 to 49 are in no list, but public
 * validators accept them: refusing the INS of a real person would be the worse fault.
 */
function monthRule({ month }: MatriculeParts): keyof typeof insRules | null {
  if (month === 0 || (month >= 14 && month <= 19)) return 'IDENTITY-MONTH';
  if (month === 13) return 'IDENTITY-MONTH-13';
  return month >= 43 && month <= 49 ? 'IDENTITY-MONTH-UNUSUAL' : null;
}

/**
 * Checks a matricule INS, in a fixed order: characters, length, first digit, month, key.
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
  requireKnown(options, kinds);
  const findings: Finding[] = [];
  checkMatricule(text, findings, options);

  return checkReport(findings);
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

const parseKinds: Kinds<ParseInsOptions> = { ...kinds, oid: 'string', environment: environments };

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
  requireKnown(options, parseKinds);
  const { oid, wrongKey } = options;
  const findings: Finding[] = [];
  const matricule = checkMatricule(text, findings, { wrongKey });

  // Without an environment it is production that is assumed.
  const environment: unknown = options.environment;
  const wrongOid = checkInsOid(oid, typeof environment === 'string' ? environment : 'production', 'ins.oid');
  if (wrongOid) findings.push(wrongOid);

  const entry = findInsOid(oid);
  if (matricule === null || !entry || hasError(findings)) throw refusal('TE_INS_INVALID', findings);

  return {
    value: matricule.text,
    oid,
    kind: entry.kind,
    body: matricule.text.slice(0, 13),
    key: matricule.text.slice(13),
    test: entry.use !== 'real',
    warnings: findings,
  };
}
