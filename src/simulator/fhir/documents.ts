import {
  actorResource,
  actors,
  attachment,
  documentCodes,
  documentContext,
  fhirTime,
  oidUri,
  organizationReference,
  relationCode,
} from '../../documents/fhir/resources.ts';
import { coding, concept } from '../../documents/fhir/systems.ts';
import { association as types } from '../../documents/metadata/constants.ts';
import { objects, type Json } from '../../internal/json/index.ts';
import type { RegisteredEntry, RegisteredSet } from '../state/registered.ts';
import type { DossierState, PlatformState } from '../state/state.ts';
import { fhirNames, referenceTo } from './names.ts';

/** What the view of a document or of a deposit needs. */
export interface DocumentContext {
  readonly state: PlatformState;
  readonly dossier: DossierState;
  readonly patientId: string;
  /** The patient as the platform knows it. */
  readonly patient: Json;
  /** Address of the base, without a slash at its end. */
  readonly base: string;
  /** The documents that the caller may see. */
  readonly shown: readonly RegisteredEntry[];
}

/** A UUID of its URN. */
export const uuidOf = (urn: string): string => urn.replace(/^urn:uuid:/i, '').toLowerCase();

/** The newest version of each document. */
export function latestEntries(entries: readonly RegisteredEntry[]): readonly RegisteredEntry[] {
  return [...new Map(entries.map((entry) => [entry.lid, entry])).values()];
}

/**
 * A registered document, whichever way it came.
 *
 * @see ANS, PDSm 3.1.1, profile pdsm-comprehensive-document-reference
 */
export function documentResource(registered: RegisteredEntry, context: DocumentContext): Json {
  const { state, patientId, patient, base } = context;
  const { entry, document, status, lid } = registered;
  const id = uuidOf(lid);
  const { contained, references } = actors(entry.authors, 'author');
  const authenticator = authenticatorOf(registered);
  const [institution] = entry.authors.flatMap((author) => author.institution ?? []);

  return {
    resourceType: 'DocumentReference',
    id,
    meta: { profile: [fhirNames.document] },
    contained: [...contained, ...(authenticator ? [authenticator] : []), sourcePatientOf(patient)],
    ...(status === 'archived' && { extension: [{ url: fhirNames.isArchived, valueBoolean: true }] }),
    masterIdentifier: { use: 'usual', ...oidUri(entry.uniqueId) },
    identifier: [{ use: 'official', system: fhirNames.uri, value: registered.id }],
    status: status === 'deprecated' ? 'superseded' : 'current',
    ...documentCodes(entry),
    subject: referenceTo('Patient', patientId),
    date: state.iso(document.submittedAt),
    author: references,
    ...(authenticator && { authenticator: { reference: '#authenticator' } }),
    ...(institution && { custodian: custodianOf(institution) }),
    ...relationsOf(registered, context),
    content: [{ attachment: attachment(entry, `${base}/Binary/${id}`), format: coding(entry.formatCode) }],
    context: documentContext(entry),
  };
}

function authenticatorOf({ entry }: RegisteredEntry): Json | null {
  const { authors, legalAuthenticator } = entry;
  const [first] = authors;
  const person = legalAuthenticator ?? first?.person;
  if (!person) return null;
  const own = authors.find((author) => author.person.id === person.id)?.institution ?? null;
  return actorResource(person, own, 'authenticator');
}

function custodianOf({
  id,
  authority,
  name,
}: NonNullable<RegisteredEntry['entry']['authors'][number]['institution']>): Json {
  return organizationReference({ id: id === '' ? null : { system: authority, value: id }, name: name || null });
}

/** A contained resource has no version of its own. @see HL7 FHIR R4, invariant dom-4 */
function sourcePatientOf(patient: Json): Json {
  const { meta, ...rest } = patient;
  const profile = (meta as Json | undefined)?.['profile'];
  return { ...rest, id: 'source-patient', ...(profile !== undefined && { meta: { profile } }) };
}

/** What it replaces, completes or transforms, as far as that is shown. */
function relationsOf(
  { id, lid }: RegisteredEntry,
  { dossier: { registry }, shown }: DocumentContext,
): { readonly relatesTo?: readonly Json[] } {
  const own = new Set(registry.entries.filter((entry) => entry.lid === lid).map((entry) => entry.id)).add(id);
  const relatesTo = registry.associations.flatMap(({ association: { type, source, target } }) => {
    const code = relationCode(type);
    const aim = code === null || !own.has(source) ? undefined : shown.find((entry) => entry.id === target);
    return aim ? [{ code, target: referenceTo('DocumentReference', uuidOf(aim.lid)) }] : [];
  });
  return relatesTo.length > 0 ? { relatesTo } : {};
}

/**
 * A deposit as it came.
 *
 * @see ANS, PDSm 3.1.1, profile pdsm-submissionset-comprehensive; IHE ITI MHD, section 2:3.66
 */
export function submissionSetResource({ id, set }: RegisteredSet, context: DocumentContext): Json {
  const { dossier, patientId, shown } = context;
  const { contained, references } = actors(set.authors, 'source');
  const held = new Set(
    dossier.registry.associations
      .filter(({ association }) => association.type === types.hasMember && association.source === id)
      .map(({ association }) => association.target),
  );
  const lids = new Set(dossier.registry.entries.filter((entry) => held.has(entry.id)).map(({ lid }) => lid));
  const items = shown.filter(({ lid }) => lids.has(lid));

  return {
    resourceType: 'List',
    id: uuidOf(id),
    meta: { profile: [fhirNames.submissionSet] },
    contained: contained.slice(0, 1),
    extension: [
      { url: fhirNames.designationType, valueCodeableConcept: concept(set.contentTypeCode) },
      { url: fhirNames.sourceId, valueIdentifier: oidUri(set.sourceId) },
    ],
    identifier: [{ use: 'usual', ...oidUri(set.uniqueId) }],
    status: 'current',
    mode: 'working',
    ...(set.title !== null && { title: set.title }),
    code: { coding: [{ system: fhirNames.listTypes, code: 'submissionset' }] },
    subject: referenceTo('Patient', patientId),
    date: fhirTime(set.submissionTime),
    ...(references[0] && { source: references[0] }),
    ...(set.comments !== null && { note: [{ text: set.comments }] }),
    entry: items.map(({ lid }) => ({ item: referenceTo('DocumentReference', uuidOf(lid)) })),
  };
}

/** Whether a deposit still has a document that is shown. */
export const isEmptyList = (resource: Json): boolean => objects(resource['entry']).length === 0;
