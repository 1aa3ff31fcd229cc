import type { PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { StoredConsent } from '../../transport/index.ts';
import type { CallMeta } from '../call.ts';

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

/** What the platform knows of the consents of a patient. @group Consent */
export interface ConsentList {
  /** Active and withdrawn ones. Empty: the platform knows none. */
  readonly consents: readonly StoredConsent[];
  readonly meta: CallMeta;
}

/** Options of `consent.withdraw`. @group Consent */
export interface ConsentWithdrawOptions extends CallOptions {
  /** In the words of the patient, 500 characters at most: goes to the platform only. */
  readonly reason?: string | undefined;
}

/** A consent that is withdrawn, here and at the platform. @group Consent */
export interface ConsentWithdrawn {
  readonly consent: StoredConsent;
  readonly meta: CallMeta;
}

/** Consent operations of a client. @group Consent */
export interface ConsentOperations {
  /**
   * Makes the receipt of a consent that the professional has just collected. The host keeps it.
   * Local: nothing is sent.
   *
   * @throws TerrESanteError `TE_INPUT_INVALID`, `TE_DATE_INVALID`
   */
  record(patient: PatientInput, input: ConsentInput): ConsentReceipt;
  /**
   * The consents that the platform keeps of a patient. One that was withdrawn elsewhere, for
   * example by the patient in the portal, closes its acts here too.
   *
   * @throws TerrESanteError `TE_CONFIG_INVALID`, `TE_UNSUPPORTED`, `TE_IDENTITY_*`, `TE_AUTHN_*`,
   *   `TE_DOSSIER_ABSENT`, `TE_NOT_IN_CIRCLE`, `TE_BLOCKED_BY_PATIENT`, `TE_PROTOCOL`
   */
  get(patient: PatientInput, options?: CallOptions): Promise<ConsentList>;
  /**
   * The patient withdraws a consent. The acts it allowed are closed here at once: every receipt
   * collected before is refused with `TE_CONSENT_REFUSED`, and a ticked box alone does not open
   * them again. Then the platform is told; whatever fails in telling it, they stay closed here, and
   * the same call may be made again. To leave the care circle is another act,
   * `careCircle.leave`.
   *
   * @param consent - a receipt of the host, or a consent of `get`
   *
   * @throws TerrESanteError `TE_INPUT_INVALID`; `TE_UNSUPPORTED` when the platform cannot be told:
   *   closed here only; `TE_NOT_FOUND` and those of `get`
   * @see Règlement (UE) 2016/679, article 7.3
   */
  withdraw(
    patient: PatientInput,
    consent: Pick<ConsentReceipt, 'id' | 'kinds'> | StoredConsent,
    options?: ConsentWithdrawOptions,
  ): Promise<ConsentWithdrawn>;
}
