import { isTerrESanteError, type TerrESanteError } from '../../../errors.ts';
import { compareIdentities, type LocalIdentifier, type PatientTraits } from '../../../identity/index.ts';
import { readFhirPatient, type FrCoreDialect } from '../../../identity/wire/index.ts';
import { isObject, type Json } from '../../../internal/json/index.ts';
import { hl7v3Date as requireDate } from '../../../identity/wire/hl7v3.ts';
import { escaped, idOf, oidUri, readReference, tokenOf } from '../../fhir/address.ts';
import { isModified, type FhirEntry } from '../../fhir/bundle.ts';
import { askFhir, type FhirPartner } from '../../fhir/exchange.ts';
import { recoded } from '../../fhir/refusal.ts';
import { searchPages, type FhirPage, type FhirSearch } from '../../fhir/search.ts';
import type { PatientCandidate, PatientCandidates } from '../model.ts';
import { replacing } from './former.ts';
import { readIdentifiers } from './identifiers.ts';

/** What is known of the person that is looked for. */
export interface Wanted {
  readonly traits: PatientTraits;
  readonly identifier: LocalIdentifier | undefined;
  readonly domains: readonly string[];
  /** Most candidates that are given. */
  readonly limit: number;
  /** Most candidates of one page; as the server likes without it. */
  readonly pageSize: number | undefined;
  readonly dialect: FrCoreDialect;
}

const genders: ReadonlyMap<string | undefined, string> = new Map([
  ['M', 'male'],
  ['F', 'female'],
]);

/**
 * The parameters of ITI-78. Names without a modifier: the server finds them whatever their case and
 * accents, and the comparison judges. A sex that is not known looks for everybody.
 *
 * @see IHE ITI PDQm, section 2:3.78.4.1.2
 */
export function searchParameters(wanted: Wanted): (readonly [string, string])[] {
  const { traits, identifier, domains, pageSize } = wanted;
  const { birthName, firstName, birthDate, sex } = traits;
  if (birthDate !== undefined) requireDate(birthDate);

  const gender = genders.get(sex);
  return [
    ...(birthName ? [['family', escaped(birthName)] as const] : []),
    ...(firstName ? [['given', escaped(firstName)] as const] : []),
    ...(birthDate ? [['birthdate', birthDate] as const] : []),
    ...(gender === undefined ? [] : [['gender', gender] as const]),
    ...(identifier ? [['identifier', tokenOf(identifier)] as const] : []),
    ...(domains.length > 0 ? [['identifier', domains.map((domain) => `${oidUri(domain)}|`).join(',')] as const] : []),
    ...(pageSize === undefined ? [] : [['_count', String(pageSize)] as const]),
  ];
}

/**
 * ITI-78. Follows the pages up to the limit; a record that gave way to another brings the other one
 * along, once.
 */
export async function searchPatients(
  partner: FhirPartner,
  search: FhirSearch,
  wanted: Wanted,
): Promise<PatientCandidates> {
  const found = new Found(wanted);
  try {
    for await (const page of searchPages(partner, search)) {
      found.take(page);
      if (found.isFull) break;
    }
  } catch (error) {
    throw isTerrESanteError(error) ? domainRefusal(error, wanted) : error;
  }

  for (const id of found.survivors) found.takeSurvivor(await survivor(partner, search, id));
  return found.result;
}

/** The record that took over; `null` when the server does not give it. */
async function survivor(partner: FhirPartner, { signal }: FhirSearch, id: string): Promise<Json | null> {
  const url = new URL(`Patient/${id}`, partner.base).href;
  try {
    const { resource } = await askFhir(partner, { signal, method: 'GET', url, writes: false });
    return resource?.['resourceType'] === 'Patient' && !isModified(resource) ? resource : null;
  } catch (error) {
    if (isTerrESanteError(error) && ['TE_NOT_FOUND', 'TE_FORBIDDEN'].includes(error.code)) return null;
    throw error;
  }
}

/**
 * A server that does not know a domain says so by 404.
 *
 * @see IHE ITI PDQm, section 2:3.78.4.1.3
 */
function domainRefusal(error: TerrESanteError, { domains }: Wanted): TerrESanteError {
  const { status, issueCodes } = error.details;
  const saysUnknown = Array.isArray(issueCodes) && issueCodes.includes('not-found');
  if (status !== 404 || domains.length === 0 || !saysUnknown) return error;

  const sentence = "Le serveur d'identités ne connaît pas un des domaines demandés.";
  return recoded(error, 'TE_CONFIG_INVALID', 'unknown-domain', sentence);
}

/** The candidates of one search. */
class Found {
  readonly #wanted: Wanted;
  readonly #candidates: PatientCandidate[] = [];
  readonly #told = new Set<string>();
  readonly #ids = new Set<string>();
  readonly #survivors = new Set<string>();
  #total: number | null = null;
  #received = 0;
  #hasMore = false;

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
  }

  get isFull(): boolean {
    return this.#candidates.length >= this.#wanted.limit;
  }

  /** Ids of the records that took over from one that was found, and were not found themselves. */
  get survivors(): readonly string[] {
    const missing = [...this.#survivors].filter((id) => !this.#ids.has(id));
    const room = Math.max(0, this.#wanted.limit - this.#candidates.length);
    if (missing.length > room) this.#hasMore = true;
    return missing.slice(0, room);
  }

  get result(): PatientCandidates {
    const { limit } = this.#wanted;
    return {
      candidates: this.#candidates.slice(0, limit),
      total: this.#total,
      hasMore: this.#hasMore || this.#candidates.length > limit || (this.#total ?? 0) > this.#received,
      told: [...this.#told],
    };
  }

  take({ entries, issues, total, hasNext, told }: FhirPage): void {
    for (const word of told) this.#told.add(word);
    if (issues.length > 0) this.#told.add('warning');
    if (this.#total !== null && total !== null && total !== this.#total) this.#told.add('total');
    this.#total ??= total;
    this.#hasMore = hasNext;

    const patients = entries.filter(({ type, mode }) => type === 'Patient' && mode === 'match');
    this.#received += patients.length;
    for (const patient of patients) this.#takeOne(patient.resource, patient);
  }

  takeSurvivor(resource: Json | null): void {
    if (resource === null) this.#told.add('survivor');
    else this.#takeOne(resource, { id: idOf(resource), score: null });
  }

  #takeOne(resource: Json, { id, score }: Pick<FhirEntry, 'id' | 'score'>): void {
    const { traits, dialect } = this.#wanted;
    const identity = readFhirPatient(resource, { dialect });
    const list: unknown = resource['identifier'];
    const { identifiers, told } = readIdentifiers(Array.isArray(list) ? list.slice(0, 1_000) : []);
    const survivorId = survivorOf(resource);

    for (const word of told) this.#told.add(word);
    if (id !== null) this.#ids.add(id);
    if (survivorId !== null) this.#survivors.add(survivorId);
    this.#candidates.push({
      identity,
      identifiers,
      comparison: compareIdentities({ traits }, identity.patient),
      matchScore: score === null ? null : Math.round(score * 10_000) / 100,
      status: statusOf(resource),
    });
  }
}

function survivorOf(resource: Json): string | null {
  const [other] = replacing(resource).map((link) => (isObject(link['other']) ? link['other'] : {}));
  const reference = readReference(other?.['reference']);
  return reference?.type === 'Patient' ? reference.id : null;
}

/** `replaced`: it gave way to another record. */
function statusOf(resource: Json): string | null {
  if (replacing(resource).length > 0) return 'replaced';
  const { active } = resource;
  if (typeof active !== 'boolean') return null;
  return active ? 'active' : 'inactive';
}
