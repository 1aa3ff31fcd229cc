import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { isObject, objects, type Json } from '../../internal/json/index.ts';
import { tokenOf } from '../fhir/address.ts';
import type { FhirEntry } from '../fhir/bundle.ts';
import type { FhirPartner } from '../fhir/exchange.ts';
import { searchWhole } from '../fhir/search.ts';
import { isFormer } from '../patients/fhir/former.ts';
import { askPatientIds } from '../patients/fhir/identifiers.ts';
import { resourcesOf, type DepositPayload } from './payload.ts';

type Identifier = DepositPayload['patient'];

/**
 * The id of the patient at the server: one record alone bears the identifier of the deposit. It is
 * searched for; a server without that search is asked by ITI-83 where the platform permits it.
 *
 * @throws TerrESanteError `TE_NOT_FOUND`, `TE_IDENTITY_AMBIGUOUS`
 */
export async function patientId(
  partner: FhirPartner,
  identifier: Identifier,
  { allowsAddress, ...call }: CallOptions & { readonly allowsAddress: boolean },
): Promise<string> {
  const ids = await searchedIds(partner, identifier, call).catch(async (error: unknown) => {
    const isElsewhere = isTerrESanteError(error) && error.details['reason'] === 'no-service';
    if (!isElsewhere || !allowsAddress) throw error;
    return askPatientIds(partner, identifier, call);
  });
  const [id, ...others] = ids;
  if (id !== undefined && others.length === 0) return id;

  if (id === undefined) {
    throw new TerrESanteError('TE_NOT_FOUND', 'Le serveur FHIR ne connaît pas le patient de ce dépôt.', {
      details: { reason: 'unknown-patient' },
    });
  }
  const sentence = 'Plusieurs patients du serveur FHIR portent cet identifiant : aucun dépôt.';
  throw new TerrESanteError('TE_IDENTITY_AMBIGUOUS', sentence, { details: { records: ids.length } });
}

/** A record that gave way to another is not the patient's any more. */
async function searchedIds(
  partner: FhirPartner,
  identifier: Identifier,
  call: CallOptions,
): Promise<readonly string[]> {
  const found = await all(partner, 'Patient', [['identifier', tokenOf(identifier)]], call);
  const isIt = ({ resource }: FhirEntry): boolean => !isFormer(resource) && bears(resource['identifier'], identifier);
  return found.filter(isIt).flatMap(({ id }) => id ?? []);
}

function bears(list: unknown, { system, value }: Identifier): boolean {
  return objects(list).some((item) => item['system'] === system && item['value'] === value);
}

/**
 * The documents of a patient that bear one of these identifiers, whatever became of them since.
 *
 * @see IHE ITI MHD, section 2:3.67.4.1.2: patient and status are required
 */
export async function documentsBearing(
  partner: FhirPartner,
  patient: string,
  values: readonly string[],
  call: CallOptions,
): Promise<readonly FhirEntry[]> {
  const tokens = values.map((value) => tokenOf({ system: 'urn:ietf:rfc:3986', value }));
  const parameters = [
    ['patient', `Patient/${patient}`],
    ['status', 'current,superseded'],
    ['identifier', tokens.join(',')],
  ] as const;
  const found = await all(partner, 'DocumentReference', parameters, call);
  return found.filter(({ resource }) => values.some((value) => bearsValue(resource, value)));
}

function bearsValue(resource: Json, value: string): boolean {
  const { masterIdentifier, identifier } = resource;
  const all = [...(isObject(masterIdentifier) ? [masterIdentifier] : []), ...objects(identifier)];
  return all.some((item) => item['value'] === value);
}

/** @throws TerrESanteError `TE_PROTOCOL` for a list that is not whole: it proves nothing */
async function all(
  partner: FhirPartner,
  type: string,
  parameters: readonly (readonly [string, string])[],
  call: CallOptions,
): Promise<readonly FhirEntry[]> {
  const { entries } = await searchWhole(partner, { ...call, type, parameters, allowsGet: false, maxPages: 20 });
  return entries.filter((entry) => entry.type === type && entry.mode === 'match');
}

/** Documents of the server that the deposit refers to: their entryUUID and their id. */
export type Related = ReadonlyMap<string, string>;

/**
 * The ids of the documents that a deposit replaces or completes.
 *
 * @throws TerrESanteError `TE_NOT_FOUND` when the server has no such document for this patient
 */
export async function relatedDocuments(
  partner: FhirPartner,
  { bundle }: DepositPayload,
  patient: string,
  call: CallOptions,
): Promise<Related> {
  const targets = resourcesOf(bundle).flatMap(({ relatesTo }) => objects(relatesTo).flatMap(targetOf));
  const related = new Map<string, string>();

  for (const target of new Set(targets)) {
    const [found, ...others] = await documentsBearing(partner, patient, [target], call);
    if (!found || found.id === null || others.length > 0) {
      throw new TerrESanteError('TE_NOT_FOUND', 'Le document que ce dépôt remplace ou complète est inconnu.', {
        details: { reason: 'unknown-target', documents: others.length + (found ? 1 : 0) },
      });
    }
    related.set(target, found.id);
  }
  return related;
}

/** The identifier that a relation names its document by. */
export function targetOf({ target }: Json): string[] {
  const identifier = isObject(target) ? target['identifier'] : null;
  const value = isObject(identifier) ? identifier['value'] : null;
  return typeof value === 'string' ? [value] : [];
}
