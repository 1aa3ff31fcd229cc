import { association as types } from '../../documents/metadata/constants.ts';
import type {
  DossierRegistry,
  RegisteredAssociation,
  RegisteredEntry,
  RegisteredFolder,
  RegisteredObject,
  RegisteredSet,
} from '../state/registered.ts';
import { hasStatus, hasType, matchesContent, matchesDocument, matchesFolder, matchesSet } from './match.ts';
import { RefusedRequest } from './problem.ts';
import { queryPath, refuseMissing, type ParameterRules, type QueryValues } from './query-values.ts';

/** What a query reads of a dossier, without what the caller may not see. */
export type ShownRegistry = { readonly [K in keyof DossierRegistry]: Readonly<DossierRegistry[K]> };

/** One stored query. */
export interface StoredQuery extends ParameterRules {
  /** The parameter that names the patient; `null` for a query by identifiers. */
  readonly patient: string | null;
  readonly find: (registry: ShownRegistry, values: QueryValues) => readonly RegisteredObject[];
}

/** Objects by one of two identifiers, of which exactly one is given. */
function chosen<T extends RegisteredObject>(
  objects: readonly T[],
  values: QueryValues,
  prefix: string,
  uniqueIdOf: (object: T) => string,
): readonly T[] {
  const [uuidName, uniqueName] = [`${prefix}EntryUUID`, `${prefix}UniqueId`];
  if (values.has(uuidName) && values.has(uniqueName)) {
    const context = `${uuidName} et ${uniqueName} s'excluent.`;
    throw new RefusedRequest({ code: 'XDSStoredQueryParamNumber', context, location: queryPath });
  }
  if (!values.has(uuidName) && !values.has(uniqueName)) refuseMissing(uuidName);

  const ids = values.list(uuidName).map((id) => id.toLowerCase());
  const uniqueIds = values.list(uniqueName);
  return objects.filter((object) => ids.includes(object.id) || uniqueIds.includes(uniqueIdOf(object)));
}

const documentsChosen = ({ entries }: ShownRegistry, values: QueryValues): readonly RegisteredEntry[] =>
  chosen(entries, values, '$XDSDocumentEntry', ({ entry }) => entry.uniqueId);
const setsChosen = ({ sets }: ShownRegistry, values: QueryValues): readonly RegisteredSet[] =>
  chosen(sets, values, '$XDSSubmissionSet', ({ set }) => set.uniqueId);
const foldersChosen = ({ folders }: ShownRegistry, values: QueryValues): readonly RegisteredFolder[] =>
  chosen(folders, values, '$XDSFolder', ({ folder }) => folder.uniqueId);

const idsOf = (objects: readonly RegisteredObject[]): ReadonlySet<string> => new Set(objects.map(({ id }) => id));

/** Associations with an end among these objects. */
function linksOf({ associations }: ShownRegistry, ids: ReadonlySet<string>): readonly RegisteredAssociation[] {
  return associations.filter(({ association: { source, target } }) => ids.has(source) || ids.has(target));
}

/** Associations by which these objects hold members. */
function memberships({ associations }: ShownRegistry, owners: ReadonlySet<string>): readonly RegisteredAssociation[] {
  return associations.filter(
    ({ association }) => association.type === types.hasMember && owners.has(association.source),
  );
}

const targetsOf = (links: readonly RegisteredAssociation[]): ReadonlySet<string> =>
  new Set(links.map(({ association }) => association.target));

/** A set or folder with what it holds, and the links between them. */
function withContents(
  registry: ShownRegistry,
  values: QueryValues,
  owners: readonly (RegisteredSet | RegisteredFolder)[],
): readonly RegisteredObject[] {
  const ofOwners = memberships(registry, idsOf(owners));
  const held = targetsOf(ofOwners);
  const folders = registry.folders.filter(({ id }) => held.has(id));
  const entries = registry.entries.filter((entry) => held.has(entry.id) && matchesContent(values, entry));

  // A link to a document that is left out leads nowhere.
  const shown = new Set([...idsOf(entries), ...idsOf(folders), ...idsOf(owners), ...idsOf(registry.associations)]);
  const inFolders = memberships(registry, idsOf(folders)).filter(({ id }) => held.has(id));
  const links = [...new Set([...ofOwners, ...inFolders])].filter(({ association }) => shown.has(association.target));
  return [...owners, ...entries, ...folders, ...links];
}

/**
 * The stored queries, by identifier.
 *
 * @see IHE ITI TF-2, section 3.18.4.1.2.3.7 and table 3.18.4.1.2.4-1
 */
