import type { CheckReport } from '../../../errors.ts';
import type { LocalIdentifier } from '../../../identity/index.ts';
import type { Runtime } from '../../../internal/runtime.ts';
import type { AuditEvent, AuditJournal } from '../model.ts';

/** Options of `openAuditJournal`. @group Audit */
export interface AuditJournalOptions {
  /**
   * A folder of a local disk, for this journal alone. Created when absent. It belongs to the
   * account of the program, nobody else may write into it, and it is no link.
   */
  readonly folder: string;
  /** Thirty-two bytes that seal each record (AES-256-GCM). The host keeps them elsewhere. */
  readonly key: Uint8Array;
  /**
   * Only looks, while another program writes: takes no lock and changes nothing.
   *
   * @defaultValue `false`
   */
  readonly readOnly?: boolean | undefined;
  /**
   * Retention: days that ended more than so many days ago are purged, at the opening and once a day
   * while accesses are written. A journal that does not verify is left as it is: it is a proof.
   *
   * @defaultValue nothing is removed, until {@link StoredAuditJournal} is told to `purge`
   */
  readonly keepDays?: number | undefined;
  readonly runtime?: Runtime | undefined;
}

/** One record of the chain, by its number and its digest. @group Audit */
export interface AuditMark {
  /** From 1 upwards; 0 of an empty journal. */
  readonly sequence: number;
  /** SHA-256 of the record, hexadecimal. */
  readonly hash: string;
}

/** What the verification of a journal says. @group Audit */
export interface AuditVerification extends CheckReport {
  /** Records that were read. */
  readonly records: number;
  /**
   * The last record. Noted elsewhere, it proves later that everything up to it is still there, even
   * against who has the folder and an older copy of it.
   */
  readonly last: AuditMark;
}

/** Which accesses are read. @group Audit */
export interface AuditFilter {
  /** ISO 8601 instant: accesses that ended then or later. */
  readonly since?: string | undefined;
  /** ISO 8601 instant: accesses that ended before. */
  readonly until?: string | undefined;
  readonly patient?: LocalIdentifier | undefined;
}

/** Options of `export`. @group Audit */
export interface AuditExportOptions extends AuditFilter {
  /**
   * `atna`: AuditMessage of DICOM PS3.15 A.5; `fhir`: AuditEvent of FHIR R4, profile TDE of the
   * ANS.
   */
  readonly format: 'atna' | 'fhir';
  /** The software that observed the accesses, as its messages name it: name and version. */
  readonly source: string;
}

/** The journal of {@link openAuditJournal}. @group Audit */
export interface StoredAuditJournal extends AuditJournal {
  /**
   * Reads the whole chain: a record that was changed, removed, moved or repeated, and an end that
   * was cut off, are findings. What a crash leaves is a warning.
   *
   * @param known - a `last` of an earlier verification
   * @throws TerrESanteError `TE_AUDIT`, `TE_INPUT_INVALID`
   */
  verify(known?: AuditMark): Promise<AuditVerification>;
  /** @throws TerrESanteError `TE_AUDIT` at a record that cannot be opened, `TE_INPUT_INVALID`,
   *   `TE_DATE_INVALID` */
  events(filter?: AuditFilter): AsyncGenerator<AuditEvent, void, undefined>;
  /**
   * One message per access, without line feeds: XML or JSON. Holds identifiers, no trait.
   *
   * @throws TerrESanteError as `events`
   */
  export(options: AuditExportOptions): AsyncGenerator<string, void, undefined>;
  /**
   * Removes the days that ended before an instant, and writes in the chain that they were removed:
   * it is verified as before. A journal that does not verify is left as it is.
   *
   * @param before - ISO 8601 instant
   * @returns how many records were removed
   * @throws TerrESanteError `TE_AUDIT`, `TE_DATE_INVALID`
   */
  purge(before: string): Promise<number>;
  /** Ends what is being written and gives the folder back. Safe to call twice. */
  close(): Promise<void>;
}
