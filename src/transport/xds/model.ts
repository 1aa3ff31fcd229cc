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
import type { RegistryError } from './registry-response.ts';

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
  /** Longest envelope of an answer, in bytes. @defaultValue `67_108_864` */
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
  /** Of its entry: what comes is compared with it. */
  readonly hash?: string | null | undefined;
  /** Of its entry, in bytes. */
  readonly size?: number | null | undefined;
}

/** One document that came, compared with what was known of it. @group XDS */
export interface RetrievedDocument {
  readonly repositoryUniqueId: string;
  readonly uniqueId: string;
  /** `null` when the answer says none. */
  readonly mimeType: string | null;
  readonly content: Uint8Array;
  /** Lower case hexadecimal. */
  readonly sha1: string;
}

/** What a repository gave. @group XDS */
export interface RetrievedDocuments {
  readonly status: 'Success' | 'PartialSuccess';
  /** In the order of the request. */
  readonly documents: readonly RetrievedDocument[];
  /** Some documents that were asked are not there. */
  readonly partial: boolean;
  readonly errors: readonly RegistryError[];
  readonly told: readonly string[];
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
  /** ITI-43. @throws RegistryRefusal; `TE_PROTOCOL` when an answer lies about its documents */
  retrieveDocuments(requests: readonly DocumentRequest[], options?: CallOptions): Promise<RetrievedDocuments>;
}
