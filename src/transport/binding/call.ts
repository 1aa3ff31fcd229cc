import type { LocalIdentifier, PatientInput, PatientIns } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';

/**
 * The patient that the caller gave, after the gates: named by the practice, with the INS only when
 * it may leave the software. Never log any field.
 *
 * @group Bindings
 */
export interface BoundPatient extends Pick<PatientInput, 'traits'> {
  readonly localId: LocalIdentifier;
  readonly ins: PatientIns | null;
}

/** The context of every call of a binding. @group Bindings */
export interface BindingCall extends CallOptions {
  /** The signed VIHF, exactly as signed. Carried by the request, never logged. */
  readonly assertion: string;
  /** Names the call in journals on both sides; holds nothing personal. */
  readonly correlationId: string;
}

/** An answer of a binding, with the platform's clock. @group Bindings */
export interface Answered<T> {
  readonly value: T;
  /** The platform's clock (HTTP `Date`), in milliseconds; `null` when it gave none. */
  readonly platformTime: number | null;
}
