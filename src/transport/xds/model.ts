import type { DocumentEntry, Submission } from '../../documents/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { HttpClient } from '../http/model.ts';
import type {
  DocumentFilter,
  DocumentSearchOptions,
  RegistryAnswer,
  RegistryItem,
  StoredQuery,
} from './query-model.ts';
import type { MetadataUpdate } from './metadata-update.ts';
import type { RegistryError } from '../registry/response.ts';

/** Options of `createXdsClient`. @group XDS */
export interface XdsClientOptions {
  readonly http: HttpClient;
  /** Addresses of the transactions; one that is left out is refused before anything is sent. */
  readonly endpoints: {
    /** ITI-41. */
    readonly register?: string | undefined;
    /** ITI-18. */
    readonly query?: string | undefined;
    /** ITI-43. */
    readonly retrieve?: string | undefined;
    /** ITI-57. */
    readonly update?: string | undefined;
  };
  /** A signed assertion for the call, as text; without it no `wsse:Security` header is sent. */
  readonly assertion?: ((options: CallOptions) => Promise<string>) | undefined;
  /** What this partner wants otherwise in the `wsse:Security` header. */
  readonly security?:
    | {
        /** Asks a receiver that does not know it to refuse. @defaultValue `true` */
        readonly mustUnderstand?: boolean | undefined;
        /** Life of a `wsu:Timestamp`, in milliseconds. @defaultValue no timestamp */
        readonly timestampMs?: number | undefined;
      }
    | undefined;
  /** Longest answer, in bytes. @defaultValue `536_870_912` */
  readonly maxResponseBytes?: number | undefined;
  /**
   * Longest envelope of an answer, and the most that is kept of documents that come before it or
   * twice, in bytes.
   *
   * @defaultValue `67_108_864`
   */
  readonly maxEnvelopeBytes?: number | undefined;
  readonly runtime?: Runtime | undefined;
}

/** What a registry took. @group XDS */
export interface RegisteredDocuments {
  readonly status: 'Success';
  /** A success may carry warnings. */
  readonly warnings: readonly RegistryError[];
  /** Oddities of the answer, such as `addressing` or `content-type`. */
  readonly told: readonly string[];
}

/** One document to fetch. @group XDS */
export interface DocumentRequest {
  readonly repositoryUniqueId: string;
  readonly uniqueId: string;
  readonly homeCommunityId?: string | undefined;
  /** Of its entry, in hexadecimal: SHA-1, or SHA-256 by its length. What comes is compared. */
  readonly hash?: string | null | undefined;
  /** Of its entry, in bytes. What comes is compared. */
  readonly size?: number | null | undefined;
}

/**
 * One document of an answer. Its bytes are on their way: they are read once, by one of the three
 * methods, before the next document is asked for. What is not read is passed over.
 *
 * Each method fails with `TE_PROTOCOL` when the bytes are not those of the hash and size that were
 * given, or when the answer is not what it announced; with `TE_UNAVAILABLE` when it was cut,
 * `TE_TIMEOUT` when the server sends nothing, or hardly anything, while somebody waits,
 * `TE_CANCELLED` by the signal of the call, `TE_INPUT_INVALID` when it was read before.
 *
 * @group XDS
 */
export interface RetrievedDocument {
  readonly repositoryUniqueId: string;
  readonly uniqueId: string;
  /** `null` when the answer says none. */
  readonly mimeType: string | null;
  /** Lower case hexadecimal; `null` until the bytes were read to their end and checked. */
  readonly sha1: string | null;
  /**
   * The bytes as they come, in fixed memory. The last 64 KiB are given only when all are checked: a
   * document that is wrong or cut ends in an error before its end. A reader that pauses stops the
   * sending.
   */
  content(): AsyncIterable<Uint8Array>;
  /** The whole, or nothing. In memory. */
  bytes(): Promise<Uint8Array>;
  /**
   * Writes a file in fixed memory, which is there whole or not at all and readable by its owner
   * only. A file that stood there is replaced.
   *
   * @throws TerrESanteError `TE_FILE_ACCESS` when the disk refuses
   */
  saveTo(path: string): Promise<void>;
}

/**
 * What a repository gives. All but the documents is known before the first of their bytes.
 *
 * @group XDS
 */
export interface RetrievedDocuments {
  readonly status: 'Success' | 'PartialSuccess';
  /**
   * Those that were asked for, each once, in the order in which they come. To be gone through once;
   * leaving the loop closes the connection. Going on fails with `TE_PROTOCOL` or `TE_UNAVAILABLE`
   * when the answer is not whole or not what it announced, with `TE_TOO_LARGE` when documents that
   * stand in it twice are longer than `maxEnvelopeBytes`.
   */
  readonly documents: AsyncIterable<RetrievedDocument>;
  /** Some documents that were asked are not there. */
  readonly partial: boolean;
  readonly errors: readonly RegistryError[];
  /** Oddities; `empty`, a document without a byte, is added when it was read. */
  readonly told: readonly string[];
  /** Drops the documents, and the connection. Needed only when they are not gone through. */
  discard(): void;
}

/**
 * The transactions of XDS.b as a client.
 *
 * @group XDS
 */
export interface XdsClient {
  /**
   * ITI-41. Resolves when the registry took the whole.
   *
   * @throws RegistryRefusal; TerrESanteError whose `details.unknownOutcome` says whether it may
   *   have been registered all the same
   */
  registerDocuments(submission: Submission, options?: CallOptions): Promise<RegisteredDocuments>;
  /**
   * ITI-18, FindDocuments. Nothing is sent before the answer is read.
   *
   * @throws TerrESanteError `TE_INPUT_INVALID` at once; the rest while the answer is read
   */
  findDocuments(filter: DocumentFilter, options?: DocumentSearchOptions): RegistryAnswer<DocumentEntry>;
  /**
   * ITI-18, any stored query. Nothing is sent before the answer is read; a failure is never an
   * empty list.
   *
   * @throws TerrESanteError `TE_INPUT_INVALID` at once; the rest while the answer is read
   */
  query(query: StoredQuery, options?: CallOptions): RegistryAnswer<RegistryItem>;
  /**
   * ITI-18, GetDocuments: the approved entry of a document, whose entryUUID a replacement or an
   * addition names.
   *
   * @throws TerrESanteError `TE_NOT_FOUND`; `TE_CONFLICT` when no entry is approved, or several
   *   are: none is chosen
   */
  currentEntry(uniqueId: string, options?: CallOptions): Promise<DocumentEntry>;
  /**
   * ITI-57. Resolves when the registry took the change.
   *
   * @throws RegistryRefusal (`TE_CONFLICT` when the entry has changed since it was read);
   *   TerrESanteError whose `details.unknownOutcome` says whether it may be done all the same
   */
  updateMetadata(update: MetadataUpdate, options?: CallOptions): Promise<RegisteredDocuments>;
  /**
   * ITI-43. Resolves when the status is known; the documents are read afterwards. `timeoutMs` ends
   * the wait for the status, `signal` the reading too.
   *
   * @throws RegistryRefusal
   */
  retrieveDocuments(requests: readonly DocumentRequest[], options?: CallOptions): Promise<RetrievedDocuments>;
}
