import { isTerrESanteError, TerrESanteError, type Finding } from '../../errors.ts';
import type { Submission } from '../../documents/index.ts';
import type { PatientInput } from '../../identity/index.ts';
import { throwIfAborted, type CallOptions } from '../../internal/abort.ts';
import { sha1Hex } from '../../internal/bytes.ts';
import { parseCx } from '../../internal/hl7.ts';
import type { BoundPatient, DepositChannel, DepositReceipt, DocumentRecord, Outbox } from '../../transport/index.ts';
import { requireConsent } from '../consent/receipts.ts';
import { askStatus } from '../dossier/operations.ts';
import { differingTraits } from '../policy/compare-traits.ts';
import type { PlatformContext } from '../policy/context.ts';
import type { DepositOptions, DepositResult, DepositStatus, DocumentOperations } from './model.ts';

/** A channel that remembers, as an outbox does. */
type TrackingChannel = DepositChannel & Partial<Pick<Outbox, 'status' | 'markVisible'>>;

/** How long the session may rely on "the dossier exists" before a deposit asks again. */
const dossierKnownMs = 60_000;

/** A submission made for somebody else must never leave. */
function requireSamePatient(submission: Submission, patient: BoundPatient): void {
  const { birthName, firstName, birthDate } = submission.patient;
  const differing = differingTraits(patient.traits, { birthName, firstName, birthDate: birthDate ?? undefined });
  if (differing.length > 0) {
    throw new TerrESanteError(
      'TE_IDENTITY_MISMATCH',
      "Le document est celui d'un autre patient : rien n'a été envoyé.",
      {
        details: { traits: differing },
      },
    );
  }
  for (const { entry, document } of submission.documents) {
    const source = parseCx(entry.sourcePatientId);
    const ins = document.header.patient.ins;
    const sameLocal = source?.id === patient.localId.value && source.oid === patient.localId.system;
    const sameIns = patient.ins !== null && source?.id === patient.ins.value && source.oid === patient.ins.oid;
    // An identity that may not transmit an INS now may not do so through a document made before
    // either.
    if (ins !== null && patient.ins === null) {
      throw new TerrESanteError(
        'TE_IDENTITY_STATUS',
        "Le document porte une INS que l'identité du patient ne permet pas de transmettre : rien n'a été envoyé.",
        { details: { traits: ['ins'] } },
      );
    }
    const otherIns = ins !== null && (ins.value !== patient.ins?.value || ins.oid !== patient.ins.oid);
    if ((!sameLocal && !sameIns) || otherIns) {
      throw new TerrESanteError(
        'TE_IDENTITY_MISMATCH',
        "Le document ne porte pas l'identifiant de ce patient : rien n'a été envoyé.",
        { details: { traits: ['identifier'] } },
      );
    }
  }
}

function requireSize(submission: Submission, maxBytes: number): void {
  if (submission.documents.length === 0) {
    throw new TerrESanteError('TE_INPUT_INVALID', 'Aucun document à déposer.', { details: { path: 'documents' } });
  }
  for (const { document } of submission.documents) {
    const bytes = document.content.byteLength;
    if (bytes === 0) throw new TerrESanteError('TE_DOCUMENT_INVALID', 'Le document est vide.');
    if (bytes > maxBytes) {
      throw new TerrESanteError(
        'TE_TOO_LARGE',
        `Le document dépasse la taille admise (${bytes} octets pour ${maxBytes} au plus).`,
        { details: { bytes, maxBytes } },
      );
    }
  }
}

/** What the far side would refuse, found before anything leaves. @returns the warnings */
async function requireSound(context: PlatformContext, submission: Submission): Promise<Finding[]> {
  const { descriptor, config, runtime } = context;
  const { preflight } = await import('../../documents/index.ts');
  const findings = await preflight(
    submission,
    {
      environment: config.environment === 'production' ? 'production' : 'test',
      typeCodeSet: descriptor.documents.typeCodeSet.value,
    },
    {},
    runtime,
  );
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    throw new TerrESanteError('TE_DOCUMENT_INVALID', `Le document serait refusé : ${errors[0]?.message ?? ''}`, {
      findings: errors,
      details: { rules: [...new Set(errors.map(({ rule }) => rule))] },
    });
  }
  return findings.filter(({ severity }) => severity === 'warning');
}

