import type { TerrESanteError } from '../../errors.ts';
import type { CompletenessReport, LocalIdentifier, PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { DossierRecord, Membership } from '../../transport/index.ts';
import type { AccessOptions, CallMeta, Purpose } from '../call.ts';
import type { ConsentReceipt } from '../consent/model.ts';

/** State of the patient's dossier: one answer drives the three icons of the host. @group Dossier */
export interface DossierStatus {
  /**
   * `incomplete`: the software lacks traits, nothing was asked of the platform. `unknown`: the
   * platform may not say.
   */
  readonly state: 'exists' | 'absent' | 'incomplete' | 'ambiguous' | 'closed' | 'unknown';
  readonly regionalId: LocalIdentifier | null;
  readonly sharing: 'shared' | 'not-shared' | null;
  readonly membership: Membership;
  readonly isTreatingPhysician: boolean | null;
  /** ISO 8601, UTC. */
  readonly dates: DossierRecord['dates'];
  readonly completeness: CompletenessReport;
  /** True in an emergency access, to be shown to the user for its whole duration. */
  readonly banner: boolean;
  readonly meta: CallMeta;
}

/** Options of `dossier.status`. @group Dossier */
export interface DossierStatusOptions extends AccessOptions {
  /**
   * Ask the platform even when this session knows that the dossier exists.
   *
   * @defaultValue `false`
   */
  readonly refresh?: boolean | undefined;
}

/** Options of `dossier.statuses`. @group Dossier */
export interface DossierStatusesOptions extends Omit<DossierStatusOptions, 'purpose' | 'reason'> {
  /** A whole list is no emergency. @defaultValue `'normal'` */
  readonly purpose?: Exclude<Purpose, 'emergency'> | undefined;
  /** Questions at a time, 1 to 32. @defaultValue `4` */
  readonly concurrency?: number | undefined;
}

/** One answer of `dossier.statuses`: a state, or the error of this patient. @group Dossier */
export interface PatientDossierStatus {
  /** Place of the patient in the list that was given. */
  readonly index: number;
  readonly patient: PatientInput;
  readonly status: DossierStatus | null;
  readonly error: TerrESanteError | null;
}

/** Options of `dossier.create`. @group Dossier */
export interface DossierCreateOptions extends CallOptions {
  /** A receipt of kind `dossier-creation`, and `join-circle` to join. */
  readonly consent: ConsentReceipt;
  /** @defaultValue `'shared'` */
  readonly sharing?: 'shared' | 'not-shared' | undefined;
  /**
   * Role of the professional in the care circle (TRE_R259, for example `PCP`); `null` creates
   * without joining. Later, `careCircle.join` does the same: who joins a dossier joins its circle.
   *
   * @defaultValue `null`
   */
  readonly joinAs?: string | null | undefined;
  /** `return`: an existing dossier is a success. @defaultValue `'error'` */
  readonly ifExists?: 'error' | 'return' | undefined;
}

/** Result of `dossier.create`. @group Dossier */
export interface DossierCreated {
  readonly regionalId: LocalIdentifier | null;
  readonly dossierId: string | null;
  readonly careTeamId: string | null;
  /** False when the dossier existed and `ifExists` is `return`. */
  readonly created: boolean;
  readonly consent: ConsentReceipt;
  readonly meta: CallMeta;
}

/** Dossier operations of a client. @group Dossier */
export interface DossierOperations {
  /**
   * Whether the patient has a dossier. Local and silent when traits are missing.
   *
   * @throws TerrESanteError `TE_CONFIG_INVALID`, `TE_INPUT_INVALID` (an emergency without its
   *   reason), `TE_UNSUPPORTED`, `TE_IDENTITY_PROVISIONAL`,
   *   `TE_IDENTITY_MISMATCH`, `TE_AUTHN_*`, `TE_UNAVAILABLE`, `TE_TIMEOUT`, `TE_PROTOCOL`
   */
  status(patient: PatientInput, options?: DossierStatusOptions): Promise<DossierStatus>;
  /**
   * The states of the dossiers of a day's list, each as soon as it is known, in any order. The
   * failure of one patient is in its answer and stops nobody else; what concerns who asks (card,
   * code, configuration) ends the list. Leaving the loop ends the questions in progress.
   *
   * @param patients - those of one day at most: `limits.maxStatuses` of the descriptor
   * @throws TerrESanteError `TE_INPUT_INVALID`, `TE_CONFIG_INVALID`, `TE_CANCELLED`, `TE_CLOSED`,
   *   those of the card
   */
  statuses(
    patients: readonly PatientInput[],
    options?: DossierStatusesOptions,
  ): AsyncGenerator<PatientDossierStatus, void, undefined>;
  /**
   * Creates the dossier, with the patient's consent. After a lost answer, ask `status` before
   * trying again.
   *
   * @throws TerrESanteError `TE_IDENTITY_INCOMPLETE`, `TE_CONSENT_REQUIRED`, `TE_DOSSIER_EXISTS`,
   *   `TE_DOSSIER_CLOSED`, `TE_FORBIDDEN` and those of `status`
   */
  create(patient: PatientInput, options: DossierCreateOptions): Promise<DossierCreated>;
}
