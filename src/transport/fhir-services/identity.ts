import { isTerrESanteError, type TerrESanteError } from '../../errors.ts';
import type { LocalIdentifier, PatientInput, PatientTraits } from '../../identity/index.ts';
import { readFhirPatient } from '../../identity/wire/index.ts';
import { objects, type Json } from '../../internal/json/index.ts';
import { holderOf } from '../binding/known-by-ins.ts';
import { requireSameTraits, withoutDossier } from '../binding/known-patient.ts';
import type { BoundPatient } from '../binding/model.ts';
import { idOf, oidUri, tokenOf } from '../fhir/address.ts';
import type { FhirEntry } from '../fhir/bundle.ts';
import { searchWhole } from '../fhir/search.ts';
import { isFormer } from '../patients/fhir/former.ts';
import { askPixWhole, readIdentifiers } from '../patients/fhir/identifiers.ts';
import type { FhirCall } from './exchange.ts';
import { likeness, type Likeness } from './match.ts';
import { recordAt, survivorOf } from './survivor.ts';

/** A patient as the server knows him. */
export interface KnownPatient {
  /** Of the record; `null` when the identity server does not keep one. */
  readonly id: string | null;
  readonly regionalId: LocalIdentifier | null;
  /** By which the server knows him: the local identifier, or the INS. */
  readonly name: LocalIdentifier;
  /** What the server keeps of him, where it was read. */
  readonly record: Json | null;
}

/**
 * Who the patient is at the server: by ITI-83 where an address may name him, else by a search. One
 * whom it does not know by the local identifier is asked for by the INS, in the same search where
 * there is one. Then the traits say whether there is somebody like him; nobody is chosen.
 *
 * @throws TerrESanteError `TE_IDENTITY_MISMATCH` when the INS is held under other traits
 */
export async function patientAt(call: FhirCall, patient: BoundPatient): Promise<KnownPatient | Likeness> {
  const { patientInAddress } = call.options.services;
  const byPixm = patientInAddress ? await byPix(call, patient.localId) : undefined;
  const known = byPixm === undefined || byPixm === 'unknown' ? await searched(call, patient, byPixm) : byPixm;
  return known === 'unknown' ? likeness(call, patient) : known;
}

/**
 * The same for what reads or changes a dossier: that of somebody else is not touched.
 *
 * @throws TerrESanteError `TE_DOSSIER_ABSENT`, `TE_IDENTITY_AMBIGUOUS`, `TE_IDENTITY_MISMATCH`
 */
export async function requirePatientAt(call: FhirCall, patient: BoundPatient): Promise<KnownPatient> {
  const known = await patientAt(call, patient);
  if (typeof known === 'string') throw withoutDossier(known);

  const record = known.record ?? (known.id === null ? null : await recordAt(call, known.id));
  requireSameTraits(patient.traits, record && traitsIn(call, record));
  return known;
}

/** Traits that cannot be read are none to compare with. */
export const traitsIn = (call: FhirCall, record: Json): PatientTraits | null => personIn(call, record)?.traits ?? null;

function personIn({ options }: FhirCall, record: Json): PatientInput | null {
  try {
    return readFhirPatient(record, { dialect: options.services.dialect }).patient;
  } catch (error) {
    if (isTerrESanteError(error)) return null;
    throw error;
  }
}

type Known = KnownPatient | 'unknown' | 'ambiguous';

/** `undefined` where there is no such service. */
async function byPix({ partner, options, limits }: FhirCall, localId: LocalIdentifier): Promise<Known | undefined> {
  const { regionalOid } = options;
  const domains = regionalOid === null ? [] : [regionalOid];
  try {
    const { identifiers, ids } = await askPixWhole(partner, localId, domains, limits);
    const regional = identifiers.identifiers.filter(({ system }) => system === regionalOid);
    if (ids.length > 1 || regional.length > 1) return 'ambiguous';
    // The empty answer about an identifier that gave way to another.
    if (ids.length === 0 && identifiers.identifiers.length === 0) return 'unknown';
    return { id: ids[0] ?? null, regionalId: plain(regional[0]), name: localId, record: null };
  } catch (error) {
    if (!isTerrESanteError(error)) throw error;
    if (isUnknownPatient(error)) return 'unknown';
    if (isNoService(error)) return undefined;
    throw error;
  }
}

