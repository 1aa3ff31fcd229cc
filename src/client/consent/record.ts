import { TerrESanteError } from '../../errors.ts';
import type { LocalIdentifier, PatientInput } from '../../identity/index.ts';
import { clockSkewMs } from '../../internal/clock-skew.ts';
import { optionsOf, reading, recordOf, type Checks } from '../../internal/border.ts';
import { isoUtc, parseInstant } from '../../internal/hl7-time.ts';
import { anything } from '../../internal/option-checks.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { ConsentRecord } from '../../transport/index.ts';
import { hashOf, subjectOf } from './digest.ts';
import { consentKinds } from './kinds.ts';
import type { ConsentInput, ConsentReceipt } from './model.ts';

const givers: ReadonlySet<string> = new Set<ConsentInput['givenBy']>(['patient', 'legal-representative']);
const modes: ReadonlySet<string> = new Set<ConsentInput['mode']>(['oral', 'written', 'electronic']);

/**
 * Makes the receipt of a consent the professional has just collected.
 *
 * @param collectedBy - national identifier of the professional
 * @throws TerrESanteError `TE_INPUT_INVALID`, `TE_DATE_INVALID`
 */
export function recordConsent(
  patient: PatientInput,
  input: ConsentInput,
  collectedBy: string,
  { clock, ids }: Runtime,
): ConsentReceipt {
  const localId = reading('patient', () => requireLocalId(recordOf('patient', patient, 'patient attendu')));
  const given = optionsOf('input', recordOf('input', input, 'consentement attendu'), inputChecks);
  reading('input', () => requireInput(given));

  const { epochMs } = reading('collectedAt', () => parseInstant(given.collectedAt));
  if (epochMs > clock.now() + clockSkewMs) throw invalid('Le consentement est daté dans le futur.', 'collectedAt');

  const id = ids.uuid();
  const receipt = {
    id,
    kinds: [...new Set(given.kinds)],
    givenBy: given.givenBy,
    mode: given.mode,
    collectedAt: isoUtc(epochMs),
    collectedBy,
    subject: subjectOf(localId, id),
  };
  return { ...receipt, hash: hashOf(receipt) };
}

/** What is wrong is told below, with its own sentence. */
const inputChecks: Checks<ConsentInput> = {
  kinds: anything,
  givenBy: anything,
  mode: anything,
  collectedAt: anything,
  representative: anything,
};

function requireLocalId({ localId }: PatientInput): LocalIdentifier {
  const { value, system } = localId ?? {};
  const isText = (part: unknown): part is string => typeof part === 'string' && part !== '';
  if (isText(value) && isText(system)) return { value, system };
  throw invalid("L'identifiant local du patient est nécessaire pour garder son consentement.", 'localId');
}

/** Checked at run time: a host without types may leave anything out. */
function requireInput(input: ConsentInput): void {
  const agreed: unknown = input.kinds;
  if (!Array.isArray(agreed) || agreed.length === 0 || !input.kinds.every((kind) => consentKinds.has(kind))) {
    throw invalid('Préciser à quoi le patient a consenti.', 'kinds');
  }

  const { representative } = input;
  if (input.givenBy === 'legal-representative' && (!representative?.name.trim() || !representative.relation.trim())) {
    throw invalid('Nom et lien du représentant légal obligatoires.', 'representative');
  }
  if (!givers.has(input.givenBy)) {
    throw invalid('Qui a donné le consentement : le patient ou son représentant légal.', 'givenBy');
  }

  if (!modes.has(input.mode)) throw invalid('Mode de recueil inconnu.', 'mode');
}

function invalid(message: string, path: string): TerrESanteError {
  return new TerrESanteError('TE_INPUT_INVALID', message, { details: { path } });
}

/** A consent as it travels: without the digest of the patient, which is for this software only. */
export function consentRecord({ id, kinds, givenBy, mode, collectedAt, hash }: ConsentReceipt): ConsentRecord {
  return { id, kinds, givenBy, mode, collectedAt, hash };
}
