import type { PatientInput } from '../../identity/index.ts';

/** What a patient can agree to. @group Consent */
export type ConsentKind = 'dossier-creation' | 'join-circle' | 'document-share' | 'support-request';

/** A consent as the professional collected it. Never inferred by the SDK. @group Consent */
export interface ConsentInput {
  readonly kinds: readonly ConsentKind[];
  readonly givenBy: 'patient' | 'legal-representative';
  /** Who the representative is; required when `givenBy` is `legal-representative`. Never log. */
  readonly representative?: { readonly name: string; readonly relation: string } | undefined;
  readonly mode: 'oral' | 'written' | 'electronic';
  /** ISO 8601 with offset. */
  readonly collectedAt: string;
}

/**
 * Proof, kept by the host, that a consent was collected for one patient. Holds no trait: the
 * patient is named by a digest of the local identifier.
 *
 * @group Consent
 */
export interface ConsentReceipt {
  readonly id: string;
  readonly kinds: readonly ConsentKind[];
  readonly givenBy: 'patient' | 'legal-representative';
  readonly mode: 'oral' | 'written' | 'electronic';
  /** ISO 8601, UTC. */
  readonly collectedAt: string;
  /** National identifier of the professional who collected it. */
  readonly collectedBy: string;
  /** SHA-256 of the local identifier and the receipt's id, hexadecimal. */
  readonly subject: string;
  /** SHA-256 of all of the above, hexadecimal: a changed receipt is refused. */
  readonly hash: string;
}

/** Consent operations of a client. Local: nothing is sent. @group Consent */
export interface ConsentOperations {
  /**
   * Makes the receipt of a consent that the professional has just collected. The host keeps it.
   *
   * @throws TerrESanteError `TE_INPUT_INVALID`, `TE_DATE_INVALID`
   */
  record(patient: PatientInput, input: ConsentInput): ConsentReceipt;
}
