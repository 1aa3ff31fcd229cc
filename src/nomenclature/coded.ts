/** A code with its system: always compared by both, never by the code alone. @group Model */
export interface Coded {
  readonly code: string;
  /** OID of the code system (XDS keeps the literals `URN` and `ASTM` for two tables). */
  readonly codeSystem: string;
  readonly displayName: string;
}
