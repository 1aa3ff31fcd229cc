import { TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { BoundPatient, DossierRecord } from '../../transport/index.ts';
import { differingTraits } from '../../identity/differing-traits.ts';
import type { Called, PlatformContext } from '../policy/context.ts';
import type { AccessGround } from '../policy/purpose.ts';

/**
 * Asks the platform, and refuses an answer about another patient.
 *
 * @throws TerrESanteError `TE_IDENTITY_MISMATCH` and those of the call
 */
export async function askStatus(
  context: PlatformContext,
  patient: BoundPatient,
  { purpose = 'normal', reason, ...options }: CallOptions & Partial<AccessGround>,
): Promise<Called<DossierRecord>> {
  const answer = await context.call({
    operation: 'dossier.status',
    patient,
    purpose,
    reason,
    options,
    send: ({ dossier }) => dossier?.status?.bind(dossier, patient),
  });
  const { identity } = answer.value;

  const differing = identity ? differingTraits(patient.traits, identity) : [];
  if (differing.length > 0) {
    context.knownDossiers.forget(patient.localId);
    throw new TerrESanteError(
      'TE_IDENTITY_MISMATCH',
      "La plateforme connaît cet identifiant sous d'autres traits : vérifiez l'identité du patient.",
      { details: { traits: differing }, correlationId: answer.meta.correlationId },
    );
  }

  // Created here a moment ago, and not found yet: it is not offered for creation again.
  const isLate = answer.value.state === 'absent' && context.createdDossiers.has(patient.localId);
  const value: DossierRecord = isLate ? { ...answer.value, state: 'unknown' } : answer.value;
  if (value.state === 'exists') context.knownDossiers.remember(patient.localId);
  else context.knownDossiers.forget(patient.localId);
  return { ...answer, value };
}

/**
 * Whether the dossier exists, for a creation: a state that leaves a doubt creates nothing.
 *
 * @throws TerrESanteError `TE_DOSSIER_CLOSED`, `TE_IDENTITY_AMBIGUOUS`, `TE_FORBIDDEN`
 */
export function isThere({ value, meta: { correlationId } }: Called<DossierRecord>): boolean {
  switch (value.state) {
    case 'exists':
      return true;
    case 'absent':
      return false;
    case 'closed':
      throw new TerrESanteError('TE_DOSSIER_CLOSED', 'Le dossier du patient est fermé.', { correlationId });
    case 'ambiguous':
      throw new TerrESanteError('TE_IDENTITY_AMBIGUOUS', "Plusieurs patients correspondent : aucun n'est choisi.", {
        correlationId,
      });
    case 'unknown':
      throw new TerrESanteError('TE_FORBIDDEN', "La plateforme ne dit pas si le dossier existe : rien n'a été créé.", {
        correlationId,
      });
  }
}

/**
 * A deposit leaves, and the portal opens, only for a dossier that exists.
 *
 * @returns what the platform said; `null` when it was known
 *
 * @throws TerrESanteError `TE_DOSSIER_CLOSED`, `TE_DOSSIER_ABSENT` and those of {@link askStatus}
 */
export async function requireDossier(
  context: PlatformContext,
  patient: BoundPatient,
  options: CallOptions,
): Promise<Called<DossierRecord> | null> {
  if (context.knownDossiers.has(patient.localId)) return null;

  const answer = await askStatus(context, patient, options);
  const { value, meta } = answer;
  const { correlationId } = meta;
  if (value.state === 'exists') return answer;

  if (value.state === 'closed') {
    throw new TerrESanteError('TE_DOSSIER_CLOSED', "Le dossier du patient est fermé : rien n'a été envoyé.", {
      correlationId,
    });
  }
  throw new TerrESanteError('TE_DOSSIER_ABSENT', "Le patient n'a pas de dossier : rien n'a été envoyé.", {
    details: { state: value.state },
    correlationId,
  });
}
