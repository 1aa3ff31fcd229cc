import type { PlatformEnvironment } from '../environment.ts';

/** The practice software that embeds the SDK. @group Configuration */
export interface HostConfig {
  /** Product name; `éO` has a minimum version (rule CFG-01). */
  readonly product: string;
  /** `major.minor[.patch]` */
  readonly version: string;
  readonly vendorId?: string | undefined;
  /** Name and version written in assertions; the product's by default. */
  readonly lpsName?: string | undefined;
  readonly lpsVersion?: string | undefined;
  /** Serial number of this installation, written as `LPS_ID`. */
  readonly lpsId?: string | undefined;
  /** Reference number of the product, written as `X-MSS-NIL`. */
  readonly nil?: string | undefined;
  /**
   * OID of this installation of the software, the same for as long as it is installed: the client
   * writes it as `sourceId` of every submission, and deposits no document without it. An OID of
   * your company followed by the number of the installation, or `2.25.` and a UUID as an integer,
   * made once and kept. Never `quai.oid`, which names patients.
   *
   * @see IHE ITI TF-3, section 4.2.3.3.8 (sourceId)
   */
  readonly oidRoot?: string | undefined;
}

/** A module of the host and its activation code. @group Configuration */
export interface ModuleConfig {
  readonly enabled: boolean;
  readonly code?: string | undefined;
}

/** How the structure's national identifier was made. @group Configuration */
export type StructureIdKind = 'FINESS' | 'SIRET' | 'SIREN' | 'RPPS-RANG' | 'ADELI-RANG' | 'INTERNAL';

/** CI-SIS parameters of the structure. @group Configuration */
export interface StructureConfig {
  readonly name: string;
  /** Struct_IdNat: type digit and number, for example `1` + FINESS. */
  readonly nationalId: string;
  readonly nationalIdKind: StructureIdKind;
  /** TRE_R02-SecteurActivite, for example `SA07`. */
  readonly activitySector: string;
  /** XDS healthcareFacilityTypeCode (JDV_J02); the sector by default. */
  readonly facilityTypeCode?: string | undefined;
  /** JDV_J04, for example `AMBULATOIRE`. */
  readonly practiceSettingCode: string;
  readonly address?: readonly string[] | undefined;
  readonly telecom?: readonly string[] | undefined;
}

/** CI-SIS parameters of the professional. @group Configuration */
export interface UserConfig {
  /** Eleven digits. */
  readonly rpps?: string | undefined;
  /** Nine characters, legacy. */
  readonly adeli?: string | undefined;
  /** PS_IdNat: `8` + RPPS; derived when absent. */
  readonly nationalId?: string | undefined;
  readonly familyName: string;
  readonly givenName: string;
  readonly civility?: string | undefined;
  /** TRE_G15, for example `10` for a physician. */
  readonly professionCode: string;
  /** TRE_R01, for example `SM54`; required for physicians. */
  readonly specialtyCode?: string | undefined;
  /** XDS authorSpecialty, `G15_10/SM54`; derived when absent. */
  readonly authorSpecialty?: string | undefined;
  /** Personal MSSanté address. */
  readonly mssAddress: string;
  /** Sector of the exercise situation chosen on the card, when there are several. */
  readonly exerciseSituation?: string | undefined;
}

/** The line "Terr-eSanté" of the host's module console. @group Configuration */
export interface QuaiParameters {
  /** Address of the platform's services. */
  readonly url: string;
  /** Namespace of the local identifiers (HL7 HD.1, inferred). */
  readonly domainName: string;
  /** Given by the platform, meaning not published: kept as is. */
  readonly domainCode: string;
  /** Universal id type (HL7 HD.3, inferred), expected `ISO`. */
  readonly domainType: string;
  /** OID that assigns the local patient identifiers (HL7 HD.2, inferred). */
  readonly oid: string;
  /** Deposit mailbox of the platform. */
  readonly eMailSecur: string;
}

/** Declarations made outside the software. @group Configuration */
export interface RegistrationConfig {
  readonly domainDeclaredToPlatform: boolean;
  /** Declared to the regional identity server. */
  readonly domainDeclaredToSri: boolean;
  readonly accountOpened: boolean;
}

/** Choices left to the host. @group Configuration */
export interface PolicyConfig {
  /**
   * Age limit of a creation consent, in days.
   *
   * @defaultValue `0` (collected the same day, French time)
   */
  readonly consentMaxAgeDays?: number | undefined;
  /** Whether the professional's own deposits count as notifications. @defaultValue `true` */
  readonly countOwnDeposits?: boolean | undefined;
}

/**
 * Everything the Terr-eSanté module of a practice software is set up with.
 *
 * @group Configuration
 */
export interface TerrESanteConfig {
  readonly host: HostConfig;
  readonly modules: { readonly tlsi: ModuleConfig; readonly terrESante: ModuleConfig };
  readonly structure: StructureConfig;
  readonly user: UserConfig;
  readonly quai: QuaiParameters;
  readonly registration: RegistrationConfig;
  readonly authn: {
    readonly means: 'cps' | 'cpe' | 'ecps' | 'software-certificate' | 'one-time-code';
    readonly readerRequired: boolean;
  };
  readonly environment: PlatformEnvironment;
  readonly policy?: PolicyConfig | undefined;
}
