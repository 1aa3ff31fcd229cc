import type { TerrESanteErrorCode } from '../errors.ts';
import { errorCodeRows } from './error-codes/index.ts';

/** What is known of one error code. @group Rules */
export interface ErrorCodeInfo {
  readonly code: TerrESanteErrorCode;
  /**
   * Whether the same call may succeed later, unchanged; an error of its own case may say otherwise.
   */
  readonly retryable: boolean;
  /** Why it is thrown. */
  readonly cause: { readonly fr: string; readonly en: string };
  /** French sentence: what the doctor reads when no better one is at hand. */
  readonly doctor: string;
  /** What the software, or the one who writes it, does. */
  readonly developer: { readonly fr: string; readonly en: string };
}

/**
 * Lists every code an error of the SDK can carry, with its cause and what to do.
 *
 * @returns all codes of `TerrESanteErrorCode`, grouped as in `docs/errors-codes.md`
 *
 * @example
 * ```ts
 * import { errorCodes } from 'terr-esante-sdk/conformance';
 *
 * const pin = errorCodes().find(({ code }) => code === 'TE_PIN_LOCKED');
 * pin?.retryable; // false
 * pin?.doctor; // 'Code porteur bloqué : débloquez la carte avec son code de déblocage.'
 * ```
 *
 * @group Rules
 */
export function errorCodes(): readonly ErrorCodeInfo[] {
  const codes = Object.keys(errorCodeRows) as readonly TerrESanteErrorCode[];
  return codes.map((code) => ({ code, ...errorCodeRows[code] }));
}
