import type { CallOptions } from '../../internal/abort.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { HttpClient } from '../http/model.ts';

/** The holder of a mailbox. Text from outside: show it, never interpret it. @group Directory */
export interface MailboxOwner {
  readonly rpps: string | null;
  readonly finess: string | null;
  readonly name: string;
}

/** An MSSanté mailbox of the national directory. @group Directory */
export interface DirectoryMailbox {
  readonly address: string;
  /** Personal, practice, organisational, applicative. */
  readonly type: 'PER' | 'CAB' | 'ORG' | 'APP';
  readonly owner: MailboxOwner;
  /** Order of preference given by the directory, 1 first; `null` when it gives none. */
  readonly rank: number | null;
}

/** An answer and how fresh it is. @group Directory */
export interface DirectoryAnswer<T> {
  readonly value: T;
  /** ISO 8601 instant at which the directory gave this answer. */
  readonly asOf: string;
  /** The directory did not answer: this is an earlier answer. */
  readonly stale: boolean;
}

/** A professional found by name or place. @group Directory */
export interface DirectoryProfessional {
  readonly rpps: string;
  readonly familyName: string;
  readonly givenName: string;
  /** Personal mailboxes that the directory attaches to the person. */
  readonly mailboxes: readonly DirectoryMailbox[];
}

/** A structure found by name or place. @group Directory */
export interface DirectoryStructure {
  readonly finess: string | null;
  readonly name: string;
  readonly mailboxes: readonly DirectoryMailbox[];
}

/**
 * The national directory of health professionals and structures (Annuaire Santé), read only.
 *
 * @group Directory
 */
export interface Directory {
  /**
   * Mailboxes to write to a professional, the best first: those of the structure asked for, then by
   * rank, then personal, practice, organisational. Applicative mailboxes, those of the red list and
   * those that are not in force (inactive, old, of an ended period) are never given.
   */
  mailboxesOfProfessional(
    query: { readonly rpps: string; readonly finess?: string | undefined },
    options?: CallOptions,
  ): Promise<DirectoryAnswer<readonly DirectoryMailbox[]>>;
  mailboxesOfStructure(
    query: { readonly finess: string },
    options?: CallOptions,
  ): Promise<DirectoryAnswer<readonly DirectoryMailbox[]>>;
  searchProfessionals(
    query: {
      readonly family?: string | undefined;
      readonly given?: string | undefined;
      /** `qualification-code` of the directory. */
      readonly profession?: string | undefined;
      /** Only those with a mailbox. @defaultValue `true` */
      readonly withMailbox?: boolean | undefined;
    },
    options?: CallOptions,
  ): AsyncGenerator<DirectoryAnswer<DirectoryProfessional>, void, undefined>;
  searchStructures(
    query: {
      readonly name?: string | undefined;
      readonly city?: string | undefined;
      readonly postalCode?: string | undefined;
      /** @defaultValue `true` */
      readonly withMailbox?: boolean | undefined;
    },
    options?: CallOptions,
  ): AsyncGenerator<DirectoryAnswer<DirectoryStructure>, void, undefined>;
  /**
   * Who an address belongs to; `null` when the directory does not know it. `TE_CONFLICT` when it
   * belongs to several.
   */
  resolve(address: string, options?: CallOptions): Promise<DirectoryAnswer<MailboxOwner | null>>;
}

/** Options of `createDirectory`. @group Directory */
export interface DirectoryOptions {
  /** `createHttpClient` with the authorities of the directory's server. */
  readonly http: Pick<HttpClient, 'send'>;
  /** The key of the integrator (`ESANTE-API-KEY`), asked at each call. */
  readonly apiKey: () => Promise<string>;
  /** @defaultValue `'https://gateway.api.esante.gouv.fr/fhir/v2'` */
  readonly baseUrl?: string | undefined;
  /** How long an answer is used without asking again. @defaultValue `86_400_000` (24 hours) */
  readonly cacheMs?: number | undefined;
  /** How long an answer may still serve during an outage. @defaultValue `604_800_000` (7 days) */
  readonly staleMs?: number | undefined;
  /** @defaultValue `2_000` */
  readonly cacheEntries?: number | undefined;
  /** Pages read for one search. @defaultValue `40` */
  readonly maxPages?: number | undefined;
  readonly runtime?: Runtime | undefined;
}

/** Criteria of a search for professionals. */
export type ProfessionalQuery = Parameters<Directory['searchProfessionals']>[0];

/** Criteria of a search for structures. */
export type StructureQuery = Parameters<Directory['searchStructures']>[0];
