import { isTerrESanteError, type Finding, type TerrESanteErrorCode } from '../errors.ts';
import { finding, type RuleCatalogue, type RuleRow } from '../internal/finding.ts';
import { errorCodeRows } from './error-codes/index.ts';

/**
 * The findings of a refusal, or the refusal itself as one finding. Any other error is thrown again:
 * it is a bug, not something a file has.
 */
export function findingsOf(error: unknown, path: string): readonly Finding[] {
  if (!isTerrESanteError(error)) throw error;
  if (error.findings.length > 0) return error.findings;

  const { code, message } = error;
  return [finding(ruleOf(code), code, { path, values: { message } })];
}

/** A code as a rule: its sentence is that of the error. */
function ruleOf(code: TerrESanteErrorCode): RuleCatalogue {
  const { cause, developer } = errorCodeRows[code];
  const rule: RuleRow = {
    severity: 'error',
    fr: '{message}',
    en: cause.en,
    fix: developer,
    reference: 'Règle de prudence de la bibliothèque',
  };
  return { [code]: rule };
}
