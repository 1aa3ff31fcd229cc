import type { InsEnvironment, LocalIdentifier, PatientInput, Professional, Structure } from '../../identity/index.ts';
import type { AddressPart, Coded, Confidentiality, Visibility } from '../model/document.ts';
import type { CodeSet } from '../model/kinds.ts';
import type {
  ClassCode,
  EncounterTypeCode,
  FunctionCode,
  HealthcareFacilityTypeCode,
  ParticipationTypeCode,
  RelationCode,
  RetiredTypeCode,
  TypeCode,
} from '../../nomenclature/index.ts';

/** Free lines (at most seven) or elementary parts, never both. @group Document input */
export type Address = { readonly use?: 'H' | 'HP' | 'HV' | 'WP' | 'TMP' | undefined } & (
  | { readonly lines: readonly string[]; readonly parts?: undefined }
  | { readonly parts: Readonly<Partial<Record<AddressPart, string>>>; readonly lines?: undefined }
);

/** A telephone number, a mailbox or an address on the web. @group Document input */
export interface Telecom {
  /** `tel:`, `fax:`, `mailto:`, `http:`, `ftp:` or `mllp:` and the rest, without spaces. */
  readonly value: string;
  readonly use?: 'H' | 'HP' | 'HV' | 'WP' | 'DIR' | 'PUB' | 'EC' | 'MC' | 'PG' | undefined;
}

/** Name of a person who is no registered professional. @group Document input */
export interface PersonName {
  readonly family: string;
  readonly given?: string | undefined;
  readonly civility?: 'M' | 'MME' | undefined;
}

interface Contact {
  readonly telecoms?: readonly Telecom[] | undefined;
  readonly address?: Address | undefined;
}

/** A professional and the structure where the act is done. @group Document input */
export interface ProfessionalPart extends Contact {
  readonly professional: Professional;
  readonly structure: Structure;
  /** ISO 8601 with offset. Default: the time of the document. */
  readonly time?: string | undefined;
}

/** A professional as author or performer. @group Document input */
export interface ProfessionalRole extends ProfessionalPart {
  /** Role in this document (JDV_J47), for example `PCP`, the treating doctor. */
  readonly functionCode?: FunctionCode | undefined;
  /**
   * Assurance Maladie number, written beside the national identifier of an author; elsewhere one
   * identifier is allowed.
   */
  readonly assuranceMaladieId?: string | undefined;
}

/** A device or a software as author. @group Document input */
export interface DeviceAuthor extends Contact {
  readonly device: { readonly id: LocalIdentifier; readonly model: string; readonly software: string };
  readonly structure: Structure;
  /** Code of JDV_J01, for example `DISPOSITIF` or `AUTOMATE`. */
  readonly specialty: string;
  readonly time?: string | undefined;
}

/** @group Document input */
export type DocumentAuthor =
  | ProfessionalRole
  | DeviceAuthor
  | {
      readonly patient: true;
      readonly time?: string | undefined;
    };

/** Somebody around the patient who gave information, or whom to call. @group Document input */
export interface RelativeInformant extends Contact {
  /** Person to call, trusted person, informant, carer, or the person cared for. */
  readonly classCode: 'ECON' | 'NOK' | 'CON' | 'CAREGIVER' | 'PAT';
  readonly relation?: RelationCode | undefined;
  readonly name: PersonName;
}

/** @group Document input */
export type DocumentInformant = ProfessionalPart | RelativeInformant;

/** Whom the document is for. @group Document input */
export interface DocumentRecipient extends Contact {
  readonly professional: Professional;
  readonly structure?: Structure | undefined;
}

/** Somebody else who took part, for example the treating doctor. @group Document input */
export interface DocumentParticipant extends Contact {
  readonly typeCode: ParticipationTypeCode;
  readonly functionCode?: FunctionCode | undefined;
  readonly professional: Professional;
  readonly structure?: Structure | undefined;
  /** `PROV`, a professional, or `AGNT`, a professional known by a role. @defaultValue `'PROV'` */
  readonly classCode?: 'PROV' | 'AGNT' | undefined;
  /** ISO 8601 with offset. Default: the time of the document. */
  readonly start?: string | undefined;
  readonly stop?: string | undefined;
}

