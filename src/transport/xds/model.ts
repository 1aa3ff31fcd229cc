import type { RegistryObjects, Submission } from '../../documents/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { HttpClient } from '../http/model.ts';
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

/** A stored query with its parameters, in the words of the standard. @group XDS */
export interface StoredQuery {
  /** Its identifier, `urn:uuid:` and a UUID. */
  readonly id: string;
  readonly returnType?: 'LeafClass' | 'ObjectRef' | undefined;
  /** Each value is a text, a number, or a list of texts of which one is enough. */
  readonly parameters: Readonly<Record<string, string | number | readonly string[] | undefined>>;
}

/**
 * What is odd about an entry: `metadata`, an attribute that is absent or doubled; `patient-id`,
 * another patient identifier than the one that was asked for.
 *
 * @group XDS
 */
export type EntryOddity = 'metadata' | 'patient-id';

/** What a registry found. @group XDS */
export interface QueryResult extends RegistryObjects {
  /** By `entryUuid`; an entry without any has none. */
  readonly oddities: ReadonlyMap<string, readonly EntryOddity[]>;
  readonly status: 'Success' | 'PartialSuccess';
  /** Identifiers alone, when the registry gives no objects. */
  readonly objectRefs: readonly string[];
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
  /** ITI-18. @throws RegistryRefusal a failure is never an empty list */
  query(query: StoredQuery, options?: CallOptions): Promise<QueryResult>;
  /** ITI-43. @throws RegistryRefusal; `TE_PROTOCOL` when an answer lies about its documents */
  retrieveDocuments(requests: readonly DocumentRequest[], options?: CallOptions): Promise<RetrievedDocuments>;
}
