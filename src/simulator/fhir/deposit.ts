import { association as types } from '../../documents/metadata/constants.ts';
import type { Association, DocumentEntry } from '../../documents/index.ts';
import { isTerrESanteError } from '../../errors.ts';
import { isObject, objects, type Json } from '../../internal/json/index.ts';
import { readReference } from '../../transport/fhir/address.ts';
import { objectsOfMetadata } from '../registry/from-metadata.ts';
import { SoapRefusal } from '../soap/refusal.ts';
import type { DossierState } from '../state/state.ts';
import type { XdsContext } from '../xds/context.ts';
import { offeredDocument, type OfferedDocument } from '../xds/judge-document.ts';
import { metadataProblems } from '../xds/metadata-rules.ts';
import { RefusedRequest } from '../xds/problem.ts';
import { provide } from '../xds/provide.ts';
import { readRefusal } from './access.ts';
import { latestEntries, uuidOf } from './documents.ts';
import { elementsAt, objectsAt, textAt } from './elements.ts';
import { isNote } from './notes.ts';
import { entryOf, submissionSetOf } from './read-document.ts';
import { refused, refusedByRegistry } from './refusal.ts';
import { requireUnmodified } from './request.ts';
import type { FhirView } from './view.ts';

/** One entry of a bundle. */
export interface BundleEntry {
  readonly fullUrl: string;
  readonly resource: Json;
  readonly type: string;
  readonly method: string;
  readonly url: string;
  readonly ifNoneExist: string | null;
  readonly ifMatch: string | null;
}

/** What became of an entry. */
export interface EntryOutcome {
  readonly status: string;
  readonly location?: string;
}

const relations: Readonly<Record<string, string>> = {
  replaces: types.replace,
  appends: types.append,
  transforms: types.transform,
};

/** Whether a transaction is a deposit of documents: notes are none. */
export const isDeposit = (entries: readonly BundleEntry[]): boolean =>
  entries.some(
    ({ type, resource }) => (type === 'DocumentReference' && !isNote(resource)) || type === 'Binary' || type === 'List',
  );

/** A deposit, looked at without the state of the platform. */
interface ReadDeposit {
  readonly list: BundleEntry;
  readonly references: readonly { readonly entry: BundleEntry; readonly value: DocumentEntry }[];
  readonly offered: readonly OfferedDocument[];
}

/**
 * ITI-65: takes a whole deposit into the registry and the repository of the other sides, or nothing
 * of it.
 *
 * @see IHE ITI MHD, section 2:3.65.4; ANS, PDSm 3.1.1
 * @throws FhirRefusal
 */
export async function deposit(view: FhirView, entries: readonly BundleEntry[]): Promise<readonly EntryOutcome[]> {
  requireShape(entries);
  const read = await refusing(() => readDeposit(entries));
  // All that waits is over: two deposits of one document cannot both find its place empty.
  const dossier = subjectOf(view, entries);
  const known = knownDocuments(view, dossier, read);
  if (known.length === read.references.length && isKnownSet(dossier, read.list)) {
    return entries.map((entry) => knownOutcome(entry, dossier, read));
  }
  if (known.length > 0) throw refused('SIM-FHIR-DUPLICATE', 'DocumentReference.masterIdentifier');

  const { objects: submitted, patchable } = objectsOf(view, dossier, read);
  requirePatches(entries, patchable);
  const context: XdsContext = { state: view.world.state, caller: view.caller, requireIns: view.world.requireIns };
  await refusing(async () => {
    const problems = metadataProblems(submitted);
    if (problems.length > 0) throw new RefusedRequest(...problems);
    provide({ objects: submitted, documents: read.offered }, context);
  });
  view.refresh();
  return entries.map((entry) => createdOutcome(entry, dossier, read));
}

const kinds: Readonly<Record<string, readonly string[]>> = {
  List: ['POST'],
  DocumentReference: ['POST'],
  Binary: ['POST'],
  Parameters: ['PATCH'],
};

function requireShape(entries: readonly BundleEntry[]): void {
  for (const { type, method, resource } of entries) {
    const allowed = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    if (!allowed?.includes(method)) throw refused('SIM-FHIR-ENTRY', 'Bundle.entry');
    requireUnmodified(resource);
  }
  const lists = entries.filter(({ type }) => type === 'List');
  const isSet = lists.every(({ resource }) => elementsAt(resource, 'code.coding.code').includes('submissionset'));
  if (lists.length !== 1 || !isSet) throw refused('SIM-FHIR-SUBMISSION-SET', 'Bundle.entry');
}