export const storedQueries: Readonly<Record<string, StoredQuery>> = {
  // FindDocuments
  'urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d': {
    needed: ['$XDSDocumentEntryPatientId', '$XDSDocumentEntryStatus'],
    single: ['$XDSDocumentEntryPatientId'],
    patient: '$XDSDocumentEntryPatientId',
    find: ({ entries }, values) => entries.filter((entry) => matchesDocument(values, entry)),
  },
  // FindDocumentsByReferenceId
  'urn:uuid:12941a89-e02e-4be5-967c-ce4bfc8fe492': {
    needed: ['$XDSDocumentEntryPatientId', '$XDSDocumentEntryStatus', '$XDSDocumentEntryReferenceIdList'],
    single: ['$XDSDocumentEntryPatientId'],
    patient: '$XDSDocumentEntryPatientId',
    find: ({ entries }, values) => entries.filter((entry) => matchesDocument(values, entry)),
  },
  // FindSubmissionSets
  'urn:uuid:f26abbcb-ac74-4422-8a30-edb644bbc1a9': {
    needed: ['$XDSSubmissionSetPatientId', '$XDSSubmissionSetStatus'],
    single: ['$XDSSubmissionSetPatientId', '$XDSSubmissionSetAuthorPerson'],
    patient: '$XDSSubmissionSetPatientId',
    find: ({ sets }, values) => sets.filter((set) => matchesSet(values, set)),
  },
  // FindFolders
  'urn:uuid:958f3006-baad-4929-a4de-ff1114824431': {
    needed: ['$XDSFolderPatientId', '$XDSFolderStatus'],
    single: ['$XDSFolderPatientId'],
    patient: '$XDSFolderPatientId',
    find: ({ folders }, values) => folders.filter((folder) => matchesFolder(values, folder)),
  },
  // GetAll
  'urn:uuid:10b545ea-725c-446d-9b95-8aeb444eddf3': {
    needed: ['$patientId', '$XDSDocumentEntryStatus', '$XDSSubmissionSetStatus', '$XDSFolderStatus'],
    single: ['$patientId'],
    patient: '$patientId',
    find(registry, values) {
      const entries = registry.entries.filter(
        (entry) => hasStatus(values, '$XDSDocumentEntryStatus', entry.status) && matchesContent(values, entry),
      );
      const sets = registry.sets.filter(() => hasStatus(values, '$XDSSubmissionSetStatus', 'approved'));
      const folders = registry.folders.filter(() => hasStatus(values, '$XDSFolderStatus', 'approved'));
      const found = [...sets, ...entries, ...folders];
      const ids = idsOf(found);
      const isWhole = ({ association: { source, target } }: RegisteredAssociation): boolean =>
        ids.has(source) && (ids.has(target) || idsOf(registry.associations).has(target));
      return [...found, ...linksOf(registry, ids).filter(isWhole)];
    },
  },
  // GetDocuments
  'urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4': { needed: [], single: [], patient: null, find: documentsChosen },
  // GetFolders
  'urn:uuid:5737b14c-8a1a-4539-b659-e03a34a5e1e4': { needed: [], single: [], patient: null, find: foldersChosen },
  // GetAssociations
  'urn:uuid:a7ae438b-4bc2-4642-93e9-be891f7bb155': {
    needed: ['$uuid'],
    single: [],
    patient: null,
    find: (registry, values) => linksOf(registry, new Set(values.list('$uuid').map((id) => id.toLowerCase()))),
  },
  // GetDocumentsAndAssociations
  'urn:uuid:bab9529a-4a10-40b3-a01f-f68a615d247a': {
    needed: [],
    single: [],
    patient: null,
    find(registry, values) {
      const entries = documentsChosen(registry, values);
      return [...entries, ...linksOf(registry, idsOf(entries))];
    },
  },
  // GetSubmissionSets
  'urn:uuid:51224314-5390-4169-9b91-b1980040715a': {
    needed: ['$uuid'],
    single: [],
    patient: null,
    find(registry, values) {
      const wanted = new Set(values.list('$uuid').map((id) => id.toLowerCase()));
      const links = memberships(registry, idsOf(registry.sets)).filter(({ association }) =>
        wanted.has(association.target),
      );
      const owners = new Set(links.map(({ association }) => association.source));
      return [...registry.sets.filter(({ id }) => owners.has(id)), ...links];
    },
  },
  // GetSubmissionSetAndContents
  'urn:uuid:e8e3cb2c-e39c-46b9-99e4-c12f57260b83': {
    needed: [],
    single: ['$XDSSubmissionSetEntryUUID', '$XDSSubmissionSetUniqueId'],
    patient: null,
    find: (registry, values) => withContents(registry, values, setsChosen(registry, values)),
  },
  // GetFolderAndContents
  'urn:uuid:b909a503-523d-4517-8acf-8e5834dfc4c7': {
    needed: [],
    single: ['$XDSFolderEntryUUID', '$XDSFolderUniqueId'],
    patient: null,
    find: (registry, values) => withContents(registry, values, foldersChosen(registry, values)),
  },
  // GetFoldersForDocument
  'urn:uuid:10cae35a-c7f9-4cf5-b61e-fc3278ffb578': {
    needed: [],
    single: ['$XDSDocumentEntryEntryUUID', '$XDSDocumentEntryUniqueId'],
    patient: null,
    find(registry, values) {
      const wanted = idsOf(documentsChosen(registry, values));
      const links = memberships(registry, idsOf(registry.folders)).filter(({ association }) =>
        wanted.has(association.target),
      );
      const owners = new Set(links.map(({ association }) => association.source));
      return registry.folders.filter(({ id }) => owners.has(id));
    },
  },
  // GetRelatedDocuments
  'urn:uuid:d90e5407-b356-4d91-a89f-873917b4b0e6': {
    needed: ['$AssociationTypes'],
    single: ['$XDSDocumentEntryEntryUUID', '$XDSDocumentEntryUniqueId'],
    patient: null,
    find(registry, values) {
      const wanted = values.list('$AssociationTypes');
      const ids = idsOf(documentsChosen(registry, values));
      const aside = idsOf(registry.entries.filter((entry) => !ids.has(entry.id) && !hasType(values, entry)));
      const links = linksOf(registry, ids).filter(
        ({ association: { type, source, target } }) =>
          wanted.includes(type) && !aside.has(source) && !aside.has(target),
      );
      const ends = new Set(links.flatMap(({ association: { source, target } }) => [source, target]));
      return [...registry.entries.filter(({ id }) => ends.has(id)), ...links];
    },
  },
};
