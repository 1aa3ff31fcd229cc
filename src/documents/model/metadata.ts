import type { Coded } from './document.ts';

/** XCN: a person or a system. @group Metadata */
export interface XdsPerson {
  readonly id: string;
  readonly family: string;
  readonly given: string;
  /** OID of the assigning authority (XCN.9). */
  readonly authority: string;
  /** XCN.10: `D` a person, `U` a system. */
  readonly nameType: 'D' | 'U';
  /** XCN.13: `IDNPS`, `EI`, `RI` or `NH`. */
  readonly idType: string;
}

/** XON: a structure. Empty strings where the source has nullFlavors. @group Metadata */
export interface XdsInstitution {
  readonly name: string;
  readonly authority: string;
  readonly idType: string;
  readonly id: string;
}

/** @group Metadata */
export interface XdsAuthor {
  readonly person: XdsPerson;
  readonly institution: XdsInstitution | null;
  /** Structures after the first one. */
  readonly otherInstitutions?: readonly XdsInstitution[] | undefined;
  readonly roles: readonly string[];
  readonly specialties: readonly Coded[];
  /** XTN values, for example `^^Internet^secretariat@exemple.fr`. */
  readonly telecoms?: readonly string[] | undefined;
}

/** @group Metadata */
export interface XdsReferenceId {
  readonly id: string;
  readonly authority: string;
  readonly type: string;
}

/**
 * XDS DocumentEntry with its French rules. Times are DTM in UTC, digits only.
 *
 * @see IHE ITI TF-3, section 4.2.3.2; CI-SIS, volet Partage de documents de santé
 * @group Metadata
 */
export interface DocumentEntry {
  /** Symbolic id in a submission (`Document01`), `urn:uuid:` once registered. */
  readonly entryUuid: string;
  readonly logicalId: string | null;
  readonly version: string | null;
  readonly mimeType: string;
  readonly availabilityStatus: string | null;
  readonly authors: readonly XdsAuthor[];
  readonly legalAuthenticator: XdsPerson | null;
  readonly title: string;
  readonly comments: string | null;
  readonly creationTime: string;
  readonly serviceStartTime: string | null;
  readonly serviceStopTime: string | null;
  readonly languageCode: string;
  readonly classCode: Coded;
  readonly typeCode: Coded;
  /** The level and up to three masks. */
  readonly confidentialityCodes: readonly Coded[];
  readonly formatCode: Coded;
  readonly healthcareFacilityTypeCode: Coded;
  readonly practiceSettingCode: Coded;
  readonly eventCodes: readonly Coded[];
  /** CX */
  readonly patientId: string;
  /** CX */
  readonly sourcePatientId: string;
  /** `PID-n|content` values. */
  readonly sourcePatientInfo: readonly string[];
  /** SHA-1, 40 hexadecimal digits. */
  readonly hash: string | null;
  readonly size: number | null;
  /** File name in the XDM subset directory. */
  readonly uri: string | null;
  readonly repositoryUniqueId: string | null;
  readonly uniqueId: string;
  readonly referenceIds: readonly XdsReferenceId[];
}

/** @see IHE ITI TF-3, section 4.2.3.3 @group Metadata */
export interface SubmissionSet {
  readonly id: string;
  readonly submissionTime: string;
  readonly title: string | null;
  readonly comments: string | null;
  readonly authors: readonly XdsAuthor[];
  readonly contentTypeCode: Coded;
  /** CX */
  readonly patientId: string;
  readonly sourceId: string;
  readonly uniqueId: string;
  readonly intendedRecipients: readonly string[];
}

/**
 * A folder (classeur): documents grouped under codes.
 *
 * @see IHE ITI TF-3, section 4.2.3.4
 * @group Metadata
 */
export interface Folder {
  readonly id: string;
  readonly title: string;
  readonly comments: string | null;
  readonly codes: readonly Coded[];
  /** CX */
  readonly patientId: string;
  readonly uniqueId: string;
  /** Set by the registry. */
  readonly lastUpdateTime: string | null;
}

/** A link between two objects, by their ids. @see IHE ITI TF-3, section 4.2.2 @group Metadata */
export interface Association {
  readonly id: string;
  /** Full URN, for example `urn:ihe:iti:2007:AssociationType:RPLC`. */
  readonly type: string;
  readonly source: string;
  readonly target: string;
  /** Slots by name, for example `SubmissionSetStatus`. */
  readonly slots: Readonly<Record<string, readonly string[]>>;
}

/** Everything a `SubmitObjectsRequest` holds. @group Metadata */
export interface RegistryObjects {
  readonly submissionSets: readonly SubmissionSet[];
  readonly documents: readonly DocumentEntry[];
  readonly folders: readonly Folder[];
  readonly associations: readonly Association[];
}
