import { TerrESanteError } from '../../errors.ts';

/** An answer that is not what a service of this kind may send. */
export function protocolFailure(
  reason: string,
  sentence: string,
  details: Record<string, unknown> = {},
): TerrESanteError {
  return new TerrESanteError('TE_PROTOCOL', sentence, { details: { reason, ...details } });
}
