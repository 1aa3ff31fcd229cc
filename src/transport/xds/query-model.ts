import type {
  Association,
  Coded,
  DocumentEntry,
  Folder,
  RegistryObjects,
  SubmissionSet,
} from '../../documents/index.ts';
import type { documentStatus } from '../../documents/metadata/constants.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { RegistryError } from '../registry/response.ts';

type Status = keyof typeof documentStatus;
/** A code and the OID of its system, as in an entry. */
type Code = Pick<Coded, 'code' | 'codeSystem'>;
/** One of these; or, as a list of lists, one of each. */
type CodeGroups = readonly Code[] | readonly (readonly Code[])[];

/** Bounds as HL7 times, digits in UTC or with their offset; `20240315` is enough. */
interface TimeRange {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/**
 * Which documents are looked for. Of a list one value is enough; members add to each other.
 *
 * @see IHE ITI TF-2, section 3.18.4.1.2.3.7.1 (FindDocuments)
 * @group XDS
 */
export interface DocumentFilter {
  /** CX, as in an entry, or from `writeInsCx` or `writeLocalCx`. */
  readonly patientId: string;
  /** @defaultValue `['approved']` */
  readonly status?: readonly Status[] | undefined;
  /** Kinds of entries. @defaultValue the choice of the registry: stable ones */
  readonly types?: readonly ('stable' | 'on-demand')[] | undefined;
  readonly classCodes?: readonly Code[] | undefined;
  readonly typeCodes?: readonly Code[] | undefined;
  readonly practiceSettingCodes?: readonly Code[] | undefined;
  readonly healthcareFacilityTypeCodes?: readonly Code[] | undefined;
  readonly formatCodes?: readonly Code[] | undefined;
  readonly eventCodes?: CodeGroups | undefined;
  readonly confidentialityCodes?: CodeGroups | undefined;
  /** XCN, in which `%` stands for any text and `_` for any character. */
  readonly authorPersons?: readonly string[] | undefined;
  readonly creationTime?: TimeRange | undefined;
  readonly serviceStartTime?: TimeRange | undefined;
  readonly serviceStopTime?: TimeRange | undefined;
}

/** One of the two identifiers of an object. */
interface OneObject {
  readonly entryUuid?: string | undefined;
  readonly uniqueId?: string | undefined;
}

/** Several objects, by one of their two identifiers. */
interface SeveralObjects {
  readonly entryUuids?: readonly string[] | undefined;
  readonly uniqueIds?: readonly string[] | undefined;
}

/**
 * A stored query with its parameters. Statuses are `['approved']` unless others are given.
 *
 * @see IHE ITI TF-2, section 3.18.4.1.2.3.7
 * @group XDS
 */
export type StoredQuery = {
  /** `ObjectRef`: identifiers alone. @defaultValue `'LeafClass'` */
  readonly returnType?: 'LeafClass' | 'ObjectRef' | undefined;
} & (
  | ({ readonly query: 'FindDocuments' } & DocumentFilter)
  | ({
      readonly query: 'FindDocumentsByReferenceId';
      /** CXi; one of these, or one of each list. */
      readonly referenceIds: readonly string[] | readonly (readonly string[])[];
    } & DocumentFilter)
  | {
      readonly query: 'FindSubmissionSets';
      readonly patientId: string;
      readonly status?: readonly Status[] | undefined;
      readonly sourceIds?: readonly string[] | undefined;
      readonly submissionTime?: TimeRange | undefined;
      readonly authorPerson?: string | undefined;
      readonly contentTypeCodes?: readonly Code[] | undefined;
    }
  | {
      readonly query: 'FindFolders';
      readonly patientId: string;
      readonly status?: readonly Status[] | undefined;
      readonly lastUpdateTime?: TimeRange | undefined;
      readonly codes?: CodeGroups | undefined;
    }
  | {
      readonly query: 'GetAll';
      readonly patientId: string;
      readonly status?: readonly Status[] | undefined;
      readonly submissionSetStatus?: readonly Status[] | undefined;
      readonly folderStatus?: readonly Status[] | undefined;
    }
  | ({ readonly query: 'GetDocuments' | 'GetDocumentsAndAssociations' | 'GetFolders' } & SeveralObjects)
  | ({
      readonly query: 'GetFoldersForDocument' | 'GetSubmissionSetAndContents' | 'GetFolderAndContents';
    } & OneObject)
  | { readonly query: 'GetAssociations' | 'GetSubmissionSets'; readonly entryUuids: readonly string[] }
  | ({
      readonly query: 'GetRelatedDocuments';
      /** Full URNs, as in an association. */
      readonly associationTypes: readonly string[];
    } & OneObject)
);

/**
 * What is odd about an entry: `metadata`, an attribute that is absent or doubled; `patient-id`,
 * another patient identifier than the one that was asked for.
 *
 * @group XDS
 */
export type EntryOddity = 'metadata' | 'patient-id';

/** One object of an answer. @group XDS */
export type RegistryItem =
  | { readonly kind: 'document'; readonly document: DocumentEntry; readonly oddities: readonly EntryOddity[] }
  | { readonly kind: 'submission-set'; readonly submissionSet: SubmissionSet }
  | { readonly kind: 'folder'; readonly folder: Folder }
  | { readonly kind: 'association'; readonly association: Association }
  /** An identifier alone: the registry gives no object. */
  | { readonly kind: 'reference'; readonly entryUuid: string };

/** How an answer ended. @group XDS */
export interface QuerySummary {
  readonly status: 'Success' | 'PartialSuccess';
  /** A success may carry warnings. */
  readonly errors: readonly RegistryError[];
  /**
   * Oddities of the answer: those of its entries, and `total` (another number than announced),
   * `repeated` (one object twice), `missing` and `unasked` (of a page), `addressing`,
   * `content-type`.
   */
  readonly told: readonly string[];
}

/** What a registry found. @group XDS */
export interface QueryResult extends RegistryObjects, QuerySummary {
  /** By `entryUuid`; an entry without any has none. */
  readonly oddities: ReadonlyMap<string, readonly EntryOddity[]>;
  /** Identifiers alone, when the registry gives no objects. */
  readonly objectRefs: readonly string[];
}

/**
 * The answer to a query, which is sent when it is read: once by `for await`, once by `all`.
 *
 * `for await` gives each object as soon as it has come, and throws at the end when the answer was
 * not whole: cut, with errors after its objects, or a partial success. What was given before is
 * then no complete list.
 *
 * @group XDS
 */
export interface RegistryAnswer<T> extends AsyncIterable<T> {
  /** Of the last reading that came to its end; `null` before. */
  readonly summary: QuerySummary | null;
  /**
   * Everything; nothing when the answer is cut or wrong. A partial success says so in `status`.
   * `timeoutMs` of the call covers the whole, all pages together.
   */
  all(): Promise<QueryResult>;
}

/** Options of a search. @group XDS */
export interface DocumentSearchOptions extends CallOptions {
  /**
   * Asks for identifiers first, then for so many entries at a time: for a registry that refuses
   * long lists (`XDSTooManyResults`).
   *
   * @defaultValue entries in one answer, read while it comes
   */
  readonly pageSize?: number | undefined;
}
