import { association as types, documentStatus } from '../../documents/metadata/constants.ts';
import type { Association } from '../../documents/index.ts';
import { hl7Utc } from '../../internal/hl7-time.ts';
import type { ReadElement } from '../../internal/xml/index.ts';
import type { FiledDocument, NewDocument, RegisteredStatus } from '../state/filed.ts';
import type { DossierRegistry, RegisteredEntry, RegisteredObject } from '../state/registered.ts';
import type { DossierState, PlatformState } from '../state/state.ts';
import { rim, withAttributes, withSlot } from './rim.ts';
import type { SubmittedObjects } from './submission.ts';

/** A document of a submission, once it was judged. */
export interface JudgedDocument {
  readonly submitted: SubmittedObjects['entries'][number];
  /** To be filed; or there already, byte by byte. */
  readonly document: Omit<NewDocument, 'entryId'> | FiledDocument;
}

/** Everything that one submission set brings, judged. */
export interface JudgedSubmission {
  readonly dossier: DossierState;
  readonly objects: SubmittedObjects;
  readonly documents: readonly JudgedDocument[];
}

/**
 * Takes a submission into the registry and the repository of a dossier: nothing of it can be
 * refused any more.
 */
export function register(state: PlatformState, { dossier, objects, documents }: JudgedSubmission): void {
  const ids = new GivenIds(state);
  const { registry } = dossier;

  addSets(registry, objects, ids);
  for (const { value, node } of objects.folders) {
    const id = ids.of(value.id);
    const lastUpdate = hl7Utc(state.now);
    registry.folders.push({ kind: 'folder', id, folder: { ...value, id }, node: ids.renamed(node, id), lastUpdate });
  }
  for (const { submitted, document } of documents) {
    const id = ids.of(submitted.value.entryUuid);
    const filed = 'submittedAt' in document ? document : state.file(dossier, { ...document, entryId: id });
    const node = ids.renamed(submitted.node, id);
    addEntry(state, registry, { id, lid: id, version: 1, document: filed, entry: submitted.value, node });
  }
  for (const { type, source, target } of addAssociations(registry, objects, ids)) {
    if (supersedes(type)) deprecate(registry, source, target);
  }
}

/** The submission sets of a request, under the identifiers that the registry gives them. */
export function addSets({ sets }: DossierRegistry, objects: SubmittedObjects, ids: GivenIds): void {
  for (const { value, node } of objects.sets) {
    const id = ids.of(value.id);
    sets.push({ kind: 'submission-set', id, set: { ...value, id }, node: ids.renamed(node, id) });
  }
}

/** The associations of a request, between objects under their own identifiers. */
export function addAssociations(
  { associations }: DossierRegistry,
  objects: SubmittedObjects,
  ids: GivenIds,
): readonly Association[] {
  return objects.associations.map(({ value, node }) => {
    const [id, source, target] = [ids.of(value.id), ids.of(value.source), ids.of(value.target)];
    const association = { ...value, id, source, target };
    associations.push({ kind: 'association', id, association, node: ids.linked(node, association) });
    return association;
  });
}

/** A new version of an entry, as the registry keeps it. */
export function addEntry(
  { repositoryUniqueId }: Pick<PlatformState, 'repositoryUniqueId'>,
  registry: DossierRegistry,
  { entry, document, ...given }: Omit<RegisteredEntry, 'kind' | 'status'>,
): RegisteredEntry {
  const slots = { repositoryUniqueId, hash: document.sha1, size: String(document.bytes.length) };
  let node = withSlot(given.node, 'URI');
  for (const [name, value] of Object.entries(slots)) node = withSlot(node, name, value);

  const added: RegisteredEntry = {
    ...given,
    kind: 'document',
    document,
    status: 'approved',
    node,
    entry: {
      ...entry,
      entryUuid: given.id,
      logicalId: given.lid,
      version: String(given.version),
      hash: slots.hash,
      size: document.bytes.length,
      uri: null,
      repositoryUniqueId,
    },
  };
  registry.entries.push(added);
  document.status = 'approved';
  return added;
}

