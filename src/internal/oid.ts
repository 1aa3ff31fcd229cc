/** The form of an OID, its length apart. */
export const oidShape = /^(?:[01](?:\.(?:0|[1-9]|[1-3][0-9]))|2\.(?:0|[1-9][0-9]*))(?:\.(?:0|[1-9][0-9]*))*$/;

/**
 * Dotted OID of at least two arcs with legal first arcs (ITU-T X.660), at most 64 characters (IHE
 * ITI TF-3).
 */
export function isOid(value: string): boolean {
  return value.length <= 64 && oidShape.test(value);
}

/** `2.25.` followed by the UUID as an integer (ITU-T X.667 section 7). */
export function uuidToOid(uuid: string): string {
  const hex = uuid.replaceAll('-', '');
  if (!/^[0-9a-fA-F]{32}$/.test(hex)) throw new RangeError('not a UUID');
  return `2.25.${BigInt(`0x${hex}`).toString()}`;
}
