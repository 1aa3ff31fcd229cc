import type { Submission, Visibility } from '../../documents/index.ts';
import { isTerrESanteError, type TerrESanteErrorCode } from '../../errors.ts';
import type { PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { needed, optionsOf, recordOf, textOf, type Checks } from '../../internal/border.ts';
import { finding } from '../../internal/finding.ts';
import { callChecks, flag, record } from '../../internal/option-checks.ts';
import type { BoundPatient, DepositChannel, DepositReceipt, DocumentRecord, Outbox } from '../../transport/index.ts';
import type { AccessOptions, CallMeta } from '../call.ts';
import type { PlatformContext } from '../policy/context.ts';
import { clientRules } from '../rules.ts';
import type { MessageSize } from '../outbox/outbox.ts';
import { Deposits, type OpenChannel } from './deposits.ts';
import { readFilters, scopeChecks } from './filters.ts';
import { requireSubmissionOf } from './gates.ts';
import type {
  DepositOptions,
  DepositResult,
  DepositSize,
  DepositStatus,
  DocumentOperations,
  PdfDeposit,
  VsmDeposit,
} from './model.ts';
import { accessChecks, groundOf, normalAccess } from '../policy/purpose.ts';
import { everything, holds, Registry, type Access, type DepositedDocument } from './registry.ts';
import type { OpenedSearch } from './search.ts';
import type { DocumentFilters, DocumentList, DocumentScope, FetchedDocument } from './search-model.ts';
import { SentDeposits } from './sent.ts';
import { submissionOf, type Depositable } from './submission-of.ts';

type ListDocumentsOptions = AccessOptions & DocumentScope;

/** A channel that remembers, as an outbox does. */
type TrackingChannel = DepositChannel & Partial<Pick<Outbox, 'status' | 'markVisible'>>;

/** The message of a submission, measured; `null` when no outbox carries it. */
type Measure = (submission: Submission, options: CallOptions) => Promise<MessageSize | null>;

/** The dossier is there, and not for the eyes of this professional. */
const notReadable: ReadonlySet<TerrESanteErrorCode> = new Set([
  'TE_NOT_IN_CIRCLE',
  'TE_BLOCKED_BY_PATIENT',
  'TE_FORBIDDEN',
]);

const measureChecks: Checks<CallOptions & Pick<DepositOptions, 'submission'>> = { ...callChecks, submission: record };

const visibilityChecks: Checks<Visibility> = {
  hiddenFromPatient: needed(flag),
  hiddenFromProfessionals: needed(flag),
  hiddenFromLegalRepresentatives: needed(flag),
};

const listChecks: Checks<ListDocumentsOptions> = { ...accessChecks, ...scopeChecks };

/** The document operations of a client, whose search is opened before it is read. */
export interface OwnDocumentOperations extends Omit<DocumentOperations, 'search'> {
  openSearch(...asked: Parameters<DocumentOperations['search']>): Promise<OpenedSearch>;
}

/** The document operations of a client. */
export function createDocumentOperations(
  context: PlatformContext,
  channel: OpenChannel,
  measure: Measure,
): OwnDocumentOperations {
  return new Documents(context, channel, measure);
}

class Documents implements OwnDocumentOperations {
  readonly #context: PlatformContext;
  readonly #channel: OpenChannel;
  readonly #measure: Measure;
  readonly #registry: Registry;
  readonly #sent = new SentDeposits();
  readonly #deposits: Deposits;

  constructor(context: PlatformContext, channel: OpenChannel, measure: Measure) {
    this.#context = context;
    this.#channel = channel;
    this.#measure = measure;
    this.#registry = new Registry(context);
    this.#deposits = new Deposits(context, channel, this.#registry, this.#sent);
  }

  deposit(patient: PatientInput, what: Depositable, options: DepositOptions): Promise<DepositResult> {
    return this.#deposits.deposit(patient, what, options);
  }

  depositLetter(patient: PatientInput, letter: PdfDeposit): Promise<DepositResult> {
    return this.#deposits.build('letter', patient, letter);
  }

  depositPrescription(patient: PatientInput, prescription: PdfDeposit): Promise<DepositResult> {
    return this.#deposits.build('prescription', patient, prescription);
  }

  depositReport(patient: PatientInput, report: PdfDeposit): Promise<DepositResult> {
    return this.#deposits.build('report', patient, report);
  }

  depositVsm(patient: PatientInput, summary: VsmDeposit): Promise<DepositResult> {
    return this.#deposits.build('vsm', patient, summary);
  }

  async measure(
    patient: PatientInput,
    what: Depositable,
    options?: CallOptions & Pick<DepositOptions, 'submission'>,
  ): Promise<DepositSize> {
    this.#context.requireReady();
    const { submission: choices, ...call } = optionsOf('options', options, measureChecks);
    const bound = this.#boundOf(patient);
    const submission = await submissionOf(this.#context, what, choices);
    requireSubmissionOf(bound, submission);

    const message = await this.#measure(submission, call);
    const sizes = submission.documents.map(({ document }) => document.content.byteLength);
    const maxDocumentBytes = this.#context.descriptor.limits.maxDocumentBytes.value;
    const { messageBytes = null, maxMessageBytes = null } = message ?? {};
    return {
      documentBytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
      maxDocumentBytes,
      messageBytes,
      maxMessageBytes,
      fits:
        sizes.every((bytes) => bytes <= maxDocumentBytes) &&
        (messageBytes === null || maxMessageBytes === null || messageBytes <= maxMessageBytes),
    };
  }

  async status(patient: PatientInput, uniqueId: string, options?: CallOptions): Promise<DepositStatus> {
    this.#context.requireReady();
    const call = optionsOf('options', options, callChecks);
    const bound = this.#boundOf(patient);
    const id = textOf('uniqueId', uniqueId);

    const channel: TrackingChannel | undefined = await this.#channel();
    const receipt = channel?.status ? await channel.status(id) : this.#sent.receiptOf(id);
    const stated = { uniqueId: id, state: receipt?.state ?? null, receipt, isListed: null, findings: [] };
    if (!this.#registry.isOffered) return stated;

    const records = await this.#recordsOf(bound, call, receipt);
    if (records === null) {
      return { ...stated, findings: [finding(clientRules, 'DOSSIER-NOT-READABLE', { path: 'dossier' })] };
    }

    // Another document of the same uniqueId is not what was deposited.
    const deposited = receipt?.documents ?? this.#sent.documentsOf(id);
    if (!isListed(records, deposited, id)) return { ...stated, isListed: false };

    // The deposit is visible once all of its documents are there, and the outbox says so too.
    const whole = receipt?.uniqueIds.every((member) => isListed(records, deposited, member)) ?? true;
    const seen = whole ? await this.#markVisible(channel, id, receipt) : receipt;
    return { ...stated, state: seen?.state ?? 'visible', receipt: seen, isListed: true };
  }

  async list(patient: PatientInput, options?: ListDocumentsOptions): Promise<DocumentList> {
    this.#context.requireReady();
    const { includeDeprecated, includeArchived, includeHidden, ...given } = optionsOf('options', options, listChecks);
    const access = this.#accessOf(given);
    const scope = { includeDeprecated, includeArchived, includeHidden };
    return this.#registry.list(this.#boundOf(patient), scope, access);
  }

  async openSearch(patient: PatientInput, filters?: DocumentFilters, options?: AccessOptions): Promise<OpenedSearch> {
    this.#context.requireReady();
    const access = this.#accessOf(optionsOf('options', options, accessChecks));
    const { query, accepts } = readFilters(filters, this.#context.descriptor);
    return { accepts, pages: this.#registry.search(this.#boundOf(patient), query, access) };
  }

  async setVisibility(
    patient: PatientInput,
    uniqueId: string,
    visibility: Visibility,
    options?: CallOptions,
  ): Promise<{ readonly meta: CallMeta }> {
    this.#context.requireReady();
    const call = optionsOf('options', options, callChecks);
    const marks = optionsOf('visibility', visibility, visibilityChecks);
    return this.#registry.setVisibility(this.#boundOf(patient), textOf('uniqueId', uniqueId), marks, call);
  }

  async fetch(patient: PatientInput, uniqueId: string, options?: AccessOptions): Promise<FetchedDocument> {
    this.#context.requireReady();
    const access = this.#accessOf(optionsOf('options', options, accessChecks));
    return this.#registry.fetch(this.#boundOf(patient), textOf('uniqueId', uniqueId), access);
  }

  /** An access that is no usual one is one that the platform takes, and says why. */
  #accessOf({ purpose, reason, ...options }: AccessOptions): Access {
    return { ...groundOf(this.#context.descriptor, 'documents.list', { purpose, reason }), options };
  }

  #boundOf(patient: PatientInput): BoundPatient {
    return this.#context.requirePatient(recordOf('patient', patient, 'patient attendu'));
  }

  /**
   * What the registry lists. `null` when this professional may not read the dossier, which does not
   * undo what is known of a deposit of his own.
   */
  async #recordsOf(
    patient: BoundPatient,
    options: CallOptions,
    receipt: DepositReceipt | null,
  ): Promise<readonly DocumentRecord[] | null> {
    try {
      return (await this.#registry.list(patient, everything, { ...normalAccess, options })).documents;
    } catch (error) {
      if (receipt && isTerrESanteError(error) && notReadable.has(error.code)) return null;
      throw error;
    }
  }

  async #markVisible(
    channel: TrackingChannel | undefined,
    uniqueId: string,
    receipt: DepositReceipt | null,
  ): Promise<DepositReceipt | null> {
    if (!receipt) return null;
    return channel?.markVisible ? channel.markVisible(uniqueId) : this.#sent.markVisible(uniqueId);
  }
}

/** By uniqueId, and by hash where the hash of the deposit is known. */
function isListed(
  records: readonly DocumentRecord[],
  deposited: readonly DepositedDocument[],
  uniqueId: string,
): boolean {
  const known = deposited.find((document) => document.uniqueId === uniqueId);
  return known ? holds(records, known) : records.some((record) => record.uniqueId === uniqueId);
}