/** An association that the registry makes by itself: a document alone says what it replaces. */
export function addReplacement(state: PlatformState, { registry }: DossierState, document: FiledDocument): void {
  const current = (uniqueId: string): RegisteredEntry | undefined =>
    registry.entries.findLast(
      ({ document: { uniqueId: other }, status }) => other === uniqueId && status === 'approved',
    );
  const source = current(document.uniqueId);
  const target = document.replaces === null ? undefined : current(document.replaces);
  if (!source || !target) return;

  const id = `urn:uuid:${state.newId()}`;
  const link = { id, type: types.replace, source: source.id, target: target.id, slots: {} };
  registry.associations.push({
    kind: 'association',
    id,
    association: link,
    node: rim('Association', {
      id,
      associationType: link.type,
      objectType: 'urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:Association',
      sourceObject: source.id,
      targetObject: target.id,
    }),
  });
  deprecate(registry, source.id, target.id);
}

export function supersedes(type: string): boolean {
  return type === types.replace || type === types.transformAndReplace;
}

/** The older document is no longer current; what was appended to it or made from it neither. */
function deprecate({ entries, associations }: DossierRegistry, source: string, target: string): void {
  const byId = (id: string): RegisteredEntry | undefined => entries.find((entry) => entry.id === id);
  const replaced = byId(target);
  const next = byId(source);
  if (!replaced || !next) return;

  setStatus(entries, replaced, 'deprecated');
  replaced.document.replacedBy = next.document.uniqueId;
  for (const { association } of associations) {
    const follows = association.type === types.append || association.type === types.transform;
    const follower = follows && association.target === target ? byId(association.source) : undefined;
    if (follower && follower !== next) setStatus(entries, follower, 'deprecated');
  }
}

/** Gives an entry another status, and the document that of its newest entry. */
export function setStatus(
  entries: readonly RegisteredEntry[],
  changed: RegisteredEntry,
  status: RegisteredStatus,
): void {
  changed.status = status;
  const ofDocument = entries.filter(({ document }) => document === changed.document);
  const approved = ofDocument.some((entry) => entry.status === 'approved');
  changed.document.status = approved ? 'approved' : (ofDocument.at(-1)?.status ?? status);
}

/** An object as a registry shows it, with what changes in time. */
export function currentNode(object: RegisteredObject): ReadElement {
  const approved = documentStatus.approved;
  switch (object.kind) {
    case 'document': {
      const { node, lid, version, status } = object;
      const info = rim('VersionInfo', { versionName: String(version) });
      const others = node.children.filter((child) => typeof child === 'string' || child.localName !== 'VersionInfo');
      return withAttributes({ ...node, children: [...others, info] }, { lid, status: documentStatus[status] });
    }

    case 'folder':
      return withAttributes(withSlot(object.node, 'lastUpdateTime', object.lastUpdate), {
        lid: object.id,
        status: approved,
      });

    case 'submission-set':
    case 'association':
      return withAttributes(object.node, { lid: object.id, status: approved });
  }
}

const uuidUrn = /^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Identifiers of one submission: symbolic ones get a UUID. @see IHE ITI TF-3, section 4.2.1.5.1 */
export class GivenIds {
  readonly #state: PlatformState;
  readonly #given = new Map<string, string>();

  constructor(state: PlatformState) {
    this.#state = state;
  }

  of(id: string): string {
    if (id === '') return this.#fresh();

    const known = this.#given.get(id) ?? (uuidUrn.test(id) ? id.toLowerCase() : this.#fresh());
    this.#given.set(id, known);
    return known;
  }

  /** An object under its own identifier, which its parts name; they get their own. */
  renamed(node: ReadElement, id: string): ReadElement {
    const parts = node.children.map((child) => {
      if (typeof child === 'string') return child;
      if (child.localName === 'Classification') {
        return withAttributes(child, { id: this.#fresh(), classifiedObject: id });
      }
      if (child.localName === 'ExternalIdentifier') {
        return withAttributes(child, { id: this.#fresh(), registryObject: id });
      }
      return child;
    });
    return withAttributes({ ...node, children: parts }, { id });
  }

  /** An association between objects under their own identifiers. */
  linked(node: ReadElement, { id, type, source, target }: Association): ReadElement {
    return withAttributes(this.renamed(node, id), {
      associationType: type,
      sourceObject: source,
      targetObject: target,
    });
  }

  #fresh(): string {
    return `urn:uuid:${this.#state.newId()}`;
  }
}
