import { TerrESanteError } from '../../errors.ts';
import { isoUtc } from '../../internal/hl7-time.ts';
import { isObject, objects, type Json } from '../../internal/json/index.ts';
import type { Answered, BindingCall, BoundPatient, DocumentRecord } from '../binding/model.ts';
import { oidUri } from '../fhir/address.ts';
import { searchWhole } from '../fhir/search.ts';
import { protocolFailure } from '../http/protocol-failure.ts';
import { fetchContent } from '../mhd/content.ts';
import { attachmentOf, described, isAbout, replacedBy } from '../mhd/described.ts';
import { documentsBearing, patientId } from '../mhd/resolve.ts';
import { FhirCall } from './exchange.ts';
import { requirePatientAt } from './identity.ts';
import type { FhirBindingOptions } from './model.ts';
import { confidentialitySystem, noteTypeSystem } from './names.ts';

/**
 * The documents of a dossier (ITI-67), without the notes of a liaison book, which are kept as
 * documents too.
 *
 * @throws TerrESanteError `TE_DOSSIER_ABSENT`, `TE_IDENTITY_AMBIGUOUS`, `TE_PROTOCOL` when a
 *   document is another patient's, or the list is not whole
 * @see IHE ITI MHD 4.2.3, section 2:3.67; ANS, PDSm 3.1.1
 */
export async function listDocuments(
  options: FhirBindingOptions,
  patient: BoundPatient,
  { includeDeprecated }: { readonly includeDeprecated: boolean },
  bound: BindingCall,
): Promise<Answered<readonly DocumentRecord[]>> {
  const call = new FhirCall(options, bound);
  const id = await recordId(call, patient);
  const { entries } = await searchWhole(call.partner, {
    ...call.limits,
    type: 'DocumentReference',
    parameters: [
      ['patient', `Patient/${id}`],
      ['status', includeDeprecated ? 'current,superseded' : 'current'],
    ],
    allowsGet: options.services.patientInAddress,
  });

  const resources = entries.flatMap(({ type, mode, resource }) =>
    type === 'DocumentReference' && mode === 'match' ? [resource] : [],
  );
  const identifier = { system: oidUri(patient.localId.system), value: patient.localId.value };
  if (!resources.every((resource) => isAbout(resource, id, identifier))) {
    throw protocolFailure(
      'other-patient',
      "Le serveur FHIR donne le document d'un autre patient : la liste est écartée.",
    );
  }

  const documents = resources.filter((resource) => !isNote(resource));
  const successors = successorsIn(documents);
  return call.answered(documents.map((resource) => recordOf(resource, successors)));
}

/**
 * The bytes of one document (ITI-68), those that its description announces.
 *
 * @throws TerrESanteError `TE_NOT_FOUND`, `TE_TOO_LARGE`, `TE_PROTOCOL`
 */
export async function fetchDocument(
  options: FhirBindingOptions,
  patient: BoundPatient,
  { uniqueId, maxBytes }: { readonly uniqueId: string; readonly maxBytes: number },
  bound: BindingCall,
): Promise<Answered<Uint8Array>> {
  const call = new FhirCall(options, bound);
  const id = await recordId(call, patient);
  const [found, ...others] = await documentsBearing(call.partner, id, [`urn:oid:${uniqueId}`], call.limits);
  if (!found) throw new TerrESanteError('TE_NOT_FOUND', "Ce document n'est pas dans le dossier.");
  if (others.length > 0) {
    throw protocolFailure('two-documents', 'Deux documents portent cet identifiant : aucun choix.');
  }

  const attachment = attachmentOf(found.resource);
  const { size } = described({ ...found.resource, id: found.id }, new Set()) ?? { size: null };
  if (size !== null && size > maxBytes) {
    throw new TerrESanteError('TE_TOO_LARGE', 'Le document dépasse la taille admise.', {
      details: { bytes: size, maxBytes },
    });
  }
  const { bytes } = await fetchContent(call.partner, attachment, maxBytes, call.limits);
  return call.answered(bytes);
}

/** The id by which documents name the patient. */
export async function recordId(call: FhirCall, patient: BoundPatient): Promise<string> {
  const { id } = await requirePatientAt(call, patient);
  if (id !== null) return id;

  const { system, value } = patient.localId;
  const { patientInAddress } = call.options.services;
  const identifier = { system: oidUri(system), value };
  return patientId(call.partner, identifier, { ...call.limits, allowsAddress: patientInAddress });
}

/** @see ANS, Cahier de liaison 3.0.0: a note is a document of these types */
export function isNote({ type }: Json): boolean {
  return isObject(type) && objects(type['coding']).some(({ system }) => system === noteTypeSystem);
}

/** The uniqueId of the document that takes the place of each other one. */
function successorsIn(resources: readonly Json[]): ReadonlyMap<string, string> {
  return new Map(
    resources.flatMap((resource) => {
      const uniqueId = uniqueIdOf(resource);
      return uniqueId === null ? [] : replacedBy(resource).map((id) => [id, uniqueId] as const);
    }),
  );
}

/** The OID, or the identifier as it is written; `null` without one. */
export function uniqueIdOf({ masterIdentifier }: Json): string | null {
  const value = isObject(masterIdentifier) ? masterIdentifier['value'] : null;
  return typeof value === 'string' && value !== '' ? value.replace(/^urn:oid:/, '') : null;
}

/**
 * A description that breaks its profile is read all the same; without what names the document, it
 * would be lost in the list.
 */
function recordOf(resource: Json, successors: ReadonlyMap<string, string>): DocumentRecord {
  const read = described(resource, new Set(successors.keys()));
  const uniqueId = read?.uniqueId ?? null;
  const type = isObject(resource['type']) ? objects(resource['type']['coding'])[0] : undefined;
  const submittedAt =
    instantOf(resource['date']) ?? instantOf(isObject(resource['meta']) ? resource['meta']['lastUpdated'] : null);
  if (!read || uniqueId === null) throw incomplete('masterIdentifier');
  if (submittedAt === null) throw incomplete('date');
  if (typeof type?.['code'] !== 'string') throw incomplete('type');

  const typeLabel = typeof type['display'] === 'string' ? type['display'] : type['code'];
  return {
    uniqueId,
    entryId: entryIdOf(resource) ?? read.id,
    title: read.title ?? typeLabel,
    typeCode: type['code'],
    typeLabel,
    status: read.status === 'current' ? 'approved' : 'deprecated',
    submittedAt,
    mimeType: read.mimeType ?? 'application/octet-stream',
    size: read.size,
    sha1: read.hash,
    confidentiality: confidentialityOf(resource),
    replacedBy: successors.get(read.id) ?? null,
  };
}

/** @see IHE ITI MHD 4.2.3, profile EntryUUID.Identifier: use `official` */
function entryIdOf({ identifier }: Json): string | null {
  const value = objects(identifier).find(({ use }) => use === 'official')?.['value'];
  return typeof value === 'string' ? value : null;
}

function confidentialityOf({ securityLabel }: Json): string | null {
  const codings = objects(securityLabel).flatMap(({ coding }) => objects(coding));
  const code = codings.find(({ system }) => system === confidentialitySystem)?.['code'];
  return typeof code === 'string' ? code : null;
}

function instantOf(value: unknown): string | null {
  const moment = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(moment) ? null : isoUtc(moment);
}

function incomplete(attribute: string): TerrESanteError {
  return protocolFailure('metadata', "La fiche d'un document est incomplète sur le serveur FHIR.", { attribute });
}
