import { TerrESanteError } from '../../errors.ts';
import type { LocalIdentifier } from '../../identity/index.ts';
import { clockSkewMs } from '../../internal/clock-skew.ts';
import { parisInstant } from '../../internal/hl7-time.ts';
import { hashOf, subjectOf } from './digest.ts';
import type { ConsentKind, ConsentReceipt } from './model.ts';

/** What a receipt is judged against. */
export interface ConsentLimits {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** French days between the consent and now; `null`: no limit. */
  readonly maxAgeDays: number | null;
}

/**
 * Consent to create a dossier: without a receipt of the patient's own agreement, recent enough,
 * nothing is asked of the platform (`TE_CONSENT_REQUIRED`). Joining the care circle is a second
 * agreement.
 *
 * @returns the receipt
 * @throws TerrESanteError `TE_CONSENT_REQUIRED`, its `details.reason` is a code
 */
export function requireConsentToCreate(
  receipt: ConsentReceipt | undefined,
  localId: LocalIdentifier,
  limits: ConsentLimits,
  joins: boolean,
): ConsentReceipt {
  const good = requireReceipt(receipt, 'dossier-creation', localId, limits);
  return joins ? requireReceipt(good, 'join-circle', localId, limits) : good;
}

/**
 * Consent to join the care circle.
 *
 * @returns the receipt
 * @throws TerrESanteError `TE_CONSENT_REQUIRED`, its `details.reason` is a code
 */
export function requireConsentToJoin(
  receipt: ConsentReceipt | undefined,
  localId: LocalIdentifier,
  limits: ConsentLimits,
): ConsentReceipt {
  return requireReceipt(receipt, 'join-circle', localId, limits);
}

/**
 * Consent to a request for support: the structure is outside the care team until it takes part.
 *
 * @returns the receipt
 * @throws TerrESanteError `TE_CONSENT_REQUIRED`, its `details.reason` is a code
 * @see Code de la santé publique, article L.1110-4
 */
export function requireConsentToSupport(
  receipt: ConsentReceipt | undefined,
  localId: LocalIdentifier,
  limits: ConsentLimits,
): ConsentReceipt {
  return requireReceipt(receipt, 'support-request', localId, limits);
}

/**
 * Consent to share a document: the box the patient agreed to, and the receipt when the host keeps
 * one. A consent of any age is taken: it was asked for this very document.
 *
 * @param required - whether the platform refuses a deposit whose box is not ticked
 * @throws TerrESanteError `TE_CONSENT_REQUIRED`, its `details.reason` is a code
 */
export function requireConsentToShare(
  given: { readonly box: boolean; readonly receipt: ConsentReceipt | undefined },
  required: boolean,
  localId: LocalIdentifier,
  now: number,
): void {
  if (!given.box && required) {
    throw refused("Le patient n'a pas donné son consentement explicite : cochez la case s'il l'a donné.", 'absent');
  }

  if (given.receipt) requireReceipt(given.receipt, 'document-share', localId, { now, maxAgeDays: null });
}

/** A receipt of that kind, unchanged, of this patient, not too old. */
function requireReceipt(
  receipt: ConsentReceipt | undefined,
  kind: ConsentKind,
  localId: LocalIdentifier,
  { now, maxAgeDays }: ConsentLimits,
): ConsentReceipt {
  if (typeof receipt !== 'object' || (receipt as unknown) === null) {
    throw refused("Le consentement du patient n'est pas enregistré.", 'absent');
  }
  if (!Array.isArray(receipt.kinds) || typeof receipt.hash !== 'string' || hashOf(receipt) !== receipt.hash) {
    throw refused('Le consentement présenté a été modifié.', 'altered');
  }

  if (receipt.subject !== subjectOf(localId, receipt.id)) {
    throw refused("Le consentement présenté est celui d'un autre patient.", 'other-patient');
  }
  if (!receipt.kinds.includes(kind)) throw refused("Le patient n'a pas consenti à cet acte.", `kind:${kind}`);

  const at = Date.parse(receipt.collectedAt);
  if (!Number.isFinite(at) || at > now + clockSkewMs) {
    throw refused("Le consentement présenté n'a pas de date valable.", 'date');
  }
  if (maxAgeDays !== null && frenchDay(now) - frenchDay(at) > maxAgeDays) {
    throw refused('Le consentement présenté est trop ancien.', 'too-old');
  }

  return receipt;
}

function frenchDay(epochMs: number): number {
  return Math.floor((epochMs + parisInstant(epochMs).offsetMinutes * 60_000) / 86_400_000);
}

function refused(message: string, reason: string): TerrESanteError {
  return new TerrESanteError('TE_CONSENT_REQUIRED', message, { details: { reason } });
}