/**
 * A patient who is not known: 404, or the 400 of servers that call the identifier invalid. Only
 * `code-invalid` says that a domain is not declared.
 *
 * @see IHE ITI PIXm 3.1.0, section 2:3.83.4.2.2
 */
function isUnknownPatient({ details }: TerrESanteError): boolean {
  const codes: readonly unknown[] = Array.isArray(details['issueCodes']) ? details['issueCodes'] : [];
  return details['reason'] === 'unknown-patient' || (details['status'] === 400 && codes[0] === 'invalid');
}

const isNoService = ({ details }: TerrESanteError): boolean =>
  details['reason'] === 'no-service' || details['status'] === 405 || details['status'] === 501;

/** An identity server may offer ITI-83 alone: whom it does not know is unknown then. */
async function searched(call: FhirCall, patient: BoundPatient, byPixm: 'unknown' | undefined): Promise<Known> {
  return bySearch(call, patient).catch((error: unknown) => {
    const isMissing = isTerrESanteError(error) && (isNoService(error) || error.details['status'] === 404);
    if (byPixm !== 'unknown' || !isMissing) throw error;
    return byPixm;
  });
}

/**
 * By the local identifier or the INS, which one question names (ITI-78: values between commas are
 * alternatives). A record of the local identifier goes first.
 */
async function bySearch(call: FhirCall, patient: BoundPatient): Promise<Known> {
  const { localId } = patient;
  const ins = patient.ins && { system: patient.ins.oid, value: patient.ins.value };
  const { entries } = await searchWhole(call.partner, {
    ...call.limits,
    type: 'Patient',
    parameters: [['identifier', [localId, ...(ins ? [ins] : [])].map(tokenOf).join(',')]],
    allowsGet: call.options.services.patientInAddress,
    maxPages: 20,
  });

  const records = entries.filter(({ type }) => type === 'Patient');
  const inUse = records.filter(({ resource }) => !isFormer(resource));
  const [record, ...others] = inUse.filter(({ resource }) => bears(resource, localId));
  if (others.length > 0) return 'ambiguous';
  if (record) return knownBy(call, record, localId);

  const holders = inUse.map((found) => ({
    record: knownBy(call, found, ins ?? localId),
    patient: personIn(call, found.resource),
  }));
  const holder = holderOf<Known>(patient, holders);
  const former = records.filter(({ resource }) => isFormer(resource) && bears(resource, localId));
  return holder === 'unknown' && former.length > 0 ? bySurvivor(call, patient, former) : holder;
}

/**
 * The patient of a record that gave way: that of the record which took over, when its traits are
 * his. Where that is not known the patient is not unknown either: a second dossier is not made.
 *
 * @throws TerrESanteError `TE_IDENTITY_MISMATCH`
 */
async function bySurvivor(
  call: FhirCall,
  { localId, traits }: BoundPatient,
  [former, ...others]: readonly FhirEntry[],
): Promise<Known> {
  const survivor = former && others.length === 0 ? await survivorOf(call, former.resource) : null;
  if (!survivor) return 'ambiguous';

  requireSameTraits(traits, traitsIn(call, survivor));
  const names = identifiersOf(survivor);
  const name = names.find(({ system }) => system === localId.system) ?? names[0];
  return name ? knownBy(call, { id: idOf(survivor), resource: survivor }, name) : 'ambiguous';
}

function knownBy(
  { options }: FhirCall,
  { id, resource }: Pick<FhirEntry, 'id' | 'resource'>,
  name: LocalIdentifier,
): Known {
  const [regional, ...others] = identifiersOf(resource).filter(({ system }) => system === options.regionalOid);
  return others.length > 0 ? 'ambiguous' : { id, regionalId: plain(regional), name, record: resource };
}

/** Whether a record bears an identifier. */
export function bears(resource: Json, { system, value }: LocalIdentifier): boolean {
  return objects(resource['identifier']).some(
    (item) => [system, oidUri(system)].includes(String(item['system'])) && item['value'] === value,
  );
}

/** The identifiers of a resource that are in use. */
export function identifiersOf(resource: Json): readonly LocalIdentifier[] {
  const list: unknown = resource['identifier'];
  return readIdentifiers(Array.isArray(list) ? list.slice(0, 1_000) : []).identifiers.flatMap(
    (found) => plain(found) ?? [],
  );
}

function plain(found: LocalIdentifier | undefined): LocalIdentifier | null {
  return found ? { system: found.system, value: found.value } : null;
}
