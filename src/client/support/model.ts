import type { PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type {
  SupportDetail,
  SupportPage,
  SupportReason,
  SupportState,
  SupportUrgency,
  SupportVersion,
  WrittenSupportRequest,
} from '../../transport/index.ts';
import type { CallMeta } from '../call.ts';
import type { ConsentReceipt } from '../consent/model.ts';

/**
 * A structure that the professional chose: what `createSupportDirectory` found is one. Nothing is
 * chosen here.
 *
 * @group Support
 */
export interface ChosenStructure {
  readonly name: string;
  /** What names it: by its FINESS number, or its national identifier. */
  readonly site: { readonly finess?: string | null; readonly structureId?: string | null } | null;
  /** `false`: it takes nothing now. @defaultValue not known */
  readonly isOpen?: boolean | undefined;
}

/** A request for support to make. @group Support */
export interface SupportRequestInput {
  readonly structure: ChosenStructure;
  /** What is asked for, in one sentence. Plain text, never HTML. */
  readonly need: string;
  /** Why: words, and their codes where there are. @defaultValue none */
  readonly reasons?: readonly (Pick<SupportReason, 'text'> & Partial<SupportReason>)[] | undefined;
  /** @defaultValue the request does not tell */
  readonly urgency?: SupportUrgency | undefined;
  /** uniqueIds of documents of the dossier that go with it. @defaultValue none */
  readonly documents?: readonly string[] | undefined;
  /** MSSanté address for the answer. @defaultValue that of the user in the configuration */
  readonly replyTo?: string | undefined;
  /**
   * Of the patient, to `support-request`: required with a patient, refused without.
   *
   * @defaultValue none
   */
  readonly consent?: ConsentReceipt | undefined;
  /**
   * A UUID that your software keeps with its draft: the same request sent again under the same UUID
   * is not made twice.
   *
   * @defaultValue a new one: a request whose outcome is unknown cannot be sent again safely
   */
  readonly uniqueId?: string | undefined;
}

/** A request that was made, or withdrawn. @group Support */
export interface SupportWritten extends WrittenSupportRequest {
  readonly meta: CallMeta;
}

/** A request, and what it went through. @group Support */
export interface SupportRequest extends SupportDetail {
  readonly meta: CallMeta;
}

/** Some requests, in the order of the platform. @group Support */
export interface SupportList extends SupportPage {
  readonly meta: CallMeta;
}

/** Options of `support.list`. @group Support */
export interface SupportListOptions extends CallOptions {
  /** @defaultValue every state */
  readonly states?: readonly SupportState[] | undefined;
  /** Moved from this instant on (inclusive), ISO 8601 with offset. @defaultValue whenever */
  readonly updatedSince?: string | undefined;
}

/** Options of `support.cancel`. @group Support */
export interface SupportCancelOptions extends CallOptions {
  /** In one sentence, for the structure. @defaultValue without a reason */
  readonly reason?: string | undefined;
}

/**
 * Requests for support to a coordination structure (DAC and others). No published guide covers
 * them, and that Terr-eSanté takes them is an assumption, which the descriptor makes by binding
 * `support`; without it: `TE_UNSUPPORTED`, before any connection.
 *
 * @experimental
 * @see HL7 FHIR R4, ServiceRequest and Task
 * @group Support
 */
export interface SupportOperations {
  /**
   * Asks a structure for support, as the professional of the configuration.
   *
   * @param patient - `null` for a request for information, which names nobody: it has neither
   *   consent, nor documents, nor reasons
   * @throws TerrESanteError `TE_CONFIG_INVALID`, `TE_UNSUPPORTED`, `TE_INPUT_INVALID`,
   *   `TE_IDENTITY_*`, `TE_CONSENT_REQUIRED`, `TE_CONSENT_REFUSED`, `TE_RECIPIENT_UNKNOWN` (the
   *   platform carries nothing to this structure), `TE_NOT_FOUND` (a document that is not in the
   *   dossier), `TE_DOSSIER_ABSENT`, `TE_NOT_IN_CIRCLE`, `TE_AUTHN_*`, `TE_FORBIDDEN`,
   *   `TE_DUPLICATE` (another request has this UUID), `TE_CONFLICT`, `TE_VALIDATION`,
   *   `TE_PROTOCOL`, `TE_UNAVAILABLE`, `TE_TIMEOUT`, `TE_AUDIT`; with `details.unknownOutcome` the
   *   platform may hold it: send it again under the same `uniqueId`
   */
  request(patient: PatientInput | null, request: SupportRequestInput, options?: CallOptions): Promise<SupportWritten>;
  /**
   * The requests about a patient, or those that the professional made, whoever they are for: page
   * after page, each an exchange of its own.
   *
   * @param patient - `null`: those that the professional made
   * @throws TerrESanteError as `request`, those of its input left out
   */
  list(patient: PatientInput | null, options?: SupportListOptions): AsyncGenerator<SupportList, void, undefined>;
  /**
   * Where a request is, and what it went through: a refusal comes with its reason.
   *
   * @param patient - `null` for a request for information
   * @throws TerrESanteError `TE_NOT_FOUND` and those of `list`
   */
  get(patient: PatientInput | null, id: string, options?: CallOptions): Promise<SupportRequest>;
  /**
   * Withdraws one's own request, over the version that was read, while nobody has begun. To
   * withdraw what is withdrawn is a success.
   *
   * @param request - `id` and `version` of the request as it was shown
   * @throws TerrESanteError `TE_CONFLICT` (it moved since, or has begun: show it again),
   *   `TE_FORBIDDEN` (somebody else made it), `TE_NOT_FOUND` and those of `list`
   */
  cancel(
    patient: PatientInput | null,
    request: SupportVersion,
    options?: SupportCancelOptions,
  ): Promise<SupportWritten>;
}
