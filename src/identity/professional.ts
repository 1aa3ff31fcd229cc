/**
 * A health professional as the header of a document and an assertion name them.
 *
 * @group Professionals
 */
export interface Professional {
  /** National identifier: type digit and number, for example `8` + RPPS (twelve digits). */
  readonly nationalId: string;
  /** Exercise name. */
  readonly familyName: string;
  readonly givenName?: string | undefined;
  /** Code of the national table of civilities. */
  readonly civility?: 'M' | 'MME' | undefined;
  /** Code of the national table of exercise titles. */
  readonly title?: 'DR' | 'PR' | 'MC' | 'MG' | 'PC' | 'PG' | undefined;
  /** TRE_G15, for example `10` for a physician. */
  readonly professionCode: string;
  /** TRE_R01, for example `SM54`; required for physicians and pharmacists. */
  readonly specialtyCode?: string | undefined;
}

/** The structure a professional works in. @group Professionals */
export interface Structure {
  /** Structure identifier: type digit and number, for example `1` + FINESS. */
  readonly nationalId: string;
  readonly name: string;
  /** TRE_R02, for example `SA07`. */
  readonly activitySector: string;
  /** JDV_J04, for example `AMBULATOIRE`. */
  readonly practiceSetting: string;
}