async function readDeposit(entries: readonly BundleEntry[]): Promise<ReadDeposit> {
  const [list] = entries.filter(({ type }) => type === 'List');
  if (!list) throw refused('SIM-FHIR-SUBMISSION-SET', 'Bundle.entry');
  const references = entries
    .filter(({ type }) => type === 'DocumentReference')
    .map((entry) => ({ entry, value: entryOf(entry.resource, entry.fullUrl) }));
  const held = new Set(elementsAt(list.resource, 'entry.item.reference'));
  if (!references.every(({ entry }) => held.has(entry.fullUrl))) {
    throw refused('SIM-FHIR-SUBMISSION-SET', 'List.entry.item');
  }

  const offered: OfferedDocument[] = [];
  for (const { entry, value } of references) {
    offered.push(await offeredDocument(value, contentOf(entry, entries), 'DocumentReference'));
  }
  return { list, references, offered };
}

/** The bytes of a document: those of the Binary of the bundle. */
function contentOf({ resource }: BundleEntry, entries: readonly BundleEntry[]): Uint8Array {
  const url = textAt(resource, 'content.attachment.url');
  const binary = entries.find(({ type, fullUrl }) => type === 'Binary' && fullUrl === url)?.resource;
  const data = binary?.['data'];
  const isSame = binary?.['contentType'] === textAt(resource, 'content.attachment.contentType');
  if (typeof data !== 'string' || !isSame || !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(data)) {
    throw refused('SIM-FHIR-ATTACHMENT', 'DocumentReference.content.attachment.url');
  }
  return Buffer.from(data, 'base64');
}

/** The one patient of all parts, whose dossier the caller may write to. */
function subjectOf(view: FhirView, entries: readonly BundleEntry[]): DossierState {
  const subjects = entries
    .filter(({ type }) => type === 'List' || type === 'DocumentReference')
    .map(({ resource }) => textAt(resource, 'subject.reference'));
  const [subject, ...others] = new Set(subjects);
  const patient = subject == null || others.length > 0 ? undefined : patientOf(view, subject);
  const dossier = patient && view.world.dossierOf(String(patient['id']));
  if (!dossier) throw refused('SIM-FHIR-REFERENCE', 'DocumentReference.subject');

  const rule = readRefusal(view.world.state, view.caller, dossier);
  // As over SOAP and by mail: a deposit asks for no membership.
  if (rule !== null && rule !== 'SIM-FHIR-NOT-IN-CIRCLE') throw refused(rule, 'DocumentReference.subject');
  if (view.caller?.resourceId === null) throw refused('SIM-FHIR-OTHER-PATIENT', 'DocumentReference.subject');
  return dossier;
}

/**
 * A patient by a literal reference, or by a conditional one.
 *
 * @see HL7 FHIR R4, RESTful API, transaction
 */
function patientOf(view: FhirView, reference: string): Json | undefined {
  const [, query] = /^Patient\?identifier=(.+)$/.exec(reference) ?? [];
  if (query === undefined) return view.byReference(reference);
  const [system = '', value = ''] = decodeURIComponent(query).split('|');
  const [found, ...others] = view
    .all('Patient')
    .filter(({ identifier }) => objects(identifier).some((own) => own['system'] === system && own['value'] === value));
  return others.length > 0 ? undefined : found;
}

/** The documents that are there already; one that may not be sent twice is refused. */
function knownDocuments(
  view: FhirView,
  dossier: DossierState,
  { references, offered }: ReadDeposit,
): readonly string[] {
  return references.flatMap(({ entry, value }, index) => {
    const holder = view.world.state.byUniqueId(value.uniqueId);
    if (!holder) return [];
    const filed = holder.documents.find(({ uniqueId }) => uniqueId === value.uniqueId);
    if (entry.ifNoneExist === null || holder !== dossier || filed?.sha1 !== offered[index]?.sha1) {
      throw refused('SIM-FHIR-DUPLICATE', 'DocumentReference.masterIdentifier');
    }
    return [value.uniqueId];
  });
}

function isKnownSet({ registry }: DossierState, { resource, ifNoneExist }: BundleEntry): boolean {
  const values = elementsAt(resource, 'identifier.value');
  return ifNoneExist !== null && registry.sets.some(({ set }) => values.includes(`urn:oid:${set.uniqueId}`));
}

