import type { LocalIdentifier } from '../../identity/index.ts';
import { isOid } from '../../internal/oid.ts';
import { patientIds, type InstanceId } from './interaction.ts';
import { contradiction, type Judged } from './judge.ts';
import { protocolFailure } from '../soap/outcome.ts';
import type { ReadElement } from '../../internal/xml/index.ts';
import type { CrossReference, PatientIdentifier } from './model.ts';

/** The identifiers that name a patient, and what is odd about the others. */
export interface ReadIdentifiers {
  readonly identifiers: readonly PatientIdentifier[];
  readonly told: readonly string[];
}

/**
 * Every identifier of a patient, each once. One without a domain or a value is left out and told:
 * it is never completed, since it would name somebody else.
 */
export function readIdentifiers(patients: readonly ReadElement[]): ReadIdentifiers {
  const all = patients.map(patientIds).flatMap(({ own, others }) => [...own, ...others]);
  return eachOnce(all, identifierOf);
}

/**
 * Keeps each identifier once, and tells what is odd about the rest.
 *
 * @param read - the identifier that a value gives, or the word for why it gives none
 */
export function eachOnce<T>(values: readonly T[], read: (value: T) => PatientIdentifier | string): ReadIdentifiers {
  const told = new Set<string>();
  const found = new Map<string, PatientIdentifier>();

  for (const value of values) {
    const identifier = read(value);
    if (typeof identifier === 'string') told.add(identifier);
    else if (found.has(keyOf(identifier))) told.add('doubled');
    else found.set(keyOf(identifier), identifier);
  }
  return { identifiers: [...found.values()], told: [...told] };
}

function identifierOf({ root, extension, assigningAuthorityName, nullFlavor }: InstanceId): PatientIdentifier | 'id' {
  const [system, value] = [root?.trim() ?? '', extension?.trim() ?? ''];
  if (nullFlavor !== null || !isOid(system) || value === '') return 'id';
  return { system, value, authority: assigningAuthorityName?.trim() || null };
}

export const keyOf = ({ system, value }: LocalIdentifier): string => `${system} ${value}`;

/**
 * The answer to a question about identifiers.
 *
 * @see IHE ITI TF-2, section 3.45.4.2.3
 * @throws TerrESanteError `TE_PROTOCOL`
 */
export function readCrossReference(
  { interaction, told }: Judged,
  asked: LocalIdentifier,
  domains: readonly string[],
): CrossReference {
  const { patients, queryAck } = interaction;
  const code = queryAck?.queryResponseCode;
  if (code !== 'OK' && code !== 'NF') {
    throw protocolFailure('query-response', "La réponse ne dit pas si le patient a d'autres identifiants.");
  }

  const { identifiers, told: oddities } = readIdentifiers(patients);
  if (code === 'NF' && identifiers.length > 0) throw contradiction();

  const isElsewhere = ({ system }: PatientIdentifier): boolean => domains.length > 0 && !domains.includes(system);
  return {
    identifiers,
    ambiguous: severalIn([asked, ...identifiers]),
    told: [
      ...told,
      ...oddities,
      ...(patients.length > 1 ? ['patients'] : []),
      ...(identifiers.some(isElsewhere) ? ['domain'] : []),
      ...(code === 'OK' && patients.length === 0 ? ['empty'] : []),
    ],
  };
}

/** Domains that give one patient several identifiers. */
export function severalIn(identifiers: readonly LocalIdentifier[]): string[] {
  const values = new Map<string, Set<string>>();
  for (const { system, value } of identifiers) {
    values.set(system, (values.get(system) ?? new Set()).add(value));
  }
  return [...values].filter(([, list]) => list.size > 1).map(([system]) => system);
}
