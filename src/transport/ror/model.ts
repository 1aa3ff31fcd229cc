import type { CallOptions } from '../../internal/abort.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { HttpClient } from '../http/model.ts';

/** A code of a national code system. @group Directory */
export interface RorCode {
  /** Address of the code system. */
  readonly system: string;
  readonly code: string;
}

/** Where somebody can be reached. @group Directory */
export interface SupportStructureContact {
  /** `phone`, `email`, `url` and other words of FHIR; `null` when it is not said. */
  readonly system: string | null;
  readonly value: string;
}

/**
 * A structure that can be asked for support. Text from outside: show it, never interpret it.
 *
 * @group Directory
 */
export interface SupportStructure {
  /** National, lasting identifier of the offer; `null` when the repository gives none. */
  readonly offerId: string | null;
  readonly name: string;
  /** Kinds of the offer. */
  readonly categories: readonly RorCode[];
  /** The site that makes the offer; `null` when the repository does not say who makes it. */
  readonly site: {
    readonly name: string | null;
    /** FINESS number: what {@link Directory.mailboxesOfStructure} takes. */
    readonly finess: string | null;
    /** National identifier of the structure, as an assertion or a document names it. */
    readonly structureId: string | null;
    readonly categories: readonly RorCode[];
  } | null;
  readonly address: {
    readonly lines: readonly string[];
    readonly postalCode: string | null;
    readonly city: string | null;
  } | null;
  /** `null`: the access profile may not see them, which is not the same as none. */
  readonly contacts: readonly SupportStructureContact[] | null;
  /** MSSanté addresses of the offer and of the site. Several are offered, none is chosen. */
  readonly mailboxes: readonly string[];
  /** Areas whose inhabitants it takes. */
  readonly areasServed: readonly RorCode[];
  /** One of the areas asked for is among `areasServed`; `false`: the repository alone says so. */
  readonly declaresArea: boolean;
  /** Not closed, for good or for a time, when the question was asked. */
  readonly isOpen: boolean;
  /** From the place of the question, when one was given and the repository tells it. */
  readonly distanceKm: number | null;
  /** Everything about this offer is confidential. */
  readonly isSensitive: boolean;
  readonly source: {
    /** Region from which the description comes. */
    readonly region: RorCode | null;
    /** When the description was changed, as the repository writes it. */
    readonly lastUpdated: string | null;
  };
}

/** Which structures are looked for. At least an area, a postal code or a place. @group Directory */
export interface SupportStructureQuery {
  /**
   * `DAC`: dispositif d'appui à la coordination; `CPTS`: communauté professionnelle territoriale de
   * santé; `maison-de-sante`.
   */
  readonly kind?: 'DAC' | 'CPTS' | 'maison-de-sante' | undefined;
  /** Kind of offer, where `kind` has no word for it (JDV_J238-TypeOffre-ROR). */
  readonly category?: RorCode | undefined;
  /** INSEE code of the commune where the patient lives: who takes its inhabitants. */
  readonly commune?: string | undefined;
  /** Larger areas, asked one after the other: department, region, health territory. */
  readonly areas?: readonly RorCode[] | undefined;
  /** Where the office is, by its first digits: `93` is a department. */
  readonly postalCode?: string | undefined;
  /** Where the office is: around a commune, by its INSEE code. */
  readonly near?: { readonly commune: string; readonly km: number } | undefined;
  /** Activities (TRE_R211-ActiviteOperationnelle): one of them. */
  readonly specialties?: readonly RorCode[] | undefined;
  /** Whom it takes (TRE_R239): one of them. */
  readonly patientTypes?: readonly RorCode[] | undefined;
  /** @defaultValue `false` */
  readonly includeClosed?: boolean | undefined;
}

/** Structures found, and how fresh the answer is. @group Directory */
export interface SupportStructures {
  /** Those that are open and near first. */
  readonly structures: readonly SupportStructure[];
  /** Offers of another kind than was asked for, left out: the server ignores a criterion. */
  readonly dropped: number;
  /** ISO 8601 instant of the oldest answer that was used. */
  readonly asOf: string;
  /** The repository did not answer: this is an earlier answer. */
  readonly stale: boolean;
}

/**
 * National repository of the offer of care (ROR), read only: what a structure does, for whom, in
 * which area. No patient is named in a question.
 *
 * @group Directory
 */
export interface SupportDirectory {
  /**
   * Structures that can be asked for support. The areas are asked one after the other, and what
   * they give is merged: whether a structure of a department is found by a commune is not
   * published.
   */
  find(query: SupportStructureQuery, options?: CallOptions): Promise<SupportStructures>;
}

/** Options of `createSupportDirectory`. @group Directory */
export interface SupportDirectoryOptions {
  /** With the authorities of the repository, and a certificate where it wants one. */
  readonly http: Pick<HttpClient, 'stream'>;
  /** Base of the FHIR interface, as it was given at enrolment. */
  readonly baseUrl: string;
  /** Value of `Authorization`; asked again with `renew` when it is refused. */
  readonly authorization: (options: CallOptions & { readonly renew: boolean }) => Promise<string>;
  /** Access profile of the enrolment. Only to profile 1 is an absent contact no contact. */
  readonly accessProfile: 0 | 1 | 2 | 3 | 4 | 5;
  /** Code and system of the user profile, given at enrolment. */
  readonly userProfile: RorCode;
  /** Code and system of the role, given at enrolment. */
  readonly role: RorCode;
  /** How long an answer is used, at most a day. @defaultValue `86_400_000` (a day) */
  readonly cacheMs?: number | undefined;
  /** Answers kept. @defaultValue `200` */
  readonly cacheEntries?: number | undefined;
  /** Pages read for one question, of at most 200 offers. @defaultValue `10` */
  readonly maxPages?: number | undefined;
  readonly runtime?: Runtime | undefined;
}