const notChecked: Finding = {
  rule: 'DOSSIER-NOT-CHECKED',
  severity: 'warning',
  path: 'dossier',
  message: "L'existence du dossier n'a pas pu être vérifiée : cette plateforme n'offre pas la question.",
  messageEn: 'Whether the dossier exists was not checked: this platform does not offer the question.',
  found: null,
  expected: null,
  fix: 'Vérifiez le dossier dans le portail.',
  reference: null,
};

const alreadyFiled: Finding = {
  rule: 'DEPOSIT-ALREADY-FILED',
  severity: 'warning',
  path: 'documents',
  message: "La plateforme avait déjà ces documents, octet pour octet : rien n'a été ajouté.",
  messageEn: 'The platform already had these very documents: nothing was added.',
  found: null,
  expected: null,
  fix: 'Rien à faire.',
  reference: null,
};

export function createDocumentOperations(
  context: PlatformContext,
  channel: () => Promise<DepositChannel | undefined>,
): DocumentOperations {
  const receipts = new Map<string, DepositReceipt>();
  /** Documents of the deposits of {@link receipts}. */
  const sent = new Map<string, NonNullable<DepositReceipt['documents']>>();

  const listAll = async (
    patient: BoundPatient,
    includeDeprecated: boolean,
    options: CallOptions,
  ): Promise<readonly DocumentRecord[]> => {
    const { value } = await context.call({
      operation: 'documents.list',
      patient,
      purpose: 'normal',
      options,
      send: ({ documents }) => documents && ((call) => documents.list(patient, { includeDeprecated }, call)),
    });
    return value;
  };

  /**
   * The receipt of documents that the registry has already, byte for byte; `null` when it has not,
   * or cannot be asked.
   */
  const filedBefore = async (
    patient: BoundPatient,
    submission: Submission,
    options: CallOptions,
  ): Promise<DepositReceipt | null> => {
    if (!context.isBound('documents.list')) return null;
    const records = await listAll(patient, true, options);
    const same = submission.documents.every(({ entry, document }) =>
      records.some(
        ({ uniqueId, sha1 }) => uniqueId === entry.uniqueId && sha1.toLowerCase() === document.sha1.toLowerCase(),
      ),
    );
    const uniqueIds = submission.documents.map(({ entry }) => entry.uniqueId);
    const submittedAt = new Date(context.runtime.clock.now()).toISOString();
    const base = { uniqueId: uniqueIds[0] ?? '', uniqueIds, submittedAt, recipients: [] };
    return same ? { ...base, channel: 'mssante', state: 'visible' } : null;
  };

  return {
    async deposit(patient: PatientInput, submission: Submission, options: DepositOptions): Promise<DepositResult> {
      // Options left out are a box that is not ticked.
      const { patientConsent, consent, ...callOptions } = (options as Partial<DepositOptions> | undefined) ?? {};
      context.requireReady();
      throwIfAborted(callOptions.signal);
      const bound = context.requirePatient(patient);
      requireSamePatient(submission, bound);
      if (!patientConsent && context.descriptor.documents.consentRequired.value) {
        throw new TerrESanteError(
          'TE_CONSENT_REQUIRED',
          "Le patient n'a pas donné son consentement explicite : cochez la case s'il l'a donné.",
          { details: { reason: 'absent' } },
        );
      }
      if (consent) {
        requireConsent(consent, 'document-share', bound.localId, {
          now: context.runtime.clock.now(),
          maxAgeDays: null,
        });
      }
      requireSize(submission, context.descriptor.limits.maxDocumentBytes.value);
      const way = context.descriptor.bindings['documents.deposit'] ? await channel() : undefined;
      if (!way) {
        throw new TerrESanteError('TE_UNSUPPORTED', "Aucun canal de dépôt n'est configuré.", {
          details: { operation: 'documents.deposit' },
        });
      }
      const findings = await requireSound(context, submission);
      if (!context.isBound('dossier.status')) findings.push(notChecked);
      else if (!context.knowsDossier(bound.localId, dossierKnownMs)) {
        const { value } = await askStatus(context, bound, callOptions);
        if (value.state === 'closed') {
          throw new TerrESanteError('TE_DOSSIER_CLOSED', "Le dossier du patient est fermé : rien n'a été envoyé.");
        }
        if (value.state !== 'exists') {
          throw new TerrESanteError('TE_DOSSIER_ABSENT', "Le patient n'a pas de dossier : rien n'a été envoyé.", {
            details: { state: value.state },
          });
        }
      }
      const receipt = await way.deposit(submission, callOptions).catch(async (error: unknown) => {
        // Another document may bear the same uniqueId: only the very same one is a success.
        if (!isTerrESanteError(error) || error.code !== 'TE_DUPLICATE') throw error;
        const filed = await filedBefore(bound, submission, callOptions).catch(() => null);
        if (!filed) throw error;
        findings.push(alreadyFiled);
        return filed;
      });
      if (receipts.size >= 10_000) {
        receipts.clear();
        sent.clear();
      }
      const documents = submission.documents.map(({ entry, document: { sha1 } }) => ({
        uniqueId: entry.uniqueId,
        sha1,
      }));
      for (const uniqueId of receipt.uniqueIds) {
        receipts.set(uniqueId, receipt);
        sent.set(uniqueId, documents);
      }
      return { ...receipt, findings };
    },

    async status(patient: PatientInput, uniqueId: string, options: CallOptions = {}): Promise<DepositStatus> {
      context.requireReady();
      const bound = context.requirePatient(patient);
      const way: TrackingChannel | undefined = await channel();
      const receipt = way?.status ? await way.status(uniqueId) : (receipts.get(uniqueId) ?? null);
      if (context.isBound('documents.list')) {
        const records = await listAll(bound, true, options);
        const deposited = receipt?.documents ?? sent.get(uniqueId) ?? [];
        const isThere = (id: string): boolean => {
          const sha1 = deposited.find((one) => one.uniqueId === id)?.sha1.toLowerCase();
          return records.some((one) => one.uniqueId === id && (!sha1 || one.sha1.toLowerCase() === sha1));
        };
        // Another document of the same uniqueId is not what was deposited.
        if (isThere(uniqueId)) {
          const isWhole = receipt?.uniqueIds.every(isThere) === true;
          const seen = isWhole && way?.markVisible ? await way.markVisible(uniqueId) : receipt;
          return { uniqueId, state: 'visible', receipt: seen };
        }
      }
      return { uniqueId, state: receipt?.state ?? null, receipt };
    },

    async list(patient, options = {}): Promise<readonly DocumentRecord[]> {
      const { includeDeprecated = false, ...callOptions } = options;
      context.requireReady();
      return listAll(context.requirePatient(patient), includeDeprecated, callOptions);
    },

    async fetch(patient: PatientInput, uniqueId: string, options: CallOptions = {}): Promise<Uint8Array> {
      context.requireReady();
      const bound = context.requirePatient(patient);
      const record = (await listAll(bound, true, options)).find((one) => one.uniqueId === uniqueId);
      if (!record) throw new TerrESanteError('TE_NOT_FOUND', "Ce document n'est pas dans le dossier.");
      const maxBytes = context.descriptor.limits.maxDocumentBytes.value;
      if (record.size > maxBytes) {
        throw new TerrESanteError('TE_TOO_LARGE', 'Le document dépasse la taille admise.', {
          details: { bytes: record.size, maxBytes },
        });
      }
      const { value } = await context.call({
        operation: 'documents.list',
        patient: bound,
        purpose: 'normal',
        options,
        send: ({ documents }) => documents && ((call) => documents.fetch(bound, uniqueId, record.size, call)),
      });
      if (value.length !== record.size || sha1Hex(value) !== record.sha1) {
        throw new TerrESanteError(
          'TE_PROTOCOL',
          "Le document reçu n'est pas celui qui est annoncé : il n'est pas rendu.",
          {
            details: { bytes: value.length, expectedBytes: record.size },
          },
        );
      }
      return new Uint8Array(value);
    },
  };
}
