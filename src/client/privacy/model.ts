import type { DepositReceipt, EraseOptions, ErasedDeposits } from '../../transport/index.ts';
import type { PatientInput } from '../../identity/index.ts';
import type { AuditEvent } from '../audit/model.ts';
import type { ConsentKind } from '../consent/model.ts';

/** What the library keeps of one patient, on behalf of this professional. @group Client */
export interface PatientExport {
  /** `null` when the client has no outbox. */
  readonly deposits: readonly DepositReceipt[] | null;
  /** Accesses to the dossier; `null` when the journal of the host is not read here. */
  readonly accesses: readonly AuditEvent[] | null;
  /** Up to when the new documents were seen, ISO 8601 UTC; `null` when that is not kept. */
  readonly cutOff: string | null;
  /** When each consent was withdrawn, ISO 8601 UTC. */
  readonly withdrawals: readonly { readonly kind: ConsentKind; readonly at: string }[];
}

/** Something that an erasure leaves, and why. @group Client */
export interface KeptData {
  /**
   * `documents`: those that left. `unassigned`: deposits of an earlier version, which do not say
   * whose they are. `cut-off`: the store of the host has no `remove`. `withdrawals` and `audit` are
   * proofs.
   */
  readonly what: 'documents' | 'unassigned' | 'cut-off' | 'withdrawals' | 'audit';
  /** In French, for the answer to the patient. */
  readonly reason: string;
}

/** What an erasure did. @group Client */
export interface PatientErasure {
  /** `null` when the client has no outbox. */
  readonly deposits: ErasedDeposits | null;
  /** Whether a cut-off was kept and is gone. */
  readonly cutOff: boolean;
  readonly kept: readonly KeptData[];
}

/**
 * The rights of a patient over what the library keeps on this machine. Nothing is asked of the
 * platform: its dossier has an operator of its own. Each act is a line of the access journal, with
 * the binding `local`.
 *
 * @group Client
 */
export interface PrivacyOperations {
  /**
   * Gives what is kept of a patient.
   *
   * @throws TerrESanteError `TE_INPUT_INVALID` without a local identifier, `TE_OUTBOX`, `TE_AUDIT`,
   *   `TE_CLOSED`
   *
   * @see Règlement (UE) 2016/679, article 15
   */
  export(patient: Pick<PatientInput, 'localId' | 'ins' | 'insHistory'>): Promise<PatientExport>;
  /**
   * Removes what is kept of a patient, and tells what stays. After an error or a crash the same
   * call ends what was begun.
   *
   * @throws TerrESanteError `TE_CONFLICT` while a deposit waits to be sent (nothing was removed) or
   *   is being sent (`retryable`), `TE_UNSUPPORTED` over a store that cannot remove, those of
   *   `export`
   *
   * @see Règlement (UE) 2016/679, article 17, and 17.3 for what stays
   */
  erase(patient: Pick<PatientInput, 'localId' | 'ins' | 'insHistory'>, options?: EraseOptions): Promise<PatientErasure>;
}
