import type { LocalIdentifier } from '../../identity/index.ts';
import { recordOf, refuseArgument, textOf } from '../../internal/border.ts';
import { patientScope } from '../../internal/patient-scope.ts';
import type { CutOffStore } from '../../notifications/index.ts';
import type { EraseOptions, ErasedDeposits, Outbox, PatientKeys } from '../../transport/index.ts';
import type { AuditEvent, AuditJournal } from '../audit/model.ts';
import type { Access } from '../audit/trail.ts';
import { allConsentKinds } from '../consent/kinds.ts';
import type { PlatformContext } from '../policy/context.ts';
import type { KeptData, PatientErasure, PatientExport, PrivacyOperations } from './model.ts';

/** What is kept, and where. */
export interface PrivacyParts {
  readonly context: PlatformContext;
  readonly cutOffs: CutOffStore;
  readonly audit: AuditJournal | undefined;
  /** The outbox of this professional; `null` when the client has none. */
  readonly outbox: () => Promise<Outbox | null>;
}

const reasons: Readonly<Record<KeptData['what'], string>> = {
  documents: 'Les documents déjà partis restent dans le dossier et les boîtes où ils ont été déposés.',
  unassigned: "Des dépôts d'une version précédente ne disent pas de quel patient ils sont : la purge les efface.",
  'cut-off': 'Le magasin du logiciel ne sait pas effacer : une date y reste, sous une empreinte.',
  withdrawals:
    'Le retrait du consentement est gardé, sous une empreinte : sans lui, un ancien accord vaudrait de nouveau.',
  audit: "Le journal des accès est une preuve : il ne s'efface que par sa durée de conservation.",
};

/** The rights of a patient over what this client keeps. */
export function createPrivacyOperations(parts: PrivacyParts): PrivacyOperations {
  return {
    export: (patient) => audited(parts, 'privacy.export', patient, (localId) => exportOf(parts, patient, localId)),
    erase: (patient, options) =>
      audited(parts, 'privacy.erase', patient, (localId) => erase(parts, patient, localId, options)),
  };
}

function localIdOf(context: PlatformContext, patient: PatientKeys): LocalIdentifier {
  context.requireOpen();
  const { localId } = recordOf('patient', patient, 'patient attendu');
  if (!localId) refuseArgument('patient.localId', 'identifiant local attendu');
  return {
    system: textOf('patient.localId.system', localId.system),
    value: textOf('patient.localId.value', localId.value),
  };
}

/** A line of the journal for each: that it was done, by whom and of whom, and how it ended. */
async function audited<T>(
  { context: { trail, runtime }, context }: PrivacyParts,
  action: 'privacy.export' | 'privacy.erase',
  given: PatientKeys,
  work: (localId: LocalIdentifier) => Promise<T>,
): Promise<T> {
  const patient = localIdOf(context, given);
  const startedAt = await trail.require();
  const access: Access = { startedAt, action, binding: 'local', purpose: 'normal', patient };

  const correlationId = runtime.ids.uuid();
  let value: T;
  try {
    value = await work(patient);
  } catch (error) {
    await trail.failed(access, correlationId, error);
    throw error;
  }
  await trail.succeeded(access, correlationId);
  return value;
}

async function exportOf(
  { context, cutOffs, audit, outbox }: PrivacyParts,
  patient: PatientKeys,
  localId: LocalIdentifier,
): Promise<PatientExport> {
  const stored = await outbox();

  return {
    deposits: stored && (await listOf(stored.list({ patient }))),
    accesses: audit?.events ? await listOf<AuditEvent>(audit.events({ patient: localId })) : null,
    cutOff: await cutOffs.read(patientScope(localId)),
    withdrawals: await context.withdrawnConsents.of(localId, allConsentKinds),
  };
}

async function erase(
  { context, cutOffs, audit, outbox }: PrivacyParts,
  patient: PatientKeys,
  localId: LocalIdentifier,
  options: EraseOptions | undefined,
): Promise<PatientErasure> {
  const deposits = (await (await outbox())?.erase(patient, options)) ?? null;

  const scope = patientScope(localId);
  const hasCutOff = (await cutOffs.read(scope)) !== null;
  if (hasCutOff) await cutOffs.remove?.(scope);
  const cutOff = hasCutOff && cutOffs.remove !== undefined;
  context.knownDossiers.forget(localId);
  context.createdDossiers.forget(localId);

  const kept = [
    ...keptDeposits(deposits),
    ...(hasCutOff && !cutOff ? (['cut-off'] as const) : []),
    ...((await context.withdrawnConsents.of(localId, allConsentKinds)).length > 0 ? (['withdrawals'] as const) : []),
    ...(audit ? (['audit'] as const) : []),
  ];
  return { deposits, cutOff, kept: kept.map((what) => ({ what, reason: reasons[what] })) };
}

function keptDeposits(erased: ErasedDeposits | null): readonly KeptData['what'][] {
  if (!erased) return [];
  return [
    ...(erased.left > 0 ? (['documents'] as const) : []),
    ...(erased.unassigned > 0 ? (['unassigned'] as const) : []),
  ];
}

async function listOf<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
