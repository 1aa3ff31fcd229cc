import type { PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { CareCircleAddition, CareCircleMember, CareCircleRecord, FollowedCircle } from '../../transport/index.ts';
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

/**
 * Somebody to add: one whom the platform names in a circle already, or one with identifier, name
 * and means of contact.
 *
 * @group Care circle
 */
export interface CareCircleNewMember extends Pick<CareCircleMember, 'kind'> {
  /** `reference` of a member, in this circle or another one. */
  readonly reference?: string | undefined;
  /** National identifier of a professional first. */
  readonly ids?: CareCircleAddition['ids'] | undefined;
  /** Of a person; the name of a structure. */
  readonly familyName?: string | undefined;
  readonly givenName?: string | undefined;
  /** TRE_R259, for example `PCP`; TRE_R260 for a relative, for example `ECON`. */
  readonly role?: string | undefined;
  readonly contacts?: CareCircleMember['contacts'] | undefined;
}

/** Options of `careCircle.addMember`. @group Care circle */
export interface CareCircleAddOptions extends CallOptions {
  /** A receipt of kind `join-circle`: the patient agrees to this member. */
  readonly consent: ConsentReceipt;
  readonly member: CareCircleNewMember;
}

/** The circles to which the professional belongs. @group Care circle */
export interface CareCircleList {
  readonly circles: readonly FollowedCircle[];
  readonly meta: CallMeta;
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
  /**
   * The circles to which the professional belongs now: identifiers, no name.
   *
   * @throws TerrESanteError `TE_CONFIG_INVALID`, `TE_UNSUPPORTED`, `TE_AUTHN_*`, `TE_PROTOCOL`
   */
  listMine(options?: CallOptions): Promise<CareCircleList>;
  /**
   * The professional adds somebody, with the consent of the patient. Who is in already is no error.
   * A kind of member that the wire has no word for is `TE_UNSUPPORTED` before anything is sent.
   *
   * @throws TerrESanteError those of `join`, `TE_CONFLICT` when others keep changing the circle
   */
  addMember(patient: PatientInput, options: CareCircleAddOptions): Promise<CareCircle>;
  /**
   * A member leaves at the wish of the patient: the period ends, nothing is deleted.
   *
   * @param member - `reference` of the member
   * @throws TerrESanteError those of `get`, `TE_CONFLICT`
   */
  removeMember(patient: PatientInput, member: string, options?: CallOptions): Promise<CareCircle>;
}
