import type { LocalIdentifier } from '../../identity/index.ts';
import type { CdaPatient } from '../../identity/wire/cda-patient.ts';
import type { ByteSource } from '../../internal/bytes.ts';
import type { Coded } from '../../nomenclature/index.ts';
import type { DocumentKind } from './kinds.ts';

export type { Coded, DocumentKind };

/** Confidentiality level of the CDA header. @group Model */
export type Confidentiality = 'N' | 'R' | 'V';

/** A name as the header writes it. @group Model */
export interface HeaderName {
  readonly family: string;
  readonly given: string | null;
  /** `M` or `MME`. */
  readonly prefix: string | null;
  /** `DR`, `PR`, `MC`, `MG`, `PC` or `PG`. */
  readonly suffix: string | null;
}

/** Postal address: free lines or elementary parts, never both. @group Model */
export interface HeaderAddress {
  readonly use: string | null;
  readonly lines: readonly string[];
  readonly parts: Readonly<Partial<Record<AddressPart, string>>>;
}

/** Parts of a postal address. @group Model */
export type AddressPart =
  | 'houseNumber'
  | 'houseNumberNumeric'
  | 'streetName'
  | 'streetNameType'
  | 'additionalLocator'
  | 'unitID'
  | 'postBox'
  | 'precinct'
  | 'postalCode'
  | 'city'
  | 'county'
  | 'state'
  | 'country';

/** `prefix:rest`, for example `tel:0102030405`. @group Model */
export interface HeaderTelecom {
  readonly value: string;
  readonly use: string | null;
}

/** A structure. @group Model */
export interface HeaderOrganization {
  /** Struct_IdNat under OID 1.2.250.1.71.4.2.2, or another root when read. */
  readonly id: LocalIdentifier | null;
  readonly name: string | null;
  readonly telecom: readonly HeaderTelecom[];
  readonly address: HeaderAddress | null;
  /** JDV_J04: the practice setting, of the performer's organization. */
  readonly practiceSetting: Coded | null;
}

/**
 * A person, a device or the patient, as author, authenticator, performer, recipient or participant.
 *
 * @group Model
 */
export interface HeaderActor {
  /** The national identifier when there is one (found by its root), else the first identifier. */
  readonly id: LocalIdentifier | null;
  readonly otherIds: readonly LocalIdentifier[];
  readonly kind: 'professional' | 'device' | 'patient' | 'other';
  /** JDV_J01 (profession and specialty). */
  readonly specialty: Coded | null;
  /** JDV_J47. */
  readonly functionCode: Coded | null;
  readonly name: HeaderName | null;
  readonly device: { readonly model: string; readonly software: string } | null;
  readonly telecom: readonly HeaderTelecom[];
  readonly address: HeaderAddress | null;
  readonly organization: HeaderOrganization | null;
  /** HL7 local date-time with offset, when the role carries one. */
  readonly time: string | null;
}

/**
 * The patient, as the header names them: the traits of the CDA header, and what a document says
 * beside them.
 *
 * @group Model
 */
export interface HeaderPatient extends CdaPatient {
  /**
   * Names that have no place among the traits, as the document writes them: a name that is one
   * text, a second family name, a further given name. Which of them the patient bears is for a
   * reader to say.
   */
  readonly otherNames?: readonly { readonly part: 'family' | 'given' | 'name'; readonly text: string }[] | undefined;
  readonly address: HeaderAddress | null;
  readonly telecom: readonly HeaderTelecom[];
  readonly guardians?: readonly HeaderGuardian[] | undefined;
  readonly deceased?: { readonly indicator: boolean; readonly time: string | null } | undefined;
  readonly multipleBirth?: { readonly indicator: boolean; readonly order: number | null } | undefined;
}

/** Legal representative of the patient: a person or an organization. @group Model */
export interface HeaderGuardian {
  readonly relation: Coded | null;
  readonly name: HeaderName | null;
  readonly organization: HeaderOrganization | null;
  readonly telecom: readonly HeaderTelecom[];
  readonly address: HeaderAddress | null;
}

/** The documented act. @group Model */
export interface HeaderAct {
  readonly code: Coded | null;
  /** HL7 local date-time with offset. */
  readonly start: string | null;
  readonly stop: string | null;
  readonly performer: HeaderActor | null;
}

/** The stay or consultation during which the act was done. @group Model */
export interface HeaderEncounter {
  /** Identifier of the stay or visit. */
  readonly id?: LocalIdentifier | null | undefined;
  /** JDV_J142. */
  readonly code: Coded | null;
  readonly start: string | null;
  readonly stop: string | null;
  /** JDV_J02: sector of activity, XDS healthcareFacilityTypeCode. */
  readonly facilityType: Coded | null;
  readonly responsible?: HeaderActor | null | undefined;
}

