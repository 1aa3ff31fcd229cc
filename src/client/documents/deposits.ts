import type { Submission } from '../../documents/index.ts';
import { isTerrESanteError, TerrESanteError, type Finding } from '../../errors.ts';
import type { PatientInput } from '../../identity/index.ts';
import { throwIfAborted, withDeadline, type CallOptions } from '../../internal/abort.ts';
import { optionsOf, recordOf } from '../../internal/border.ts';
import { finding } from '../../internal/finding.ts';
import { quietly } from '../../internal/progress.ts';
import type { BoundPatient, DepositChannel, DepositProgress, DepositReceipt } from '../../transport/index.ts';
import { newReceipt } from '../../transport/receipt/new-receipt.ts';
import type { Access } from '../audit/trail.ts';
import { requireConsentToShare } from '../consent/gate.ts';
import { requireDossier } from '../dossier/status.ts';
import type { PlatformContext } from '../policy/context.ts';
import { depositChannelOf, depositChannels } from '../policy/deposit-channel.ts';
import { clientRules } from '../rules.ts';
import { buildFor, depositChecks, splitInput, type BuiltKind } from './build.ts';
import { requireSize, requireSound, requireSubmissionOf } from './gates.ts';
import type { DepositOptions, DepositResult, PdfDeposit, VsmDeposit } from './model.ts';
import { normalAccess } from '../policy/purpose.ts';
import { documentsOf, everything, holds, type Registry } from './registry.ts';
import type { SentDeposits } from './sent.ts';
import { submissionOf, type Depositable } from './submission-of.ts';

/** Where deposits go, once it is opened; `undefined` when the client has no way. */
export type OpenChannel = () => Promise<DepositChannel | undefined>;

/** A patient and a consent that the gates have let through. */
interface Admitted {
  readonly patient: BoundPatient;
  readonly patientConsent: boolean;
  readonly options: DepositOptions;
}

/** The deposits of a client: gates first, then the channel. */
export class Deposits {
  readonly #context: PlatformContext;
  readonly #channel: OpenChannel;
  readonly #registry: Registry;
  readonly #sent: SentDeposits;

  constructor(context: PlatformContext, channel: OpenChannel, registry: Registry, sent: SentDeposits) {
    this.#context = context;
    this.#channel = channel;
    this.#registry = registry;
    this.#sent = sent;
  }

