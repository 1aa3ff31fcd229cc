/** Luhn sum of a number of digits (the last digit of an RPPS number is its key). */
export function hasLuhnKey(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 0x30;
    const weighted = index % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}

/** Shapes only: the keys of FINESS, SIRET and ADELI numbers are not checked. */
export const shapes = {
  rpps: /^\d{11}$/,
  adeli: /^[0-9A-Z]{9}$/,
  finess: /^[0-9A-Z]{9}$/,
  siren: /^\d{9}$/,
  siret: /^\d{14}$/,
  /** RPPS and the three digits of the practice. */
  rppsPractice: /^\d{14}$/,
  /** An identifier local to a structure. */
  local: /^[^\s^&|~\\/\0-\x1F\x7F]{1,50}$/,
  /** A number that is only known to be one token. */
  token: /^[0-9A-Za-z]{1,30}$/,
} as const satisfies Record<string, RegExp>;
