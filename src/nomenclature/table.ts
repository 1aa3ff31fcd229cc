interface TableHead {
  /** Published name, for example `JDV_J07-XdsTypeCode-CISIS`. */
  readonly name: string;
  readonly oid: string | null;
  readonly title: string;
  readonly version: string;
  /** Edition: `YYYY-MM-DD`, or less when the source says less. */
  readonly date: string;
  /** Tab-separated lines, parsed at first use. */
  readonly rows: string;
}

/**
 * code, system, display, `x` when inactive, from, until, class, DMP class, in the DMP (y/n),
 * successor, its basis.
 */
export type ConceptTable = TableHead;

/** source code, source system, target code, target system. */
export type MappingTable = TableHead;
