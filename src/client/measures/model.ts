import type { PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { MeasurePage } from '../../transport/index.ts';
import type { CallMeta } from '../call.ts';

/** Some measures of a patient, in the order of the platform. @group Measures */
export interface MeasureList extends MeasurePage {
  readonly meta: CallMeta;
}

/** Options of `measures.list`. @group Measures */
export interface MeasureListOptions extends CallOptions {
  /** LOINC codes, such as `29463-7` (body weight). @defaultValue every vital sign */
  readonly codes?: readonly string[] | undefined;
  /** Measured from this instant on (inclusive), ISO 8601 with offset. @defaultValue the first */
  readonly from?: string | undefined;
  /** Measured up to this instant (inclusive), ISO 8601 with offset. @defaultValue the last */
  readonly until?: string | undefined;
  /** Those that were cancelled, or entered in error, too. @defaultValue `false` */
  readonly includeErrors?: boolean | undefined;
}

/**
 * Measures of a patient: weight, blood pressure and other vital signs. They are shown as they were
 * sent: nothing is converted, compared with a threshold or interpreted. That Terr-eSanté gives them
 * is an assumption, which the descriptor makes by binding `measures`; without it:
 * `TE_UNSUPPORTED`, before any connection.
 *
 * @experimental
 * @see ANS, Mesures de santé 3.1.0; HL7 FHIR R4, Observation
 * @group Measures
 */
export interface MeasureOperations {
  /**
   * The measures of a patient, page after page: each page is an exchange of its own, with its own
   * time limit and its own line in the journal. What came before a failure has been given.
   *
   * @throws TerrESanteError `TE_CONFIG_INVALID`, `TE_UNSUPPORTED`, `TE_INPUT_INVALID`,
   *   `TE_IDENTITY_*`, `TE_DOSSIER_ABSENT`, `TE_NOT_IN_CIRCLE`, `TE_AUTHN_*`, `TE_FORBIDDEN`,
   *   `TE_PROTOCOL`, `TE_UNAVAILABLE`, `TE_TIMEOUT`, `TE_AUDIT`
   */
  list(patient: PatientInput, options?: MeasureListOptions): AsyncGenerator<MeasureList, void, undefined>;
}
