/**
 * A number that the language would write otherwise than it was read: `70.10`, `1E2`, twenty digits.
 * Its text is a part of the value.
 *
 * @see HL7 FHIR R4, datatypes, decimal: implementations keep the precision
 */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A number as it was read; `NaN` for what is none. */
export function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return value instanceof ExactNumber ? Number(value.text) : Number.NaN;
}
