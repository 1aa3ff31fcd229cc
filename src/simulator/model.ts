import type { LocalIdentifier, PatientTraits } from '../identity/index.ts';
import type { Runtime } from '../internal/runtime.ts';
import type { PlatformDescriptor } from '../platform/index.ts';
import type { TestHierarchy } from '../testing/index.ts';
import type { Mailbox } from '../transport/index.ts';

/**
 * Faults the far side plays on purpose, each consumed once per unit: `{ httpStatus: 503, times: 2
 * }` fails the next two requests.
 *
 * @group Simulator
 */
export type SimulatorFault =
  | { readonly kind: 'http-status'; readonly status: number; readonly times?: number | undefined }
  | { readonly kind: 'http-hang'; readonly times?: number | undefined }
  | { readonly kind: 'http-cut'; readonly times?: number | undefined }
  | { readonly kind: 'http-malformed'; readonly times?: number | undefined }
  | { readonly kind: 'http-redirect'; readonly location: string; readonly times?: number | undefined }
  /** The act is done but its answer is lost. */
  | { readonly kind: 'http-lost-answer'; readonly times?: number | undefined }
  /** The document is refused with this integration code. */
  | { readonly kind: 'reject-deposit'; readonly code: string; readonly times?: number | undefined }
  /** The next request to the registry or repository is refused with this code of IHE. */
  | { readonly kind: 'registry-error'; readonly code: string; readonly times?: number | undefined }
  /**
   * The next one gets a SOAP fault: `Receiver`, or a subcode of WS-Security or WS-Addressing such
   * as `wsse:FailedAuthentication`.
   */
  | { readonly kind: 'soap-fault'; readonly code: string; readonly times?: number | undefined }
  /** A count carries numbers although no cut-off is known, and names none. */
  | { readonly kind: 'count-without-cut-off'; readonly times?: number | undefined }
  /** No report is sent back. */
  | { readonly kind: 'no-report'; readonly times?: number | undefined };

/** Options of `createSimulator`. @group Simulator */
export interface SimulatorOptions {
  readonly runtime?: Runtime | undefined;
  /** Certificates of the far side and of the card holder; made at run time by default. */
  readonly hierarchy?: TestHierarchy | undefined;
  /** Limits of the far side. */
  readonly limits?:
    | {
        /** Largest HTTP request body. @defaultValue `262_144` */
        readonly maxRequestBytes?: number | undefined;
        /** Largest request to the registry or the repository. @defaultValue `134_217_728` */
        readonly maxRegistryBytes?: number | undefined;
        /** Largest mail, also announced as `SIZE`. @defaultValue `15_728_640` */
        readonly maxMessageBytes?: number | undefined;
        /** Longest validity accepted for an assertion, in seconds. @defaultValue `28_800` */
        readonly maxAssertionSeconds?: number | undefined;
      }
    | undefined;
  /** Port of the HTTPS side. @defaultValue `0` (a free one) */
  readonly httpPort?: number | undefined;
  /** Port of the SMTP side. @defaultValue `0` (a free one) */
  readonly smtpPort?: number | undefined;
  /** Ask HTTP clients for a certificate of the hierarchy. @defaultValue `false` */
  readonly requireClientCertificate?: boolean | undefined;
  /** What the mail side asks of its clients. @defaultValue `'optional'` */
  readonly mailClientCertificate?: 'none' | 'optional' | 'required' | undefined;
  /** Refuse a document that carries no INS (code 903). @defaultValue `false` */
  readonly requireIns?: boolean | undefined;
  /**
   * Whether each request to the registry, the repository and the FHIR base carries a signed
   * assertion. When it may be left out, a wrong one is refused all the same.
   *
   * @defaultValue `'required'`
   */
  readonly registryAssertion?: 'required' | 'optional' | undefined;
  /**
   * Whether an address of the FHIR base may hold an identifier or a trait of a patient: ITI-83, the
   * conditional update of ITI-104, and searches by GET.
   *
   * @defaultValue `'refused'`
   */
  readonly patientInAddress?: 'refused' | 'allowed' | undefined;
  /** The portal that a browser opens, under `/portal`. */
  readonly portal?:
    | {
        /** Another name that leads to it, such as `https://portail.example`. @defaultValue none */
        readonly origin?: string | undefined;
        /** Where it shows dossiers, when that is another host. @defaultValue the same */
        readonly dossierOrigin?: string | undefined;
        /**
         * National identifier of who is logged in, where a launch does not say it.
         *
         * @defaultValue the fictive professional
         */
        readonly user?: string | undefined;
      }
    | undefined;
  /** Real time before a deposited document is taken in, in milliseconds. @defaultValue `0` */
  readonly processingDelayMs?: number | undefined;
  /**
   * Whether a call of the software counts as a connection of the professional.
   *
   * @defaultValue `false`
   */
  readonly callsCountAsConnection?: boolean | undefined;
}

/** A document of a simulated dossier. @group Simulator */
export interface SimulatedDocument {
  readonly uniqueId: string;
  readonly title: string;
  readonly typeCode: string;
  readonly status: 'approved' | 'deprecated' | 'archived' | 'deleted';
  /** ISO 8601, UTC. */
  readonly submittedAt: string;
  readonly size: number;
  readonly sha1: string;
  /** National identifier of the author who deposited it. */
  readonly author: string;
  /** The CDA as it came out of the archive. */
  bytes(): Uint8Array;
  /** The PDF inside it, or `null`. */
  pdf(): Uint8Array | null;
}