  /** What builders made. */
  async deposit(patient: PatientInput, what: Depositable, options: DepositOptions | undefined): Promise<DepositResult> {
    this.#context.requireReady();
    const given = optionsOf('options', options, depositChecks);
    throwIfAborted(given.signal);
    const bound = this.#context.requirePatient(recordOf('patient', patient, 'patient attendu'));

    // Options left out mean a box that is not ticked.
    const { patientConsent = false } = given as Partial<DepositOptions>;
    const admitted = { patient: bound, patientConsent, options: { ...given, patientConsent } };
    const submission = await submissionOf(this.#context, what, given.submission);
    requireSubmissionOf(bound, submission);
    await this.#requireConsent(admitted);
    return this.#handOver(admitted, submission);
  }

  /** A document that is built here: nothing is, before patient and consent are judged. */
  async build(kind: BuiltKind, patient: PatientInput, input: PdfDeposit | VsmDeposit): Promise<DepositResult> {
    this.#context.requireReady();
    const { content, options } = splitInput(kind, recordOf('document', input, 'objet attendu'));
    throwIfAborted(options.signal);
    const bound = this.#context.requirePatient(recordOf('patient', patient, 'patient attendu'));

    const { patientConsent = false } = options as Partial<DepositOptions>;
    const admitted = { patient: bound, patientConsent, options };
    await this.#requireConsent(admitted);

    const document = await buildFor(this.#context, kind, patient, content, patientConsent);
    tell(options, 'building', document.content.byteLength, document.content.byteLength);

    const submission = await submissionOf(this.#context, document, options.submission);
    requireSubmissionOf(bound, submission);
    return this.#handOver(admitted, submission, document.findings);
  }

  async #requireConsent({ patient, patientConsent, options }: Admitted): Promise<void> {
    const { descriptor, runtime, withdrawnConsents } = this.#context;
    requireConsentToShare(
      { box: patientConsent, receipt: options.consent },
      descriptor.documents.consentRequired.value,
      patient.localId,
      runtime.clock.now(),
    );
    await withdrawnConsents.require(patient.localId, 'document-share', options.consent);
  }

  async #handOver(
    { patient, options }: Admitted,
    submission: Submission,
    findings: readonly Finding[] = [],
  ): Promise<DepositResult> {
    const { signal, timeoutMs, onProgress } = options;
    requireSize(submission, this.#context.descriptor.limits.maxDocumentBytes.value);

    // What the platform would refuse, before anything leaves.
    const channel = await withDeadline({ signal, timeoutMs }, () => this.#requireChannel());
    const bytes = submission.documents.reduce((sum, { document }) => sum + document.content.byteLength, 0);
    tell(options, 'checking', 0, bytes);
    const warnings = merged(findings, await requireSound(this.#context, submission));
    tell(options, 'checking', bytes, bytes);

    if (this.#context.isBound('dossier.status')) await requireDossier(this.#context, patient, { signal, timeoutMs });
    else warnings.push(finding(clientRules, 'DOSSIER-NOT-CHECKED', { path: 'dossier' }));

    const receipt = await this.#send(channel, patient, submission, { signal, timeoutMs, onProgress }, warnings);
    this.#sent.remember(receipt, documentsOf(submission));
    return { ...receipt, findings: warnings };
  }

  /** A deposit by mail carries no assertion: how the professional logged in does not matter. */
  async #requireChannel(): Promise<DepositChannel> {
    const wire = this.#context.descriptor.bindings['documents.deposit']?.value;
    const isKnown = wire !== undefined && Object.hasOwn(depositChannels, wire);
    if (isKnown && wire !== 'mssante') {
      this.#context.requireCapable({ operation: 'documents.deposit', purpose: 'normal' });
    }

    const channel = isKnown ? await this.#channel() : undefined;
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
    options: Pick<DepositOptions, 'signal' | 'timeoutMs' | 'onProgress'>,
    warnings: Finding[],
  ): Promise<DepositReceipt> {
    try {
      return await this.#audited(channel, patient, submission, options);
    } catch (error) {
      if (!isTerrESanteError(error) || error.code !== 'TE_DUPLICATE') throw error;

      // Another document may bear the same uniqueId: only the very same one is a success.
      const filed = await this.#filedBefore(patient, submission, options).catch(() => null);
      if (!filed) throw error;

      warnings.push(finding(clientRules, 'DEPOSIT-ALREADY-FILED', { path: 'documents' }));
      return filed;
    }
  }

  /** Written in the journal before the receipt is given, as any access is. */
  async #audited(
    channel: DepositChannel,
    patient: BoundPatient,
    submission: Submission,
    options: Pick<DepositOptions, 'signal' | 'timeoutMs' | 'onProgress'>,
  ): Promise<DepositReceipt> {
    const { descriptor, runtime, trail } = this.#context;
    const startedAt = await trail.require();
    const access: Access = {
      startedAt,
      action: 'documents.deposit',
      binding: descriptor.bindings['documents.deposit']?.value ?? 'mssante',
      purpose: 'normal',
      patient: patient.localId,
      object: submission.documents[0]?.entry.uniqueId ?? null,
    };

    const correlationId = runtime.ids.uuid();
    let receipt: DepositReceipt;
    try {
      receipt = await channel.deposit(submission, options);
    } catch (error) {
      await trail.failed(access, correlationId, error);
      throw error;
    }
    await trail.succeeded(access, correlationId);
    return receipt;
  }

  /**
   * The receipt of documents that the registry has already, byte for byte; `null` when it has not,
   * or cannot be asked.
   */
  async #filedBefore(
    patient: BoundPatient,
    submission: Submission,
    { signal, timeoutMs }: CallOptions,
  ): Promise<DepositReceipt | null> {
    if (!this.#registry.isOffered) return null;

    const { documents: records } = await this.#registry.list(patient, everything, {
      ...normalAccess,
      options: { signal, timeoutMs },
    });
    const documents = documentsOf(submission);
    if (!documents.every((document) => holds(records, document))) return null;

    return newReceipt({
      uniqueIds: documents.map(({ uniqueId }) => uniqueId),
      submittedAt: new Date(this.#context.runtime.clock.now()).toISOString(),
      channel: depositChannelOf(this.#context.descriptor),
      state: 'visible',
    });
  }
}

function tell(options: DepositOptions, stage: DepositProgress['stage'], bytes: number, totalBytes: number): void {
  quietly(() => options.onProgress?.({ stage, bytes, totalBytes }));
}

/** The warnings of the builder and those of the last check, each once. */
function merged(built: readonly Finding[], checked: readonly Finding[]): Finding[] {
  const known = new Set(checked.map(({ rule, path }) => `${rule} ${path}`));
  const more = built.filter(({ severity, rule, path }) => severity === 'warning' && !known.has(`${rule} ${path}`));
  return [...checked, ...more];
}
