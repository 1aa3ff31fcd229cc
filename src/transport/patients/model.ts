import type {
  IdentityComparison,
  InsEnvironment,
  LocalIdentifier,
  PatientInput,
  PatientTraits,
} from '../../identity/index.ts';
import type { WireIdentity } from '../../identity/wire/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { HttpClient } from '../http/model.ts';
import type { XdsClientOptions } from '../xds/model.ts';
import type { RegistryError } from '../registry/response.ts';

/** Options of `createPatientIdentityClient`. @group Patient identity */
export interface PatientIdentityOptions {
  readonly http: HttpClient;
  /** Addresses of the transactions; one that is left out is refused before anything is sent. */
  readonly endpoints: {
    /** ITI-45. */
    readonly query?: string | undefined;
    /** ITI-44. */
    readonly feed?: string | undefined;
    /** ITI-47. */
    readonly search?: string | undefined;
  };
  /** OID of this software, as it is declared to the server. */
  readonly sender: string;
  /** OID of the identity server. */
  readonly receiver: string;
  /** How the server is to take the messages. @defaultValue `'production'` */
  readonly processing?: 'production' | 'training' | 'debugging' | undefined;
  /** When given, test and demonstration INS are refused in `production`. */
  readonly environment?: InsEnvironment | undefined;
  /** A signed assertion for the call, as text; without it no `wsse:Security` header is sent. */
  readonly assertion?: ((options: CallOptions) => Promise<string>) | undefined;
  /** What this partner wants otherwise in the `wsse:Security` header. */
  readonly security?: XdsClientOptions['security'];
  /** Longest answer, in bytes. @defaultValue `16_777_216` */
  readonly maxResponseBytes?: number | undefined;
  readonly runtime?: Runtime | undefined;
}

/** An identifier that an identity server gives. @group Patient identity */
export interface PatientIdentifier extends LocalIdentifier {
  /** Name of the domain as the server writes it, `null` without one. */
  readonly authority: string | null;
}

/** The identifiers of one patient. @group Patient identity */
export interface CrossReference {
  /** As the server gives them, of every domain; empty when it has none in the domains asked for. */
  readonly identifiers: readonly PatientIdentifier[];
  /**
   * OIDs of domains in which the patient has several: which one holds is not for software to say.
   */
  readonly ambiguous: readonly string[];
  /** What is odd about the answer and does not make it wrong. */
  readonly told: readonly string[];
}

/** A person who may be the one looked for. @group Patient identity */
export interface PatientCandidate {
  /** Traits and INS as the server gives them, with what is wrong about them. */
  readonly identity: WireIdentity;
  readonly identifiers: readonly PatientIdentifier[];
  /** Against what was asked. Nothing but a human decides, even of one single `match`. */
  readonly comparison: IdentityComparison;
  /** What the server makes of it, from 0 to 100; `null` when it says nothing. */
  readonly matchScore: number | null;
  /** Status of the record, for example `active`; `null` without one. */
  readonly status: string | null;
}

/** What a search found. @group Patient identity */
export interface PatientCandidates {
  /** In the order of the server; none is chosen. */
  readonly candidates: readonly PatientCandidate[];
  /** Number that the server announces, `null` when it announces none. */
  readonly total: number | null;
  /** There are more than are given: the search is to be narrowed. */
  readonly hasMore: boolean;
  readonly told: readonly string[];
}

/**
 * What an identity server is to learn: a patient, what is new about it, or that a local identifier
 * gives way to another.
 *
 * @group Patient identity
 */
export type PatientFeed =
  | { readonly event: 'add' | 'revise'; readonly patient: PatientInput }
  | { readonly event: 'merge'; readonly patient: PatientInput; readonly replaces: LocalIdentifier };

/** What the server took. @group Patient identity */
export interface FeedReceipt {
  /** `AA`: the application took it. `CA`: it is kept, to be worked on. */
  readonly acknowledgement: 'AA' | 'CA';
  readonly warnings: readonly RegistryError[];
  readonly told: readonly string[];
}

/**
 * A regional identity server: who a patient is elsewhere, who a person may be, what is new about a
 * patient.
 *
 * @group Patient identity
 */
export interface PatientIdentityClient {
  /**
   * ITI-45. The identifiers of a patient in other domains.
   *
   * @param patient - a local identifier, or a qualified patient, whose INS is then asked for
   * @throws RegistryRefusal `TE_NOT_FOUND` when the server does not know the patient,
   *   `TE_CONFIG_INVALID` when it does not know a domain; `TE_PROTOCOL` when it answers about
   *   another patient; `TE_IDENTITY_STATUS` when the INS may not travel
   */
  identifiers(
    patient: LocalIdentifier | PatientInput,
    options?: CallOptions & {
      /** OIDs of the domains wanted. @defaultValue all that the server knows */
      readonly domains?: readonly string[] | undefined;
    },
  ): Promise<CrossReference>;

  /**
   * ITI-47. The persons who may be the one of these traits, page after page; what is left at the
   * limit is cancelled.
   *
   * @param traits - of which birth name, first given name, birth date and sex are sent
   * @param options - `identifier` names the person too: a local one, or the INS of a patient whose
   *   identity is qualified
   * @throws RegistryRefusal; `TE_PROTOCOL` when the pages go round or answer another question;
   *   `TE_IDENTITY_STATUS` for an INS that may not leave the software
   */
  search(
    traits: PatientTraits,
    options?: CallOptions & {
      readonly identifier?: LocalIdentifier | PatientInput | undefined;
      /** OIDs of the domains whose identifiers are wanted. @defaultValue all */
      readonly domains?: readonly string[] | undefined;
      /** Most candidates that are given. @defaultValue `50` */
      readonly limit?: number | undefined;
      /** Most candidates of one answer. @defaultValue the limit */
      readonly pageSize?: number | undefined;
    },
  ): Promise<PatientCandidates>;

  /**
   * ITI-44. Tells the server about a patient; resolves when the server took it.
   *
   * @throws RegistryRefusal; TerrESanteError whose `details.unknownOutcome` says whether it may
   *   have been taken all the same; `TE_IDENTITY_INCOMPLETE`, `TE_IDENTITY_STATUS`
   */
  feed(feed: PatientFeed, options?: CallOptions): Promise<FeedReceipt>;
}