/** A dossier of the simulated platform. @group Simulator */
export interface SimulatedDossier {
  readonly regionalId: LocalIdentifier;
  readonly localIds: readonly LocalIdentifier[];
  readonly state: 'open' | 'closed';
  readonly sharing: 'shared' | 'not-shared';
  /** National identifiers of the members of the care circle. */
  readonly members: readonly string[];
  /** National identifiers the patient has blocked. */
  readonly blocked: readonly string[];
  readonly documents: readonly SimulatedDocument[];
}

/** What to put in the simulated platform without a call. @group Simulator */
export interface SimulatedDossierSeed {
  readonly localId: LocalIdentifier;
  readonly traits: PatientTraits;
  readonly ins?: { readonly value: string; readonly oid: string } | undefined;
  readonly state?: 'open' | 'closed' | undefined;
  readonly sharing?: 'shared' | 'not-shared' | undefined;
  readonly members?: readonly string[] | undefined;
  readonly blocked?: readonly string[] | undefined;
}

/** What a hospital declares of a patient. @group Simulator */
export interface SimulatedHospitalEvent {
  readonly type: 'admission' | 'discharge';
  /** @defaultValue `{ finess: '990000028', name: "Hôpital d'essai" }` */
  readonly facility?: { readonly finess: string; readonly name: string } | undefined;
  /** ISO 8601; an earlier time is an event that is told late. @defaultValue now */
  readonly occurredAt?: string | undefined;
  readonly text?: string | undefined;
}

/** What a coordination structure does with a request. @group Simulator */
export interface SimulatedAnswer {
  readonly status: 'received' | 'accepted' | 'rejected' | 'in-progress' | 'on-hold' | 'completed' | 'failed';
  /** Why, in its words. @defaultValue none */
  readonly reason?: string | undefined;
}

/** What coordination structures and devices do on the FHIR base. @group Simulator */
export interface SimulatedCoordination {
  /** From now on the platform carries requests for support to this structure. */
  addStructure(structure: { readonly finess: string; readonly name: string }): void;
  /**
   * A measure of a patient, as FHIR has it: an `Observation` without its subject, which is the
   * patient.
   *
   * @returns its id
   */
  addMeasure(localId: LocalIdentifier, observation: Readonly<Record<string, unknown>>): string;
  /** Ids of the requests for support that were made, oldest first. */
  requests(): readonly string[];
  /** The structure that was asked answers. */
  answer(request: string, answer: SimulatedAnswer): void;
}

/** A mail the simulated platform sent back. @group Simulator */
export interface SimulatedMail {
  /** Mailbox it was left in. */
  readonly to: string;
  readonly kind: 'mdn' | 'ko-mail';
  /** Integration code of a refusal, `null` for a success. */
  readonly code: string | null;
  /** `Message-ID` of the mail it answers. */
  readonly inReplyTo: string | null;
  /** The whole message (RFC 5322). */
  readonly bytes: Uint8Array;
}

/** What became of one received mail. @group Simulator */
export interface IntakeResult {
  readonly messageId: string | null;
  readonly outcome: 'filed' | 'duplicate' | 'rejected';
  readonly uniqueIds: readonly string[];
  /** Integration code of a refusal. */
  readonly code: string | null;
  /** Rule ids of what was wrong. */
  readonly rules: readonly string[];
}

/** A running far side. Everything listens on 127.0.0.1 only. @group Simulator */
export interface Simulator {
  /**
   * Base address for `quai.url`; its identity server (PIX, PDQ) answers under `/sri`, its FHIR R4
   * base under `/fhir`.
   */
  readonly httpUrl: string;
  readonly smtp: { readonly host: string; readonly port: number; readonly servername: string };
  /** Anchors of the server certificates, and of the assertions it accepts. */
  readonly caPem: string;
  readonly hierarchy: TestHierarchy;
  /** Its registry (ITI-18, 57) and repository (ITI-41, 43): `endpoints` of `createXdsClient`. */
  readonly registry: {
    readonly register: string;
    readonly query: string;
    readonly retrieve: string;
    readonly update: string;
  };
  /** Value for `quai.eMailSecur`. */
  readonly depositAddress: string;
  /** A descriptor that binds every operation to this simulator. */
  readonly descriptor: PlatformDescriptor;
  dossiers(): readonly SimulatedDossier[];
  dossier(localId: LocalIdentifier): SimulatedDossier | undefined;
  addDossier(seed: SimulatedDossierSeed): SimulatedDossier;
  closeDossier(localId: LocalIdentifier): void;
  block(localId: LocalIdentifier, nationalId: string): void;
  /**
   * A hospital declares an admission or a discharge: who subscribed over FHIR to it is told. Twice
   * the same is told twice.
   *
   * @returns the name of the event, for {@link Simulator.retract}
   */
  announce(localId: LocalIdentifier, event: SimulatedHospitalEvent): string;
  /** The hospital takes an event back: its messages are revoked. */
  retract(event: string): void;
  /** Coordination structures, and what they do. */
  readonly coordination: SimulatedCoordination;
  /** The professional opens the portal: the cut-off of the counts moves to now. */
  connect(nationalId: string): void;
  lastConnection(nationalId: string): number | null;
  /** Mails sent back to a mailbox, oldest first. */
  mailbox(address: string): readonly SimulatedMail[];
  /**
   * The same as a mailbox, for `replies` of a client or `followReports`: what reads reports
   * is then the one of production. A new one at each call.
   */
  replies(address: string): Mailbox;
  /** What became of the received mails, oldest first. */
  intakes(): readonly IntakeResult[];
  /** Waits until every accepted mail has been taken in. */
  settled(): Promise<void>;
  inject(fault: SimulatorFault): void;
  close(): Promise<void>;
  /** `await using simulator = await createSimulator()`: closes at the end of the block. */
  [Symbol.asyncDispose](): Promise<void>;
}
