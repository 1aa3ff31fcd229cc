import type { PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { CareCircleMember, CareCircleRecord } from '../../transport/index.ts';
import type { CallMeta } from '../call.ts';
import type { ConsentReceipt } from '../consent/model.ts';

/**
 * The care circle of a patient, as it was when it was asked for. The patient may change it at any
 * time: show it, do not keep it.
 *
 * @group Care circle
 */
export interface CareCircle extends Pick<CareCircleRecord, 'id' | 'version' | 'blocked'> {
  /** Those who belong to it now. */
  readonly members: readonly CareCircleMember[];
  /** Those who left; who came back is among the members too. */
  readonly former: readonly CareCircleMember[];
  readonly meta: CallMeta;
}

/** Options of `careCircle.join`. @group Care circle */
export interface CareCircleJoinOptions extends CallOptions {
  /** A receipt of kind `join-circle`. */
  readonly consent: ConsentReceipt;
  /** Role of the professional in the care circle (TRE_R259, for example `PCP`). */
  readonly role: string;
}

/** Care circle operations of a client. @group Care circle */
export interface CareCircleOperations {
  /**
   * Who takes part in the care of the patient, and whom the patient blocked.
   *
   * @throws TerrESanteError `TE_CONFIG_INVALID`, `TE_UNSUPPORTED`, `TE_IDENTITY_*`, `TE_AUTHN_*`,
   *   `TE_DOSSIER_ABSENT`, `TE_NOT_IN_CIRCLE`, `TE_BLOCKED_BY_PATIENT`, `TE_PROTOCOL`
   */
  get(patient: PatientInput, options?: CallOptions): Promise<CareCircle>;
  /**
   * The professional joins, with the consent of the patient. To join twice is a success.
   *
   * @throws TerrESanteError `TE_CONSENT_REQUIRED`, `TE_CONSENT_REFUSED`, `TE_INPUT_INVALID` and
   *   those of `get`
   * @see Code de la santé publique, L.1110-12 and L.1110-4
   */
  join(patient: PatientInput, options: CareCircleJoinOptions): Promise<CareCircle>;
  /**
   * The professional leaves. To leave twice is a success.
   *
   * @throws TerrESanteError those of `get`
   */
  leave(patient: PatientInput, options?: CallOptions): Promise<CareCircle>;
}
