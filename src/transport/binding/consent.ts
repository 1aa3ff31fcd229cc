import type { Answered, BindingCall, BoundPatient } from './call.ts';

/** Consent as it travels with a creation. @group Bindings */
export interface ConsentRecord {
  readonly id: string;
  /** Acts the patient agreed to. */
  readonly kinds: readonly string[];
  readonly givenBy: 'patient' | 'legal-representative';
  readonly mode: 'oral' | 'written' | 'electronic';
  /** ISO 8601, UTC. */
  readonly collectedAt: string;
  /** SHA-256 of the receipt, hexadecimal. */
  readonly hash: string;
}

/** A consent as the platform keeps it. @group Bindings */
export interface StoredConsent {
  readonly id: string;
  /** Acts the patient agreed to. */
  readonly kinds: readonly string[];
  readonly givenBy: 'patient' | 'legal-representative';
  /** `null` when the platform does not tell. */
  readonly mode: 'oral' | 'written' | 'electronic' | null;
  /** ISO 8601, UTC. */
  readonly collectedAt: string;
  readonly status: 'active' | 'withdrawn';
  /** ISO 8601, UTC; `null` while it is active. */
  readonly withdrawnAt: string | null;
}

/** The withdrawal of a consent. @group Bindings */
export interface ConsentWithdrawal {
  readonly id: string;
  readonly kinds: readonly string[];
  /** ISO 8601, UTC. */
  readonly at: string;
  /** In the words of the patient; never log. */
  readonly reason: string | null;
}

/** Consent transactions. @group Bindings */
export interface ConsentBinding {
  list(patient: BoundPatient, call: BindingCall): Promise<Answered<readonly StoredConsent[]>>;
  /** The same withdrawal twice is a success. */
  withdraw(patient: BoundPatient, withdrawal: ConsentWithdrawal, call: BindingCall): Promise<Answered<StoredConsent>>;
}
