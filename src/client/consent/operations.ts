import { TerrESanteError } from '../../errors.ts';
import type { PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import {
  optionsOf,
  reading,
  recordOf,
  refuseArgument,
  textOf,
  type Check,
  type Checks,
} from '../../internal/border.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import { callChecks } from '../../internal/option-checks.ts';
import type { BoundPatient, StoredConsent } from '../../transport/index.ts';
import type { Called, PlatformContext } from '../policy/context.ts';
import { consentKinds } from './kinds.ts';
import type {
  ConsentKind,
  ConsentList,
  ConsentOperations,
  ConsentReceipt,
  ConsentWithdrawn,
  ConsentWithdrawOptions,
} from './model.ts';

const maxReasonLength = 500;

const reasonOf: Check<string> = (name, value) => {
  const text = textOf(name, value);
  return text.length <= maxReasonLength ? text : refuseArgument(name, `${maxReasonLength} caractères au plus`);
};

const withdrawChecks: Checks<ConsentWithdrawOptions> = { ...callChecks, reason: reasonOf };

type Withdrawable = Parameters<ConsentOperations['withdraw']>[1];

/** The consent operations that concern the platform. */
export function createConsentOperations(context: PlatformContext): Omit<ConsentOperations, 'record'> {
  return {
    get: (patient, options) => listOf(context, patient, options),
    withdraw: (patient, consent, options) => withdraw(context, patient, consent, options),
  };
}

async function listOf(
  context: PlatformContext,
  patient: PatientInput,
  given: CallOptions | undefined,
): Promise<ConsentList> {
  context.requireReady();
  const options = optionsOf('options', given, callChecks);
  const bound = context.requirePatient(recordOf('patient', patient, 'patient attendu'));

  const { value, meta } = await context.call({
    operation: 'consent',
    patient: bound,
    purpose: 'normal',
    access: { action: 'consent.get' },
    options,
    send: ({ consent }) => consent?.list?.bind(consent, bound),
  });
  if (new Set(value.map(({ id }) => id)).size !== value.length) throw notUnderstood(meta.correlationId);

  // What the patient withdrew elsewhere is closed here too.
  for (const consent of value) {
    if (consent.status === 'withdrawn' && consent.withdrawnAt !== null) {
      await context.withdrawnConsents.close(bound.localId, knownKinds(consent), Date.parse(consent.withdrawnAt));
    }
  }
  return { consents: value, meta };
}

async function withdraw(
  context: PlatformContext,
  patient: PatientInput,
  consent: Withdrawable,
  given: ConsentWithdrawOptions | undefined,
): Promise<ConsentWithdrawn> {
  context.requireReady();
  const { reason = null, ...options } = optionsOf('options', given, withdrawChecks);
  const bound = context.requirePatient(recordOf('patient', patient, 'patient attendu'));
  const { id, kinds, collectedAt } = withdrawableOf(consent);

  // Closed here first: nothing that happens on the way to the platform leaves the act open.
  const now = context.runtime.clock.now();
  await context.withdrawnConsents.close(bound.localId, kinds, Math.max(now, collectedAt));
  context.knownDossiers.forget(bound.localId);

  const { value, meta } = await tellPlatform(context, bound, { id, kinds, at: isoUtc(now), reason }, options);
  if (value.id !== id || value.status !== 'withdrawn') throw notUnderstood(meta.correlationId);
  return { consent: value, meta };
}

function tellPlatform(
  context: PlatformContext,
  patient: BoundPatient,
  withdrawal: { id: string; kinds: readonly string[]; at: string; reason: string | null },
  options: CallOptions,
): Promise<Called<StoredConsent>> {
  return context.call({
    operation: 'consent',
    patient,
    purpose: 'normal',
    access: { action: 'consent.withdraw', object: withdrawal.id },
    options,
    send: ({ consent }) => consent?.withdraw?.bind(consent, patient, withdrawal),
  });
}

/** What of a receipt, or of a consent of the platform, says which one is withdrawn. */
function withdrawableOf(consent: Withdrawable): {
  readonly id: string;
  readonly kinds: readonly ConsentKind[];
  readonly collectedAt: number;
} {
  const given: Partial<ConsentReceipt> = recordOf('consent', consent as ConsentReceipt, 'consentement attendu');
  return reading('consent', () => {
    const listed: readonly ConsentKind[] = Array.isArray(given.kinds) ? given.kinds : [];
    const kinds = listed.filter((kind) => consentKinds.has(kind));
    if (kinds.length === 0) refuseArgument('consent.kinds', 'actes auxquels le patient a consenti attendus');

    const at = typeof given.collectedAt === 'string' ? Date.parse(given.collectedAt) : Number.NaN;
    return { id: textOf('consent.id', given.id), kinds, collectedAt: Number.isNaN(at) ? 0 : at };
  });
}

function knownKinds({ kinds }: StoredConsent): readonly ConsentKind[] {
  return kinds.filter((kind): kind is ConsentKind => consentKinds.has(kind));
}

function notUnderstood(correlationId: string): TerrESanteError {
  return new TerrESanteError('TE_PROTOCOL', "La réponse de la plateforme n'est pas comprise.", {
    details: { path: 'consents' },
    correlationId,
  });
}
