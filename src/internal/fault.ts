import { isTerrESanteError } from '../errors.ts';
import type { Sentence } from './finding.ts';

/**
 * The reasons for which a reader refuses what it reads: a code, which stands in `details.reason` of
 * its error, and its sentence, which may hold places filled by the other details.
 */
export type FaultTable = Readonly<Record<string, Sentence>>;

/** The code of a refusal, `null` when the error is not one of this table. */
export function faultOf<T extends FaultTable>(error: unknown, faults: T): (keyof T & string) | null {
  const reason = isTerrESanteError(error) ? error.details['reason'] : null;
  return typeof reason === 'string' && isFault(reason, faults) ? reason : null;
}

function isFault<T extends FaultTable>(reason: string, faults: T): reason is keyof T & string {
  return Object.hasOwn(faults, reason);
}
