import type { TerrESanteErrorCode } from '../../errors.ts';
import type { Membership } from '../binding/model.ts';

/** A code and the OID of its system. */
export interface ServiceCode {
  readonly code: string;
  readonly codeSystem: string;
}

/**
 * Everything about the SOAP services of one platform that its messages need and that no published
 * text gives for Terr-eSanté: data of its descriptor. Messages keep the shape of those of the DMP.
 *
 * @see GIE SESAM-Vitale, DMP example messages of LPS v02.05.00 (TD0.2, TD0.3)
 * @group Bindings
 */
export interface SoapServices {
  /**
   * Where each service answers, behind the address of the platform's services; `null`: not offered,
   * and what needs it fails with `TE_UNSUPPORTED` before any call.
   */
  readonly paths: {
    /** ITI-44, 45 and 47. */
    readonly identities: string | null;
    /** Existence and creation. */
    readonly dossier: string | null;
    readonly authorizations: string | null;
    /** ITI-18. */
    readonly registry: string | null;
    /** ITI-43. */
    readonly repository: string | null;
    /** ITI-57. */
    readonly update: string | null;
  };
  /** OIDs of the devices that receive HL7 v3 messages. */
  readonly receivers: { readonly identities: string; readonly dossier: string };
  /** How the platform is to take the messages. */
  readonly processing: 'production' | 'training' | 'debugging';
  /** Which identifier names the patient to the dossier services. */
  readonly patientKey: 'regional-id' | 'local-id' | 'ins';
  /** `wsa:Action` of each request. */
  readonly actions: { readonly status: string; readonly create: string; readonly authorize: string };
  /** `reasonCode` of a question about existence. */
  readonly existenceReason: ServiceCode;
  /** Lines of attention of an answer about a dossier. */
  readonly attention: {
    readonly authorization: ServiceCode;
    /** Codes of the authorisation that are known; any other is no valid one. */
    readonly memberships: Readonly<Record<string, Membership>>;
    readonly treatingPhysician: ServiceCode;
  };
  readonly creation: {
    /** Namespace of the element around the answer. */
    readonly answerNamespace: string;
    /** Observation that tells of the consent. */
    readonly consent: ServiceCode;
    /** Observation that tells whether the dossier is shared; `null`: it cannot be told. */
    readonly sharing: ServiceCode | null;
  };
  readonly authorization: {
    readonly namespace: string;
    readonly add: string;
    readonly remove: string;
    /** Word of the role of the treating physician. */
    readonly treatingPhysician: string;
    /** Roles of the care circle (TRE_R259) that make a treating physician. */
    readonly treatingRoles: readonly string[];
    /** Status of an answer that is a success. */
    readonly success: string;
  };
  /** What codes of refusal mean; any other is told as it came. */
  readonly refusals: Readonly<Record<string, TerrESanteErrorCode>>;
}