/** The main act. @group Document input */
export interface DocumentAct {
  readonly code?: Coded | undefined;
  /** ISO 8601 with offset. Default: the time of the document. */
  readonly start?: string | undefined;
  readonly stop?: string | undefined;
  /** Default: the first author who is a professional, else the legal authenticator. */
  readonly performer?: ProfessionalRole | undefined;
}

/**
 * The stay or visit. Without a time it is written as unknown, as for a document made without seeing
 * the patient.
 *
 * @group Document input
 */
export interface DocumentEncounter {
  readonly id?: LocalIdentifier | undefined;
  readonly code?: EncounterTypeCode | undefined;
  readonly start?: string | undefined;
  readonly stop?: string | undefined;
  /** Default: the sector of activity of the main structure. */
  readonly facilityType?: HealthcareFacilityTypeCode | undefined;
  readonly responsible?: ProfessionalPart | undefined;
}

/** Legal representative: a person or an organization. @group Document input */
export type Guardian = Contact & { readonly relation?: RelationCode | undefined } & (
    | { readonly name: PersonName; readonly structure?: undefined }
    | { readonly structure: Structure; readonly name?: undefined }
  );

/**
 * What the header says of the patient beyond the identity. Never log any field.
 *
 * @group Document input
 */
export interface PatientDetails extends Contact {
  readonly guardians?: readonly Guardian[] | undefined;
  readonly deceased?: boolean | { readonly time: string } | undefined;
  /** Twin or more; the rank of birth when it is known. */
  readonly multipleBirth?: boolean | { readonly order: number } | undefined;
}

/** What every kind of document takes. @group Document input */
export interface DocumentInput {
  readonly patient: PatientInput;
  readonly patientDetails?: PatientDetails | undefined;
  readonly author: DocumentAuthor;
  readonly otherAuthors?: readonly DocumentAuthor[] | undefined;
  /** The patient agrees to this deposit. There is no default: ask, and never tick it in advance. */
  readonly patientConsent: boolean;
  /** `false` only for a target whose rules do not ask for this consent. @defaultValue `true` */
  readonly consentRequired?: boolean | undefined;
  /** At most 128 characters. Default: the French label of the type. */
  readonly title?: string | undefined;
  /**
   * A type of JDV_J07. Default: that of the kind in the code set. A retired type is kept and gives
   * a warning.
   */
  readonly type?: TypeCode | RetiredTypeCode | undefined;
  /** Default types. @defaultValue `'current'` */
  readonly codeSet?: CodeSet | undefined;
  /** XDS class, for the few types that no published mapping classifies. */
  readonly classCode?: ClassCode | undefined;
  /** @defaultValue `'N'` */
  readonly confidentiality?: Confidentiality | undefined;
  /** Marks that go to the XDS metadata only. Default: none. */
  readonly visibility?: Partial<Visibility> | undefined;
  /** ISO 8601 with offset. Default: now, in French time. */
  readonly effectiveTime?: string | undefined;
  /** OID of the document. Default: a new one under `2.25`. */
  readonly uniqueId?: string | undefined;
  /** OID common to all versions. Default: a new one, or that of the version replaced. */
  readonly setId?: string | undefined;
  /** The version that this document replaces. */
  readonly replaces?:
    | {
        readonly uniqueId: string;
        readonly setId: string;
        readonly versionNumber: number;
      }
    | undefined;
  readonly languageCode?: string | undefined;
  readonly dataEnterer?: ProfessionalPart | undefined;
  readonly informants?: readonly DocumentInformant[] | undefined;
  /**
   * Who keeps the document. Default: the structure of the first author; the DMP for a document by
   * the patient.
   */
  readonly custodian?: ({ readonly structure: Structure } & Contact) | undefined;
  readonly recipients?: readonly DocumentRecipient[] | undefined;
  /**
   * Who answers for the content. Default: the first author who is a professional, or the patient as
   * only author.
   */
  readonly legalAuthenticator?: ProfessionalPart | undefined;
  readonly authenticators?: readonly ProfessionalPart[] | undefined;
  readonly participants?: readonly DocumentParticipant[] | undefined;
  readonly act?: DocumentAct | undefined;
  readonly otherActs?: readonly DocumentAct[] | undefined;
  readonly encounter?: DocumentEncounter | undefined;
  /** In production an INS of a test domain is refused. */
  readonly environment?: InsEnvironment | undefined;
}
