import { isTerrESanteError, type Finding } from '../errors.ts';

/**
 * The findings of a refusal, or the refusal itself as one finding. Anything else is not ours to
 * explain.
 */
export function findingsOf(error: unknown, path: string): readonly Finding[] {
  if (!isTerrESanteError(error)) throw error;
  if (error.findings.length > 0) return error.findings;
  return [
    {
      rule: error.code,
      severity: 'error',
      path,
      message: error.message,
      messageEn: error.code,
      found: null,
      expected: null,
      fix: null,
      reference: null,
    },
  ];
}
