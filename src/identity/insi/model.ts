import type { Finding } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { PatientInput, PatientIns } from '../patient.ts';

/** Traits to search with. Sent in the form that the INSi accepts. @group INSi */
export interface InsiTraitsQuery {
  readonly birthName: string;
  /**
   * One given name first; others of the document may be added, in its order, after an answer
   * "several".
   */
  readonly firstNames: readonly [string, ...string[]];
  readonly sex: 'M' | 'F';
  /** `YYYY-MM-DD` */
  readonly birthDate: string;
  /** COG code, to add only after an answer "several". */
  readonly birthPlace?: string | undefined;
}

/** A number of the carte Vitale. It is not an INS until the INSi says so. @group INSi */
export interface VitaleNumber {
  /** Thirteen characters. */
  readonly body: string;
  /** Two digits. */
  readonly key?: string | undefined;
  readonly type?: string | undefined;
}

/** The beneficiary chosen on a carte Vitale. @group INSi */
export interface InsiVitaleQuery {
  /** Number of the person, when the card has one. */
  readonly individual?: VitaleNumber | undefined;
  /** Number of the insured person. */
  readonly holder: VitaleNumber;
  readonly birthName: string;
  /** As on the card; it may be a lunar date. */
  readonly birthDate: string;
  readonly birthRank: string;
}

/** An INS as the INSi gives it, with its period when it has one. @group INSi */
export interface InsiIns extends PatientIns {
  readonly kind: 'NIR' | 'NIA';
  /** `YYYY-MM-DD` */
  readonly from: string | null;
  /** `YYYY-MM-DD` */
  readonly until: string | null;
}

/** Traits of the INSi, unchanged: store them as they are. @group INSi */
export interface InsiTraits {
  readonly birthName: string | null;
  readonly firstName: string | null;
  /** All given names, separated by spaces. */
  readonly birthFirstNames: string | null;
  readonly sex: 'M' | 'F' | null;
  /** As received; month or day may be `00`. */
  readonly birthDate: string | null;
  /** COG code. */
  readonly birthPlace: string | null;
}

/**
 * What the INSi answered. `found` is not yet a retrieved identity: the traits must first be
 * compared with those of the person. `none` and `several` are for a human, who changes the
 * criteria; nothing is retried by itself.
 *
 * @group INSi
 */
export type InsiAnswer =
  | {
      readonly result: 'found';
      readonly ins: InsiIns;
      /** Former INS, to be kept. */
      readonly history: readonly InsiIns[];
      readonly traits: InsiTraits;
      /**
       * The same as a patient, for `compareIdentities`. It has no status, and its INS is not to be
       * transmitted.
       */
      readonly patient: PatientInput;
      readonly warnings: readonly Finding[];
      readonly exchange: InsiExchange;
    }
  | { readonly result: 'none' | 'several'; readonly exchange: InsiExchange }
  | {
      /**
       * One identity came, of somebody who was not asked for: its INS is not given.
       *
       * The service answers a search by traits only where they are strictly equal.
       */
      readonly result: 'other-person';
      readonly differs: readonly InsiCriterion[];
      readonly exchange: InsiExchange;
    };

/** A criterion of a search by traits that the answer repeats. */
type InsiCriterion = 'birthName' | 'sex' | 'birthDate';

/** What to keep of the call. @group INSi */
export interface InsiExchange {
  /** `uuid:…`, the `wsa:MessageID` of the question. */
  readonly messageId: string;
  /** ISO 8601, UTC. */
  readonly askedAt: string;
}

/** The INSi téléservice, as the rest of a software sees it. @group INSi */
export interface InsiPort {
  searchByTraits(query: InsiTraitsQuery, options?: CallOptions): Promise<InsiAnswer>;
  searchByVitale(query: InsiVitaleQuery, options?: CallOptions): Promise<InsiAnswer>;
  /**
   * Are this INS and these traits those of one person? A mismatch is for a work list: the status of
   * the identity changes by a human only.
   *
   * @throws TerrESanteError `TE_UNSUPPORTED` without a {@link InsiVerifier}, `TE_INPUT_INVALID`
   *   (no INS, identity that is doubtful or fictitious)
   */
  verify(patient: PatientInput, options?: CallOptions): Promise<InsiVerification>;
  /** The same for many: one result for each patient, in their order. */
  verifyBatch(patients: readonly PatientInput[], options?: CallOptions): Promise<readonly InsiVerification[]>;
}

/** What a verification says of one identity. @group INSi */
export interface InsiVerification {
  readonly outcome: 'match' | 'mismatch' | 'unknown-to-service';
  /** Code of the service, as it came. */
  readonly serviceCode: string;
  readonly label: string | null;
}

/**
 * Carries verifications to the service. Their messages, their result codes and the limits of a bulk
 * request are not published: whoever has the integration guide of GIE SESAM-Vitale writes it.
 *
 * @group INSi
 */
export interface InsiVerifier {
  verify?(patient: PatientInput, options: CallOptions): Promise<InsiVerification>;
  verifyBatch?(patients: readonly PatientInput[], options: CallOptions): Promise<readonly InsiVerification[]>;
}

/** Who asks: the software, and the structure or professional it acts for. @group INSi */
export interface InsiSender {
  /** Authorisation number of the software (CNDA). */
  readonly authorizationNumber: string;
  readonly softwareName: string;
  readonly softwareVersion: string;
  /** UUID of this installation. */
  readonly instanceId: string;
  /** Organisational unit of the certificate, or NameID of the assertion. */
  readonly emitter: string;
}
