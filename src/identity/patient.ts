/**
 * The five mandatory traits and those around them, as the practice software knows them. Never log
 * any field.
 *
 * @group Traits
 */
export interface PatientTraits {
  readonly birthName?: string | undefined;
  /** First given name of the birth record. */
  readonly firstName?: string | undefined;
  /** All given names of the birth record, in order. */
  readonly birthFirstNames?: readonly string[] | undefined;
  readonly usedName?: string | undefined;
  readonly usedFirstName?: string | undefined;
  /** `YYYY-MM-DD` */
  readonly birthDate?: string | undefined;
  /** The date was completed because part of it is not known: the marker travels with the date. */
  readonly birthDateInterpreted?: boolean | undefined;
  readonly sex?: Sex | undefined;
  readonly birthPlace?: BirthPlace | undefined;
}

/** `I`: indeterminate. @group Traits */
export type Sex = 'M' | 'F' | 'I';

/** A COG commune or country code, or a postal code with a country. @group Traits */
export interface BirthPlace {
  /** COG code of the country: `99100` is France, which is also the default. */
  readonly countryInsee?: string | undefined;
  readonly postalCode?: string | undefined;
  /** COG code of the commune, five characters. */
  readonly communeInsee?: string | undefined;
  readonly city?: string | undefined;
}

/** Matricule and OID, never one without the other. @group INS */
export interface PatientIns {
  /** Fifteen characters, key included. */
  readonly value: string;
  readonly kind?: 'NIR' | 'NIA' | undefined;
  readonly oid: string;
}

/** RNIV statuses: provisional, validated, retrieved, qualified. @group Status */
export type IdentityStatus = 'PROV' | 'VALI' | 'RECUP' | 'QUAL';

/**
 * Attributes of the Référentiel national d'identitovigilance: proven or suspected homonym,
 * doubtful, fictitious.
 *
 * @group Status
 */
export type IdentityAttribute = 'HOMA' | 'HOMD' | 'DOUT' | 'FICT';

/** An identifier and the OID of the domain that gave it. @group Traits */
export interface LocalIdentifier {
  /** OID of the domain, without `urn:oid:`. */
  readonly system: string;
  readonly value: string;
}

/** Patient as known by the practice software. Never log any field of this type. @group Traits */
export interface PatientInput {
  readonly localId?: LocalIdentifier | undefined;
  /** Leaves the software only when `identityStatus` is `QUAL`. */
  readonly ins?: PatientIns | undefined;
  readonly traits: PatientTraits;
  readonly identityStatus?: IdentityStatus | undefined;
  readonly identityAttributes?: readonly IdentityAttribute[] | undefined;
  /** Former INS of the person, as the INSi gave them. */
  readonly insHistory?: readonly PatientIns[] | undefined;
}
