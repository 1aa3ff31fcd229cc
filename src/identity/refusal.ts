import { TerrESanteError, type Finding, type SafeDetails, type TerrESanteErrorCode } from '../errors.ts';

/**
 * The error of an identity function that refuses a value. Its sentence is that of the first finding
 * that refuses, never the value.
 */
export function refusal(
  code: TerrESanteErrorCode,
  findings: readonly Finding[],
  details: SafeDetails = {},
): TerrESanteError {
  const first = findings.find(({ severity }) => severity === 'error');
  return new TerrESanteError(code, first?.message ?? 'Identité refusée.', { findings, details });
}