/** Who gave information, and what they are to the patient. @group Model */
export interface HeaderInformant {
  readonly kind: 'professional' | 'relative';
  /** `ECON`, `NOK`, `CON`, `CAREGIVER` or `PAT` for a relative. */
  readonly classCode: string | null;
  readonly relation: Coded | null;
  readonly actor: HeaderActor;
}

/** Another person concerned, with the role. @group Model */
export interface HeaderParticipant {
  /** JDV_J144, for example `INF`. */
  readonly typeCode: string | null;
  readonly functionCode: Coded | null;
  readonly start: string | null;
  readonly stop: string | null;
  readonly classCode: string | null;
  readonly actor: HeaderActor;
}

/**
 * What the header of a CI-SIS document says, the same for a document that is built and for one that
 * is read. Times are HL7 local date-times with offset. `null` means absent.
 *
 * @see CI-SIS, volet Structuration minimale de documents de santé, section 3.5.5
 * @group Model
 */
export interface CdaHeader {
  readonly templateIds: readonly { readonly root: string | null; readonly extension: string | null }[];
  /** OID (root alone), or `root^extension` when read so. The XDS uniqueId. */
  readonly uniqueId: string | null;
  readonly setId: string | null;
  readonly versionNumber: number | null;
  readonly type: Coded | null;
  readonly title: string | null;
  readonly effectiveTime: string | null;
  /** `N`, `R` or `V`; other values of older documents are kept as read. */
  readonly confidentiality: string | null;
  readonly languageCode: string | null;
  readonly patient: HeaderPatient;
  /**
   * The document names several patients, or two INS: {@link CdaHeader.patient} is only the first.
   */
  readonly severalPatients?: boolean | undefined;
  readonly authors: readonly HeaderActor[];
  readonly dataEnterer: HeaderActor | null;
  readonly informants: readonly HeaderInformant[];
  readonly custodian: HeaderOrganization;
  readonly recipients: readonly HeaderActor[];
  readonly legalAuthenticator: HeaderActor | null;
  readonly authenticators: readonly HeaderActor[];
  readonly participants: readonly HeaderParticipant[];
  /** The first one is the main act. */
  readonly acts: readonly HeaderAct[];
  /** uniqueId of the version this one replaces. */
  readonly replaces: string | null;
  readonly encounter: HeaderEncounter | null;
  readonly body:
    | { readonly kind: 'non-xml'; readonly mediaType: string | null; readonly languageCode?: string | undefined }
    | { readonly kind: 'structured' }
    | { readonly kind: 'none' };
}

/** The header of a document that was built: what every document must say is there. @group Model */
export interface BuiltHeader extends CdaHeader {
  readonly templateIds: readonly { readonly root: string; readonly extension: string | null }[];
  readonly uniqueId: string;
  readonly type: Coded;
  readonly title: string;
  readonly effectiveTime: string;
  readonly confidentiality: string;
  readonly languageCode: string;
  readonly patient: HeaderPatient & { readonly birthName: string; readonly firstName: string };
}

/** Visibility marks: XDS metadata only, never in the CDA header. @group Model */
export interface Visibility {
  readonly hiddenFromPatient: boolean;
  readonly hiddenFromProfessionals: boolean;
  readonly hiddenFromLegalRepresentatives: boolean;
}

/** A finished CDA document: its bytes never change again. @group Model */
export interface BuiltDocument {
  readonly kind: DocumentKind;
  readonly header: BuiltHeader;
  /** The CDA file. */
  readonly content: ByteSource;
  /** SHA-1 of the CDA file, 40 hexadecimal digits: the XDS `hash`. */
  readonly sha1: string;
  /**
   * The PDF inside the CDA, or the PDF rendering that goes beside it; `null` when there is none.
   */
  readonly pdf: ByteSource | null;
  readonly visibility: Visibility;
  /** XDS class of the type (JDV_J06). */
  readonly classCode: Coded;
  /** XDS format of the content (`findFormatCode`: by media type or by template). */
  readonly formatCode: Coded;
  /** Whether the INS in the header is qualified and may be transmitted. */
  readonly qualifiedIns: boolean;
  /** What the caller said of the patient's consent to this deposit. Never assumed. */
  readonly patientConsent?: boolean | undefined;
  /** Warnings of the build, for example a retired type code with its successor. Never errors. */
  readonly findings: readonly import('../../errors.ts').Finding[];
}
