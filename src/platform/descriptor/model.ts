import type { OtpChannel } from '../../auth/index.ts';
import type { BindingKind, FhirServices, SoapServices } from '../../transport/index.ts';
import type { PlatformEnvironment } from '../environment.ts';
import type { capableOperations, Capability } from './capability.ts';
import type { PortalDescriptor } from './portal.ts';

/**
 * How sure a value is: `stated` by a public document of the platform, taken from a published
 * `standard`, copied from `national-practice`, `inferred` from those, or an `assumption` of the
 * library.
 *
 * @group Descriptor
 */
export type Confidence = 'stated' | 'standard' | 'national-practice' | 'inferred' | 'assumption';

/** A value with the reason to believe it. @group Descriptor */
export interface Graded<T> {
  readonly value: T;
  readonly confidence: Confidence;
  /** The published text, or the reasoning in one sentence. */
  readonly evidence: string;
}

/** Codes that make a family of documents. @group Descriptor */
export interface DocumentFamilyCodes {
  readonly typeCodes: readonly string[];
  readonly classCodes: readonly string[];
}

/** Operations that a descriptor binds. @group Descriptor */
export type PlatformOperation =
  | 'dossier.status'
  | 'dossier.create'
  | 'consent'
  | 'careCircle'
  | 'alerts'
  | 'notes'
  | 'support'
  | 'measures'
  | 'interventionPlan'
  | 'notifications'
  | 'documents.deposit'
  | 'documents.list'
  | 'portal.launch'
  | 'insi';

/** Operations of the platform's own services, which carry a VIHF. */
type ServiceOperation = Exclude<PlatformOperation, 'documents.deposit' | 'portal.launch' | 'insi'>;

/**
 * What is particular to one platform and one environment, as data: when the platform publishes
 * another value, the data change and the code does not.
 *
 * @group Descriptor
 */
export interface PlatformDescriptor {
  /** Edition of the form that descriptors have: `loadDescriptor` refuses any other. */
  readonly format: 1;
  /** Edition of this descriptor, chosen by who writes it. */
  readonly version: string;
  readonly id: string;
  /** Name of the service to show to the user. */
  readonly brand: Graded<string>;
  readonly environment: PlatformEnvironment;
  /** Hosts that `quai.url` may name, in lower case. */
  readonly serviceHosts: Graded<readonly string[]>;
  readonly identity: {
    /** OID of the regional identifiers; `null` when not published. */
    readonly regionalOid: Graded<string | null>;
    /** Refuse provisional identities before any call. */
    readonly requireValidated: Graded<boolean>;
  };
  readonly authentication: {
    /**
     * Whether a login by password and one-time code is offered: `createOtpProvider` takes this
     * value as it is.
     */
    readonly oneTimeCode: Graded<boolean>;
    /**
     * `AuthnContextClassRef` of a login by one-time code, by the way the code travels. No published
     * text gives one: a way that is absent is refused with `TE_UNSUPPORTED` before any call.
     */
    readonly oneTimeCodeClass?: Graded<Readonly<Partial<Record<OtpChannel, string>>>> | undefined;
  };
  /** Particularities of the assertion. */
  readonly vihf: {
    readonly version: Graded<'2.0' | '3.0' | '4.0'>;
    /** `Ressource_URN`; `null` when not published. */
    readonly resourceUrn: Graded<string | null>;
    /** Value of `Audience`; `null`: no `AudienceRestriction`. */
    readonly audience: Graded<string | null>;
    readonly lifetimeSeconds: Graded<number>;
    /**
     * Name of the attribute that tells the reason of an emergency, such as `Mode_Acces_Raison`, a
     * claim of Pro Santé Connect. No published text has it in a VIHF: without it the reason is in
     * the journal alone.
     */
    readonly accessReason?: Graded<string | null> | undefined;
    /** Which identifier names the patient in the assertion. */
    readonly patientIdentifier: Graded<'local-id' | 'ins-when-qualified'>;
  };
  /** An absent operation is not available there: `TE_UNSUPPORTED` before any call. */
  readonly bindings: Readonly<Partial<Record<ServiceOperation, Graded<BindingKind>>>> & {
    /** By mail, to a registry (`soap-ihe`, ITI-41), or to a FHIR server (`fhir-r4`, ITI-65). */
    readonly 'documents.deposit'?: Graded<'mssante' | 'soap-ihe' | 'fhir-r4'> | undefined;
    /** What a browser carries: see `portal`. */
    readonly 'portal.launch'?: Graded<'portal'> | undefined;
    /** The national téléservice: its address is an option of the client. */
    readonly insi?: Graded<'soap-insi'> | undefined;
  };
  /**
   * Operations that are offered in some modes of authentication, or for some purposes, only: any
   * other use is `TE_UNSUPPORTED` before any call. What is absent is not restricted. A deposit by
   * mail carries no assertion, and does not depend on it.
   *
   * @see GIE SESAM-Vitale, PDT-INF-526 and PDT-INF-606: the rights of the DMP by mode
   */
  readonly capabilities?: Graded<Readonly<Partial<Record<(typeof capableOperations)[number], Capability>>>> | undefined;
  /**
   * What the SOAP services (`soap-ihe`) need to know beside the address of the platform's services.
   * Without it, what is bound to them fails with `TE_UNSUPPORTED` before any call.
   */
  readonly soap?: { readonly [Part in keyof SoapServices]: Graded<SoapServices[Part]> } | undefined;
  /** The same of the FHIR server (`fhir-r4`). */
  readonly fhir?: { readonly [Part in keyof FhirServices]: Graded<Exclude<FhirServices[Part], undefined>> } | undefined;
  /** How the portal is opened on a dossier; without it: `TE_UNSUPPORTED`. */
  readonly portal?: { readonly [Part in keyof PortalDescriptor]: Graded<PortalDescriptor[Part]> } | undefined;
  readonly mssante: {
    readonly mailbox: Graded<string>;
    readonly subject: Graded<'extended' | 'short'>;
    /** Send the readable PDF beside the archive. */
    readonly pdfCopy: Graded<boolean>;
    /**
     * Names of the DNS records that say where the servers of a mailbox are: the `names` of
     * `discoverMailServers`.
     */
    readonly serviceNames?: Graded<{ readonly submission: string; readonly imap: string }> | undefined;
  };
  readonly documents: {
    readonly typeCodeSet: Graded<'eo-9.05' | 'current'>;
    /** Refuse a deposit whose consent box is not ticked. */
    readonly consentRequired: Graded<boolean>;
    /**
     * What is a result of an exam, and what is a report: a document of one of these types (JDV_J07)
     * or classes (JDV_J06). No published text says it; without it, a search by family is
     * `TE_UNSUPPORTED`.
     */
    readonly families?: Graded<Readonly<Record<'exam-result' | 'report', DocumentFamilyCodes>>> | undefined;
  };
  readonly limits: {
    /** Shortest time between two automatic readings. */
    readonly minPollSeconds: Graded<number>;
    readonly maxDocumentBytes: Graded<number>;
    /** Patients of one call of `dossier.statuses`: those of a day, never the whole file. */
    readonly maxStatuses: Graded<number>;
  };
  /** Contacts to show to the user. */
  readonly support: { readonly url: Graded<string | null>; readonly phone: Graded<string | null> };
}
