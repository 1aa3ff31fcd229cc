import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { holderOf } from '../binding/known-by-ins.ts';
import { asInput } from '../binding/known-patient.ts';
import type { BoundPatient } from '../binding/model.ts';
import type { PatientCandidate, PatientIdentityClient } from '../patients/model.ts';
import type { Key } from './key.ts';

/** How a patient was found: the dossier service may not know his local identifier. */
export interface FoundKey {
  readonly key: Key;
  readonly isByIns: boolean;
}

/**
 * The identifier of a patient in a domain. One whom the identity server does not know by the local
 * identifier is asked for by the INS. Without an INS there, he and somebody of the same traits may
 * be one person: that is for a human to say.
 *
 * @see IHE ITI TF-2, sections 3.45 and 3.47
 * @throws TerrESanteError `TE_IDENTITY_MISMATCH` when the INS is held under other traits
 */
export async function identifierIn(
  domain: string,
  patient: BoundPatient,
  identities: PatientIdentityClient,
  limits: CallOptions,
): Promise<FoundKey> {
  const domains = [domain];
  try {
    const { identifiers } = await identities.identifiers(patient.localId, { ...limits, domains });
    const key = onlyOne(identifiers, domain);
    if (key !== 'absent') return { key, isByIns: false };
  } catch (error) {
    if (!isUnknown(error)) throw error;
  }

  const key = await byIns(domain, patient, identities, limits);
  if (key !== 'absent') return { key, isByIns: true };

  const { candidates } = await identities.search(patient.traits, { ...limits, domains, limit: 10 });
  const isLike = candidates.some(({ comparison }) => comparison.outcome !== 'mismatch');
  return { key: isLike ? 'ambiguous' : 'absent', isByIns: false };
}

/**
 * The same by the INS alone. No domain is named: a server would give no identifier of another, and
 * so no INS to compare.
 *
 * @throws TerrESanteError `TE_IDENTITY_MISMATCH`
 */
export async function byIns(
  domain: string,
  patient: BoundPatient,
  identities: PatientIdentityClient,
  limits: CallOptions,
): Promise<Key> {
  if (!patient.ins) return 'absent';

  const found = await heldUnder(patient, identities, limits);
  const holder = holderOf(
    patient,
    found.map((record) => ({ record, patient: record.identity.patient })),
  );
  if (holder === 'unknown') return 'absent';
  if (holder === 'ambiguous') return holder;

  const key = onlyOne(holder.identifiers, domain);
  return key === 'absent' ? 'ambiguous' : key;
}

async function heldUnder(
  patient: BoundPatient,
  identities: PatientIdentityClient,
  limits: CallOptions,
): Promise<readonly PatientCandidate[]> {
  try {
    const { candidates } = await identities.search({}, { ...limits, identifier: asInput(patient), limit: 10 });
    return candidates;
  } catch (error) {
    if (!isUnknown(error)) throw error;
    return [];
  }
}

const isUnknown = (error: unknown): boolean =>
  isTerrESanteError(error) && error.details['reason'] === 'unknown-patient';

function onlyOne(identifiers: PatientCandidate['identifiers'], domain: string): Key {
  const [found, ...others] = identifiers.filter(({ system }) => system === domain);
  if (!found) return 'absent';
  return others.length > 0 ? 'ambiguous' : { system: found.system, value: found.value };
}

/**
 * A dossier service that refuses an assertion by the local identifier of a patient whom the
 * identity server knows by the INS alone: the refusal is of this patient, not of who asks.
 */
export function isNotOpened(error: unknown): error is TerrESanteError {
  return isTerrESanteError(error) && ['TE_AUTHN_REJECTED', 'TE_FORBIDDEN'].includes(error.code);
}

/** What that means to an operation on the dossier. */
export function notOpened(error: TerrESanteError): TerrESanteError {
  return new TerrESanteError(
    'TE_FORBIDDEN',
    "La plateforme connaît ce patient par son INS, mais n'ouvre pas son dossier sous votre identifiant local.",
    { cause: error, details: error.details },
  );
}
