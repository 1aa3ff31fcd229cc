import type { Finding } from '../../errors.ts';
import type {
  BuiltDocument,
  DocumentAuthor,
  PdfDocumentInput,
  ProfessionalRole,
  Submission,
  SubmissionOptions,
  Visibility,
  VsmInput,
} from '../../documents/index.ts';
import type { PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { DepositProgress, DepositReceipt } from '../../transport/index.ts';
import type { AccessOptions, CallMeta } from '../call.ts';
import type { ConsentReceipt } from '../consent/model.ts';
import type { DocumentFilters, DocumentList, DocumentScope, DocumentSearch, FetchedDocument } from './search-model.ts';

export type * from './search-model.ts';

/** Options of `documents.deposit`. @group Documents */
export interface DepositOptions extends CallOptions {
  /**
   * The consent box: true only when the patient agreed explicitly. There is no default: ask, and
   * never tick it in advance.
   */
  readonly patientConsent: boolean;
  /** Receipt of kind `document-share`, when the host keeps one. */
  readonly consent?: ConsentReceipt | undefined;
  /**
   * What the documents do not say of the submission that is made of them. `sourceId` is that of the
   * configuration, `host.oidRoot`. Refused beside a submission, which is already made.
   */
  readonly submission?: Omit<SubmissionOptions, 'sourceId' | 'runtime'> | undefined;
  /**
   * Told how far a large deposit is: stages and bytes, nothing of the document. Goes on after the
   * answer, while the outbox sends; what it throws changes nothing.
   */
  readonly onProgress?: ((progress: DepositProgress) => void) | undefined;
}

/** What the client fills in from the patient, the configuration and the descriptor. */
type FilledIn = 'patient' | 'author' | 'patientConsent' | 'consentRequired' | 'environment';

/** What a document that the client builds may say of its author. */
interface AuthorChoice {
  /** @defaultValue the professional and the structure of the configuration */
  readonly author?: DocumentAuthor | undefined;
  /** Function of the professional of the configuration, for example `PCP`, treating doctor. */
  readonly functionCode?: ProfessionalRole['functionCode'];
}

/**
 * A printed document and its deposit in one: what the builder takes, without what the client knows.
 *
 * @group Documents
 */
export type PdfDeposit = Omit<PdfDocumentInput, FilledIn> & AuthorChoice & DepositOptions;

/** The keys of each member of a union that are left out. */
type OmitFromEach<T, K extends string> = T extends unknown ? Omit<T, K> : never;

/**
 * A medical summary and its deposit in one: structured with `content`, unstructured with `pdf`
 * alone.
 *
 * @group Documents
 */
export type VsmDeposit = OmitFromEach<VsmInput, FilledIn> & AuthorChoice & DepositOptions;

/** What a deposit gives back. @group Documents */
export interface DepositResult extends DepositReceipt {
  /** Warnings, for example that the existence of the dossier could not be checked. */
  readonly findings: readonly Finding[];
}

/** How large a deposit would be. @group Documents */
export interface DepositSize {
  /** Of the documents, as they are filed. */
  readonly documentBytes: number;
  /** Largest document that the platform takes. */
  readonly maxDocumentBytes: number;
  /** Of the message that carries them, encoded; `null` without an outbox. */
  readonly messageBytes: number | null;
  /** Largest message that the mail server takes; `null` when it announces none. */
  readonly maxMessageBytes: number | null;
  /** Whether the platform and the mail server take it, as far as their limits are known. */
  readonly fits: boolean;
}

/** What is known of a deposited document. @group Documents */
export interface DepositStatus {
  readonly uniqueId: string;
  /**
   * The state of the receipt, which this call brings up to date from the dossier. Without a
   * receipt: `visible` when the registry lists the document, `null` when nothing is known.
   */
  readonly state: DepositReceipt['state'] | null;
  readonly receipt: DepositReceipt | null;
  /**
   * Whether the registry lists this very document now; `null` when it could not be asked. With
   * several documents in one deposit, the state is `visible` once all are listed.
   */
  readonly isListed: boolean | null;
  /** Warnings, for example that this professional may not read the dossier. */
  readonly findings: readonly Finding[];
}

/** Document operations of a client. @group Documents */
export interface DocumentOperations {
  /**
   * Deposits what a builder made in the patient's dossier: one document, several that go together,
   * or a submission of `createSubmission`. The submission set of a document, its source and its
   * archive are the client's business.
   *
   * @param patient - the patient of the call: a document built for another one never leaves
   *
   * @throws TerrESanteError `TE_IDENTITY_INCOMPLETE`, `TE_IDENTITY_MISMATCH`, `TE_IDENTITY_STATUS`
   *   (the document carries an INS that this identity may not transmit), `TE_CONSENT_REQUIRED`,
   *   `TE_CONFIG_INVALID` (documents, and no `host.oidRoot`), `TE_DOSSIER_ABSENT`,
   *   `TE_DOSSIER_CLOSED`, `TE_TOO_LARGE` before anything is sent; then those of the channel.
   *   `TE_DUPLICATE` is an error only when the registry does not hold these very documents (same
   *   uniqueId, same hash); else the deposit is a success, with a warning that it was there.
   */
  deposit(
    patient: PatientInput,
    what: BuiltDocument | readonly BuiltDocument[] | Submission,
    options: DepositOptions,
  ): Promise<DepositResult>;
  /**
   * Builds a letter or a certificate from its PDF and deposits it. Author and structure are those
   * of the configuration, the default types those of the platform.
   *
   * Without `type` it is what the integration guide of Terr-eSanté deposits as a letter:
   * `CERT_DECL`, certificate or declaration. A letter to a colleague is `96349-6`.
   *
   * @throws TerrESanteError as `deposit` and `buildLetter`; nothing is built before patient and
   *   consent are judged
   * @see Terr-eSanté, integration guide of éO: letters are of type CERT_DECL
   */
  depositLetter(patient: PatientInput, letter: PdfDeposit): Promise<DepositResult>;
  /** Builds a prescription from its PDF and deposits it, as {@link depositLetter} does. */
  depositPrescription(patient: PatientInput, prescription: PdfDeposit): Promise<DepositResult>;
  /**
   * Builds a report from its PDF and deposits it, as {@link depositLetter} does. The default type
   * is the one of the platform, report of a preventive or screening act; a consultation report is
   * `11488-4`.
   */
  depositReport(patient: PatientInput, report: PdfDeposit): Promise<DepositResult>;
  /**
   * Builds a medical summary (VSM) and deposits it, as {@link depositLetter} does: structured from
   * `content`, unstructured from `pdf`.
   */
  depositVsm(patient: PatientInput, summary: VsmDeposit): Promise<DepositResult>;
  /**
   * How large a deposit would be, and whether it would be taken. Asks the mail server once what it
   * takes, and sends nothing; from then on `deposit` refuses a larger message with `TE_TOO_LARGE`
   * before it is stored.
   *
   * @throws TerrESanteError those of `deposit` about patient and documents, and those of the mail
   *   server
   */
  measure(
    patient: PatientInput,
    what: BuiltDocument | readonly BuiltDocument[] | Submission,
    options?: CallOptions & Pick<DepositOptions, 'submission'>,
  ): Promise<DepositSize>;
  /**
   * What became of a document: asks the registry when the platform offers it. What is found there
   * is written in the outbox, so that `te.outbox.status` says the same.
   *
   * @throws TerrESanteError when nothing is known here of the deposit and the dossier may not be
   *   read (`TE_NOT_IN_CIRCLE`, `TE_BLOCKED_BY_PATIENT`, `TE_FORBIDDEN`); with a receipt that is a
   *   finding
   */
  status(patient: PatientInput, uniqueId: string, options?: CallOptions): Promise<DepositStatus>;
  /**
   * All documents of the dossier, once the whole list is there: active ones only, unless asked. A
   * search gives them while they come.
   *
   * @throws TerrESanteError `TE_DOSSIER_ABSENT`, `TE_DOSSIER_CLOSED`, `TE_NOT_IN_CIRCLE`,
   *   `TE_BLOCKED_BY_PATIENT`, `TE_IDENTITY_AMBIGUOUS`, `TE_UNSUPPORTED`, `TE_PROTOCOL` when the
   *   list is not whole or is somebody else's
   */
  list(patient: PatientInput, options?: AccessOptions & DocumentScope): Promise<DocumentList>;
  /**
   * Looks for documents of the dossier and gives each as soon as its page has come. Whatever the
   * platform makes of the filters, each document is judged again here: none is given that does not
   * hold them all. Nothing is asked before the first document is.
   *
   * @param options - `timeoutMs` is the time of each page: who reads may pause
   * @throws TerrESanteError while it is read: those of {@link list}, `TE_INPUT_INVALID`;
   *   `TE_UNSUPPORTED` for a `family` that the descriptor does not tell
   * @see IHE ITI TF-2, section 3.18; IHE ITI MHD 4.2.3, section 2:3.67; GIE SESAM-Vitale, DMP,
   *   requirements EX_3.1-1030, EX_3.1-1040 and EX_3.1-1055, as quoted
   */
  search(patient: PatientInput, filters?: DocumentFilters, options?: AccessOptions): DocumentSearch;
  /**
   * Sets to whom a document is not shown; all three marks are given. Whoever may do that is for the
   * platform to say.
   *
   * @throws TerrESanteError `TE_NOT_FOUND`; `TE_CONFLICT` when somebody else changed it meanwhile;
   *   `TE_CONFIG_INVALID` without `host.oidRoot`; `TE_UNSUPPORTED`; `details.unknownOutcome` of
   *   others says whether it may be done all the same
   */
  setVisibility(
    patient: PatientInput,
    uniqueId: string,
    visibility: Visibility,
    options?: CallOptions,
  ): Promise<{ readonly meta: CallMeta }>;
  /**
   * Bytes of one document, their size and hash verified. Nothing is kept.
   *
   * @throws TerrESanteError `TE_NOT_FOUND`, `TE_TOO_LARGE`, `TE_PROTOCOL` (other bytes than those
   *   that are announced), and those of {@link list}
   */
  fetch(patient: PatientInput, uniqueId: string, options?: AccessOptions): Promise<FetchedDocument>;
}
