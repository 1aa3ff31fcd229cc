import { TerrESanteError } from '../../errors.ts';

/** Refuses what another version of the library wrote: both formats are in the sentence. */
export function otherVersion(found: number, expected: number): TerrESanteError {
  return new TerrESanteError(
    'TE_OUTBOX',
    `La boîte d'envoi est au format ${String(found)}, cette version du logiciel lit le format ${String(expected)}.`,
    { details: { reason: 'other-version', found, expected } },
  );
}
