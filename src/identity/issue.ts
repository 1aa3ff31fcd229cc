import { TerrESanteError, type TerrESanteErrorCode } from '../errors.ts';

/**
 * Every code an identity issue can carry. Stable: renaming one is a major release.
 *
 * @group Issues
 */
export type IdentityIssueCode =
  // structure of the matricule, in the order in which it is checked
  | 'CHARACTER'
  | 'LENGTH'
  | 'FIRST_DIGIT'
  | 'FIRST_DIGIT_LEGACY'
  | 'MONTH'
  | 'MONTH_13'
  | 'MONTH_UNUSUAL'
  | 'KEY'
  | 'OID'
  | 'OID_ENVIRONMENT'
  // matricule against traits
  | 'SEX_MISMATCH'
  | 'BIRTH_YEAR_MISMATCH'
  | 'BIRTH_MONTH_MISMATCH'
  | 'BIRTH_PLACE_MISMATCH'
  // traits
  | 'INPUT'
  | 'NAME_EMPTY'
  | 'NAME_START'
  | 'NAME_END'
  | 'NAME_SEPARATORS'
  | 'NAME_PLACEHOLDER'
  | 'FIRST_NAME_NOT_IN_LIST'
  | 'FIRST_NAMES_MISSING'
  | 'DATE'
  | 'DATE_FUTURE'
  | 'SEX_INVALID'
  | 'SEX_UNKNOWN'
  | 'COG'
  | 'COG_UNKNOWN'
  | 'POSTAL_CODE'
  | 'BIRTH_PLACE_CONFLICT'
  | 'BIRTH_PLACE_COUNTRY_ONLY'
  | 'BIRTH_PLACE_NOT_CODED'
  | 'BIRTH_PLACE_UNKNOWN'
  | 'TRAIT_MISSING'
  // status
  | 'STATUS_UNKNOWN'
  | 'TRANSITION'
  | 'ATTRIBUTE_UNKNOWN'
  | 'ATTRIBUTE_COMBINATION'
  | 'ATTRIBUTE_STATUS'
  | 'INS_MISSING'
  | 'INS_FORBIDDEN'
  | 'TRANSMISSION_FORBIDDEN'
  | 'IDENTITY_NOT_VALIDATED'
  | 'NO_INS'
  // datamatrix
  | 'HEADER'
  | 'UNKNOWN_BLOCK'
  | 'DUPLICATE_BLOCK'
  | 'MISSING_BLOCK'
  // wire forms
  | 'WIRE_SHAPE'
  | 'WIRE_SEVERAL_INS';

/**
 * One thing that is wrong with an identity, or worth a look. Never holds the value itself.
 *
 * @group Issues
 */
export interface IdentityIssue {
  readonly code: IdentityIssueCode;
  /** Only `error` refuses. */
  readonly severity: 'error' | 'warning';
  /** Where, for example `traits.birthDate` or `ins.value`. */
  readonly path: string;
  /** French sentence that may be shown to the user. */
  readonly message: string;
}

/**
 * Error of the identity functions that refuse a value: says why, code by code, never the value.
 *
 * @group Issues
 */
export class IdentityError extends TerrESanteError {
  override readonly name = 'IdentityError';
  readonly issues: readonly IdentityIssue[];

  constructor(
    code: TerrESanteErrorCode,
    issues: readonly IdentityIssue[],
    details: { readonly position?: number | undefined } = {},
  ) {
    super(code, issues[0]?.message ?? 'Identité refusée.', {
      details: { issues: issues.map((one) => one.code), position: details.position ?? null },
    });
    this.issues = issues;
  }
}

export function errorIssue(code: IdentityIssueCode, path: string, message: string): IdentityIssue {
  return { code, severity: 'error', path, message };
}

export function warningIssue(code: IdentityIssueCode, path: string, message: string): IdentityIssue {
  return { code, severity: 'warning', path, message };
}

export function addError(issues: IdentityIssue[], code: IdentityIssueCode, path: string, message: string): void {
  issues.push(errorIssue(code, path, message));
}

export function addWarning(issues: IdentityIssue[], code: IdentityIssueCode, path: string, message: string): void {
  issues.push(warningIssue(code, path, message));
}

/** A getter or a proxy of the caller failed. */
export function unreadablePatient(): IdentityIssue {
  return errorIssue('INPUT', '', "L'identité du patient ne peut pas être lue.");
}

export function hasError(issues: readonly IdentityIssue[]): boolean {
  for (const { severity } of issues) if (severity === 'error') return true;
  return false;
}
