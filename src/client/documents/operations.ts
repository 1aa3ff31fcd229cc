import type { Submission } from '../../documents/index.ts';
import { isTerrESanteError, TerrESanteError, type Finding } from '../../errors.ts';
import type { PatientInput } from '../../identity/index.ts';
import { throwIfAborted, type CallOptions } from '../../internal/abort.ts';
import { finding } from '../../internal/finding.ts';
import type { BoundPatient, DepositChannel, DepositReceipt, DocumentRecord, Outbox } from '../../transport/index.ts';
import { newReceipt } from '../../transport/receipt/new-receipt.ts';
import { requireConsentToShare } from '../consent/gate.ts';
import { requireDossier } from '../dossier/status.ts';
import type { PlatformContext } from '../policy/context.ts';
import { clientRules } from '../rules.ts';
import { requireMadeSubmission, requireSize, requireSound, requireSubmissionOf } from './gates.ts';
import type { DepositOptions, DepositResult, DepositStatus, DocumentOperations } from './model.ts';
import { documentsOf, holds, Registry, type DepositedDocument } from './registry.ts';
import { SentDeposits } from './sent.ts';

/** A channel that remembers, as an outbox does. */
type TrackingChannel = DepositChannel & Partial<Pick<Outbox, 'status' | 'markVisible'>>;

type OpenChannel = () => Promise<DepositChannel | undefined>;

/** The document operations of a client. */
export function createDocumentOperations(context: PlatformContext, channel: OpenChannel): DocumentOperations {
  return new Documents(context, channel);
}

class Documents implements DocumentOperations {
  readonly #context: PlatformContext;
  readonly #channel: OpenChannel;
  readonly #registry: Registry;
  readonly #sent = new SentDeposits();

  constructor(context: PlatformContext, channel: OpenChannel) {
    this.#context = context;
    this.#channel = channel;
    this.#registry = new Registry(context);
  }

  async deposit(patient: PatientInput, submission: Submission, options: DepositOptions): Promise<DepositResult> {
    const { descriptor, runtime } = this.#context;
    // Options left out mean a box that is not ticked.
    const { patientConsent = false, consent, ...callOptions } = (options as Partial<DepositOptions> | undefined) ?? {};

    // What this machine can judge, before anything is opened.
    this.#context.requireReady();
    throwIfAborted(callOptions.signal);
    const bound = this.#context.requirePatient(patient);
    requireMadeSubmission(submission);
    requireSubmissionOf(bound, submission);
    requireConsentToShare(
      { box: patientConsent, receipt: consent },
      descriptor.documents.consentRequired.value,
      bound.localId,
      runtime.clock.now(),
    );
    requireSize(submission, descriptor.limits.maxDocumentBytes.value);

    // What the platform would refuse, before anything leaves.
    const channel = await this.#requireChannel();
    const warnings = [...(await requireSound(this.#context, submission))];
    if (this.#context.isBound('dossier.status')) await requireDossier(this.#context, bound, callOptions);
    else warnings.push(finding(clientRules, 'DOSSIER-NOT-CHECKED', { path: 'dossier' }));

    const receipt = await this.#send(channel, bound, submission, callOptions, warnings);
    this.#sent.remember(receipt, documentsOf(submission));
    return { ...receipt, findings: warnings };
  }

  async status(patient: PatientInput, uniqueId: string, options: CallOptions = {}): Promise<DepositStatus> {
    this.#context.requireReady();
    const bound = this.#context.requirePatient(patient);

    const channel: TrackingChannel | undefined = await this.#channel();
    const receipt = channel?.status ? await channel.status(uniqueId) : this.#sent.receiptOf(uniqueId);
    const stated: DepositStatus = { uniqueId, state: receipt?.state ?? null, receipt };
    if (!this.#registry.isOffered) return stated;

    // Another document of the same uniqueId is not what was deposited.
    const records = await this.#registry.list(bound, true, options);
    const deposited = receipt?.documents ?? this.#sent.documentsOf(uniqueId);
    if (!isListed(records, deposited, uniqueId)) return stated;

    // The outbox closes the deposit once all of its documents are there.
    const whole = receipt?.uniqueIds.every((id) => isListed(records, deposited, id)) === true;
    const seen = whole && channel?.markVisible ? await channel.markVisible(uniqueId) : receipt;
    return { uniqueId, state: 'visible', receipt: seen };
  }

  async list(
    patient: PatientInput,
    options: CallOptions & { readonly includeDeprecated?: boolean | undefined } = {},
  ): Promise<readonly DocumentRecord[]> {
    const { includeDeprecated = false, ...callOptions } = options;
    this.#context.requireReady();
    return this.#registry.list(this.#context.requirePatient(patient), includeDeprecated, callOptions);
  }

  async fetch(patient: PatientInput, uniqueId: string, options: CallOptions = {}): Promise<Uint8Array> {
    this.#context.requireReady();
    return this.#registry.fetch(this.#context.requirePatient(patient), uniqueId, options);
  }

  async #requireChannel(): Promise<DepositChannel> {
    const channel = this.#context.descriptor.bindings['documents.deposit'] ? await this.#channel() : undefined;
    if (channel) return channel;
    throw new TerrESanteError('TE_UNSUPPORTED', "Aucun canal de dépôt n'est configuré.", {
      details: { operation: 'documents.deposit' },
    });
  }

  /** Gives the submission to the channel; a duplicate of the very same bytes is a success. */
  async #send(
    channel: DepositChannel,
    patient: BoundPatient,
    submission: Submission,
    options: CallOptions,
    warnings: Finding[],
  ): Promise<DepositReceipt> {
    try {
      return await channel.deposit(submission, options);
    } catch (error) {
      if (!isTerrESanteError(error) || error.code !== 'TE_DUPLICATE') throw error;

      // Another document may bear the same uniqueId: only the very same one is a success.
      const filed = await this.#filedBefore(patient, submission, options).catch(() => null);
      if (!filed) throw error;

      warnings.push(finding(clientRules, 'DEPOSIT-ALREADY-FILED', { path: 'documents' }));
      return filed;
    }
  }

  /**
   * The receipt of documents that the registry has already, byte for byte; `null` when it has not,
   * or cannot be asked.
   */
  async #filedBefore(
    patient: BoundPatient,
    submission: Submission,
    options: CallOptions,
  ): Promise<DepositReceipt | null> {
    if (!this.#registry.isOffered) return null;

    const records = await this.#registry.list(patient, true, options);
    const documents = documentsOf(submission);
    if (!documents.every((document) => holds(records, document))) return null;

    return newReceipt({
      uniqueIds: documents.map(({ uniqueId }) => uniqueId),
      submittedAt: new Date(this.#context.runtime.clock.now()).toISOString(),
      channel: 'mssante',
      state: 'visible',
    });
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