/** What the registry is asked to take, and the documents that it takes the place of. */
function objectsOf(
  view: FhirView,
  dossier: DossierState,
  { list, references }: ReadDeposit,
): { readonly objects: ReturnType<typeof objectsOfMetadata>; readonly patchable: ReadonlySet<string> } {
  const patchable = new Set<string>();
  const link = (index: number, type: string, source: string, target: string, slots = {}): Association => ({
    id: `Association${String(index)}`,
    type,
    source,
    target,
    slots,
  });
  const members = references.map(({ value }, index) =>
    link(index, types.hasMember, list.fullUrl, value.entryUuid, { SubmissionSetStatus: ['Original'] }),
  );
  const related = references.flatMap(({ entry, value }) =>
    objectsAt(entry.resource, 'relatesTo').map((relation) => {
      const { code } = relation;
      const type = typeof code === 'string' && Object.hasOwn(relations, code) ? relations[code] : undefined;
      const target = targetOf(view, dossier, relation);
      if (type === undefined) throw refused('SIM-FHIR-VALUE', 'DocumentReference.relatesTo.code');
      if (!target) throw refused('SIM-FHIR-REFERENCE', 'DocumentReference.relatesTo.target');
      if (type === types.replace) patchable.add(uuidOf(target.lid));
      return { type, source: value.entryUuid, target: target.id };
    }),
  );
  const associations = [
    ...members,
    ...related.map(({ type, source, target }, index) => link(members.length + index, type, source, target)),
  ];
  const patientId = references[0]?.value.patientId ?? '';
  const metadata = {
    submissionSets: [submissionSetOf(list.resource, list.fullUrl, patientId)],
    documents: references.map(({ value }) => value),
    folders: [],
    associations,
  };
  return { objects: objectsOfMetadata(metadata), patchable };
}

/** A document of the same dossier, by its id or by the identifier of its entry. */
function targetOf(
  view: FhirView,
  dossier: DossierState,
  relation: Json,
): DossierState['registry']['entries'][number] | undefined {
  const [target] = objectsAt(relation, 'target');
  const reference = readReference(target?.['reference']);
  const identifier = isObject(target?.['identifier']) ? target['identifier']['value'] : null;
  return latestEntries(view.shown(dossier)).find(
    ({ id, lid, entry }) =>
      (reference?.type === 'DocumentReference' && uuidOf(lid) === reference.id) ||
      identifier === id ||
      identifier === `urn:oid:${entry.uniqueId}`,
  );
}

/** Only what the deposit replaces is marked as such; the registry does it by itself. */
function requirePatches(entries: readonly BundleEntry[], patchable: ReadonlySet<string>): void {
  for (const { method, url } of entries) {
    const reference = method === 'PATCH' ? readReference(url) : null;
    if (method === 'PATCH' && !(reference?.type === 'DocumentReference' && patchable.has(reference.id))) {
      throw refused('SIM-FHIR-SUPERSEDE', 'Bundle.entry');
    }
  }
}

function knownOutcome(entry: BundleEntry, dossier: DossierState, read: ReadDeposit): EntryOutcome {
  return { ...outcomeAt(entry, dossier, read), status: '200 OK' };
}

function createdOutcome(entry: BundleEntry, dossier: DossierState, read: ReadDeposit): EntryOutcome {
  const status = entry.method === 'PATCH' ? '200 OK' : '201 Created';
  return { ...outcomeAt(entry, dossier, read), status };
}

function outcomeAt(
  { type, url, fullUrl, resource }: BundleEntry,
  { registry }: DossierState,
  { references }: ReadDeposit,
): { readonly location: string } {
  if (type === 'Parameters') return { location: url };
  if (type === 'List') {
    const values = elementsAt(resource, 'identifier.value');
    const set = registry.sets.findLast((known) => values.includes(`urn:oid:${known.set.uniqueId}`));
    return { location: `List/${uuidOf(set?.id ?? fullUrl)}` };
  }

  const isOwn = ({ entry }: ReadDeposit['references'][number]): boolean =>
    entry.fullUrl === fullUrl || textAt(entry.resource, 'content.attachment.url') === fullUrl;
  const uniqueId = references.find(isOwn)?.value.uniqueId;
  const registered = registry.entries.findLast(({ document }) => document.uniqueId === uniqueId);
  return { location: `${type}/${uuidOf(registered?.lid ?? fullUrl)}` };
}

/** What the registry refuses, as an OperationOutcome. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RefusedRequest) throw refusedByRegistry(error.problems);
    if (error instanceof SoapRefusal) throw refused('SIM-FHIR-OTHER-PATIENT', 'DocumentReference.subject');
    if (isTerrESanteError(error)) throw refused('SIM-FHIR-VALUE', 'DocumentReference');
    throw error;
  }
}
