import { createHash } from 'node:crypto';
import { TerrESanteError } from '../../errors.ts';
import type { LocalIdentifier, PatientInput } from '../../identity/index.ts';
import { isoUtc, parisInstant, parseInstant } from '../../internal/hl7-time.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { ConsentInput, ConsentKind, ConsentReceipt } from './model.ts';
import { clockSkewMs } from '../../internal/clock-skew.ts';

const kinds: ReadonlySet<string> = new Set<ConsentKind>([
  'dossier-creation',
  'join-circle',
  'document-share',
  'support-request',
]);

function sha256(...parts: readonly string[]): string {
  // Each part is preceded by its length, so that no two lists of parts give the same bytes.
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:${part}`);
  return hash.digest('hex');
}

function subjectOf(localId: LocalIdentifier, id: string): string {
  return sha256(id, localId.system, localId.value);
}

function hashOf(receipt: Omit<ConsentReceipt, 'hash'>): string {
  const { id, kinds: agreed, givenBy, mode, collectedAt, collectedBy, subject } = receipt;
  return sha256(id, [...agreed].sort().join(','), givenBy, mode, collectedAt, collectedBy, subject);
}

function refused(message: string, reason: string): TerrESanteError {
  return new TerrESanteError('TE_CONSENT_REQUIRED', message, { details: { reason } });
}

/** @throws TerrESanteError `TE_INPUT_INVALID` */
export function recordConsent(
  patient: PatientInput,
  input: ConsentInput,
  collectedBy: string,
  { clock, ids }: Runtime,
): ConsentReceipt {
  const invalid = (message: string, path: string): TerrESanteError =>
    new TerrESanteError('TE_INPUT_INVALID', message, { details: { path } });
  if (!patient.localId?.value || !patient.localId.system) {
    throw invalid("L'identifiant local du patient est nécessaire pour garder son consentement.", 'localId');
  }
  const given: unknown = input.kinds;
  if (!Array.isArray(given) || given.length === 0 || !input.kinds.every((kind) => kinds.has(kind))) {
    throw invalid('Préciser à quoi le patient a consenti.', 'kinds');
  }
  if (
    input.givenBy === 'legal-representative' &&
    (!input.representative?.name.trim() || !input.representative.relation.trim())
  ) {
    throw invalid('Nom et lien du représentant légal obligatoires.', 'representative');
  }
  if (!['patient', 'legal-representative'].includes(input.givenBy)) {
    throw invalid('Qui a donné le consentement : le patient ou son représentant légal.', 'givenBy');
  }
  if (!['oral', 'written', 'electronic'].includes(input.mode)) throw invalid('Mode de recueil inconnu.', 'mode');
  const { epochMs } = parseInstant(input.collectedAt);
  if (epochMs > clock.now() + clockSkewMs) throw invalid('Le consentement est daté dans le futur.', 'collectedAt');
  const id = ids.uuid();
  const receipt = {
    id,
    kinds: [...new Set(input.kinds)],
    givenBy: input.givenBy,
    mode: input.mode,
    collectedAt: isoUtc(epochMs),
    collectedBy,
    subject: subjectOf(patient.localId, id),
  };
  return { ...receipt, hash: hashOf(receipt) };
}

function frenchDay(epochMs: number): number {
  return Math.floor((epochMs + parisInstant(epochMs).offsetMinutes * 60_000) / 86_400_000);
}

/**
 * The consent gate: a receipt of that kind, unchanged, about this patient, not too old.
 *
 * @throws TerrESanteError `TE_CONSENT_REQUIRED`
 */
export function requireConsent(
  receipt: ConsentReceipt | undefined,
  kind: ConsentKind,
  localId: LocalIdentifier,
  limits: { readonly now: number; readonly maxAgeDays: number | null },
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
  if (!Number.isFinite(at) || at > limits.now + clockSkewMs) {
    throw refused("Le consentement présenté n'a pas de date valable.", 'date');
  }
  if (limits.maxAgeDays !== null && frenchDay(limits.now) - frenchDay(at) > limits.maxAgeDays) {
    throw refused('Le consentement présenté est trop ancien.', 'too-old');
  }
  return receipt;
}
