/** Why a record holds no identity. */
export type RecordFault =
  'IDENTITY-JSON' | 'IDENTITY-JSON-OBJECT' | 'IDENTITY-RECORD-LENGTH' | 'IDENTITY-CSV-CELLS' | 'IDENTITY-CSV-QUOTE';

/** One record of the input: an object to check, or the rule that it breaks. */
export type InputRecord = { readonly value: unknown } | { readonly fault: RecordFault };
