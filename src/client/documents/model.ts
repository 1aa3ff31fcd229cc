import type { Finding } from '../../errors.ts';
import type { Submission } from '../../documents/index.ts';
import type { PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { DepositReceipt, DocumentRecord } from '../../transport/index.ts';
import type { ConsentReceipt } from '../consent/model.ts';

/** Options of `documents.deposit`. @group Documents */
export interface DepositOptions extends CallOptions {
  /**
   * The consent box: true only when the patient agreed explicitly. There is no default: ask, and
   * never tick it in advance.
   */
  readonly patientConsent: boolean;
  /** Receipt of kind `document-share`, when the host keeps one. */
  readonly consent?: ConsentReceipt | undefined;
}

/** What a deposit gives back. @group Documents */
export interface DepositResult extends DepositReceipt {
  /** Warnings, for example that the existence of the dossier could not be checked. */
  readonly findings: readonly Finding[];
}

/** What is known of a deposited document. @group Documents */
export interface DepositStatus {
  readonly uniqueId: string;
  /** `visible` when the registry lists it, `null` when nothing is known. */
  readonly state: DepositReceipt['state'] | null;
  readonly receipt: DepositReceipt | null;
}

/** Document operations of a client. @group Documents */
export interface DocumentOperations {
  /**
   * Deposits one submission in the patient's dossier.
   *
   * @throws TerrESanteError `TE_IDENTITY_INCOMPLETE`, `TE_IDENTITY_MISMATCH`, `TE_IDENTITY_STATUS`
   *   (the document carries an INS that this identity may not transmit), `TE_CONSENT_REQUIRED`,
   *   `TE_DOSSIER_ABSENT`, `TE_DOSSIER_CLOSED`, `TE_TOO_LARGE` before anything is sent; then those
   *   of the channel. `TE_DUPLICATE` is an error only when the registry does not hold these very
   *   documents (same uniqueId, same hash); else the deposit is a success, with a warning that it
   *   was there.
   */
  deposit(patient: PatientInput, submission: Submission, options: DepositOptions): Promise<DepositResult>;
  /** What became of a document: asks the registry when the platform offers it. */
  status(patient: PatientInput, uniqueId: string, options?: CallOptions): Promise<DepositStatus>;
  /** Documents of the dossier: active ones only, unless asked. */
  list(
    patient: PatientInput,
    options?: CallOptions & { readonly includeDeprecated?: boolean | undefined },
  ): Promise<readonly DocumentRecord[]>;
  /** Bytes of one document, their size and hash verified. Nothing is kept. */
  fetch(patient: PatientInput, uniqueId: string, options?: CallOptions): Promise<Uint8Array>;
}
