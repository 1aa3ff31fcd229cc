import type { Answered, BindingCall, BoundPatient } from './call.ts';

/** A code, as the platform gives it. @group Bindings */
export interface MeasureCode {
  /** `null`: the platform does not say of what table. */
  readonly system: string | null;
  readonly code: string;
}

/**
 * A value, as it was sent: nothing is converted, rounded or interpreted. `digits` is what to show.
 *
 * @group Bindings
 */
export type MeasureValue =
  | {
      readonly kind: 'quantity';
      readonly value: number;
      /** The number as it was written: `70.10` is more precise than `70.1`. */
      readonly digits: string;
      /** `<`, `<=`, `>=` or `>`: the value itself was not measured; `null`: it was. */
      readonly comparator: string | null;
      /** Words for the unit; `null` when it has none. */
      readonly unit: string | null;
      /** Code of the unit, in UCUM where `system` says so; `null` when it has none. */
      readonly code: MeasureCode | null;
    }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly codes: readonly MeasureCode[]; readonly text: string | null }
  /** Something that this library does not read: a range, a ratio, samples. */
  | { readonly kind: 'other' };

/** One of the values of a measure, such as the systolic pressure. @group Bindings */
export interface MeasureComponent {
  readonly codes: readonly MeasureCode[];
  readonly label: string | null;
  /** `null`: it has none, never 0. */
  readonly value: MeasureValue | null;
  /** Why there is no value; `null` when that is not told. */
  readonly absentReason: string | null;
}

/** A measure of a patient. @group Bindings */
export interface MeasureRecord extends MeasureComponent {
  readonly id: string;
  /** As the platform says: `final`, `preliminary`, `amended`, `entered-in-error` and others. */
  readonly status: string;
  /** When it was measured: ISO 8601 UTC, or the day, month or year that it is. */
  readonly measuredAt: string | null;
  /** When a measure that took a while ended. */
  readonly measuredUntil: string | null;
  readonly components: readonly MeasureComponent[];
  /** Never log. */
  readonly comments: readonly string[];
}

/** Which measures are asked for. @group Bindings */
export interface MeasureQuery {
  /** LOINC codes; empty: every vital sign. */
  readonly codes: readonly string[];
  /** Measured from this instant on (inclusive), ISO 8601 UTC. */
  readonly from: string | null;
  /** Measured up to this instant (inclusive), ISO 8601 UTC. */
  readonly until: string | null;
  /** Those that were cancelled, or entered in error, too. */
  readonly includeErrors: boolean;
}

/** Some measures of a list. @group Bindings */
export interface MeasurePage {
  readonly measures: readonly MeasureRecord[];
  /** What cannot be read, or may mean its contrary. */
  readonly unread: number;
  readonly isLast: boolean;
  /** Of the last page, `false`: the platform announces more than it gave. */
  readonly isComplete: boolean;
}

/** A list that is read page after page, each an exchange of its own. @group Bindings */
export interface MeasurePages {
  next(call: BindingCall): Promise<Answered<MeasurePage>>;
}

/** Measures of a patient, read only. @group Bindings */
export interface MeasuresBinding {
  /** Asks for nothing yet. */
  list(patient: BoundPatient, query: MeasureQuery): MeasurePages;
}
