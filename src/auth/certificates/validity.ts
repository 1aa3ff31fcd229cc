import type { Certificate } from './x509.ts';

/** Why a certificate is not valid: its time has not begun, or is over. */
export type ValidityFault = 'early' | 'expired';

/**
 * Tells whether a moment is within the validity of a certificate, both ends included (RFC 5280,
 * section 4.1.2.5). Comparisons are written so that `NaN` refuses.
 */
export function validityFault(
  { notBefore, notAfter }: Pick<Certificate, 'notBefore' | 'notAfter'>,
  now: number,
): ValidityFault | null {
  if (!(now >= notBefore)) return 'early';
  return now <= notAfter ? null : 'expired';
}
