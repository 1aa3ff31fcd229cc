import type { TerrESanteErrorCode } from '../../errors.ts';
import type { FrCoreDialect } from '../../identity/wire/index.ts';

/**
 * Everything about the FHIR server of one platform that requests need and that no published text
 * gives for Terr-eSanté: data of its descriptor. Resources and requests are those of the published
 * guides.
 *
 * @see ANS, Cercle de soins 2.0.1, PDSm 3.1.1; IHE ITI PIXm, PDQm, MHD; HL7 FR Core 2.1.0
 * @group Bindings
 */
export interface FhirServices {
  /** Base of the server, behind the address of the platform's services. */
  readonly path: string;
  /**
   * What `Authorization` carries: the VIHF of the call as a bearer token (base64url, as RFC 7522
   * writes an assertion), a token that the host gives (`fhirAuthorization` of the client), or
   * nothing, where the certificate of the connection says enough.
   */
  readonly authorization: 'assertion' | 'token' | 'none';
  /**
   * Whether an address may name the patient: ITI-83, the conditional PUT of ITI-104 and servers
   * that search by GET only.
   */
  readonly patientInAddress: boolean;
  /** The state of FR Core that the server speaks. */
  readonly dialect: FrCoreDialect;
  /** How a deposit tells which document it replaces. */
  readonly replaceStyle: 'patch' | 'relatesTo';
  /** Whether the server keeps versions: without them a shared resource is written blindly. */
  readonly versioned: boolean;
  /** System of the identifiers that this software gives to the role of a professional. */
  readonly roleSystem: string;
  /** System of the identifiers of structures. */
  readonly structureSystem: string;
  /** Address of the policy that each kind of consent agrees to; a kind without one is not sent. */
  readonly consentPolicies: Readonly<Record<string, string>>;
  /**
   * What codes of `OperationOutcome.issue.details` mean, such as that the patient blocked this
   * professional: no published text has one for it. Of any other the status decides.
   */
  readonly refusals: Readonly<Record<string, TerrESanteErrorCode>>;
  /** Requests for support to a structure; without it there are none. */
  readonly support?: FhirSupportServices | undefined;
  /**
   * Words by which plans are told from each other: no published text has a code for them. Without
   * it, what is told by them is not carried.
   */
  readonly plans?: FhirPlanWords | undefined;
}

/**
 * How requests for support are known on a FHIR server: no published guide has a profile of them.
 *
 * @group Bindings
 */
export interface FhirSupportServices {
  /** Words by which a request for support is told from other requests. */
  readonly category: string;
  /**
   * `listed`: the platform carries requests to the structures whose `Organization` it holds. `any`:
   * to every structure.
   */
  readonly structures: 'listed' | 'any';
}

/** Words that stand where no code is published. @group Bindings */
export interface FhirPlanWords {
  /** `CarePlan.category.text` of a plan of interventions at home. */
  readonly interventions: string;
  /** `Flag.category.text` of what tells how a home is entered. */
  readonly homeAccess: string;
}
