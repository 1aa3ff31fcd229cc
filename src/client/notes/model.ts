import type { DocumentVisibilityCode, NoteTypeCode } from '../../documents/index.ts';
import type { LocalIdentifier, PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { NoteFile, NotePage, NoteVersion, WrittenNote } from '../../transport/index.ts';
import type { CallMeta } from '../call.ts';

/** Some notes of a liaison book, in the order of the platform. @group Notes */
export interface NoteList extends NotePage {
  readonly meta: CallMeta;
}

/** What a note holds beside its text. @group Notes */
export interface NoteFileInput {
  readonly bytes: Uint8Array;
  readonly mimeType: 'application/pdf' | 'image/jpeg' | 'image/png' | 'text/plain';
  /** @defaultValue without a title */
  readonly title?: string | undefined;
}

/** A note to write. @group Notes */
export interface NoteInput {
  /** Of JDV_J23. */
  readonly type: NoteTypeCode;
  /** Plain text, never HTML. */
  readonly text: string;
  /** @defaultValue without a title */
  readonly title?: string | undefined;
  /** @defaultValue none */
  readonly attachments?: readonly NoteFileInput[] | undefined;
  /** @defaultValue the note does not tell */
  readonly isEmergency?: boolean | undefined;
  /** To whom it is not shown (JDV_J110). @defaultValue no restriction */
  readonly visibility?: DocumentVisibilityCode | undefined;
  /**
   * A UUID that your software keeps with its draft: the same note sent again under the same UUID is
   * not written twice.
   *
   * @defaultValue a new one: a note whose outcome is unknown cannot be sent again safely
   */
  readonly uniqueId?: string | undefined;
}

/** What is changed in a note; what is absent stays as it is. @group Notes */
export interface NoteChangesInput {
  readonly type?: NoteTypeCode | undefined;
  readonly text?: string | undefined;
  /** `null` takes it away. */
  readonly title?: string | null | undefined;
  readonly isEmergency?: boolean | undefined;
  /** `null` takes the restriction away. */
  readonly visibility?: DocumentVisibilityCode | null | undefined;
  /** Added to those that are there. */
  readonly attachments?: readonly NoteFileInput[] | undefined;
}

/** A note that was written. @group Notes */
export interface NoteWritten extends WrittenNote {
  readonly meta: CallMeta;
}

/** The bytes that go with a note. @group Notes */
export interface NoteContent extends NoteFile {
  readonly meta: CallMeta;
}

/** Options of `notes.list`. @group Notes */
export interface NoteListOptions extends CallOptions {
  /** @defaultValue every type */
  readonly types?: readonly NoteTypeCode[] | undefined;
  /**
   * Written from this instant on (inclusive), ISO 8601 with offset.
   *
   * @defaultValue from the first
   */
  readonly from?: string | undefined;
  /** Written up to this instant (inclusive), ISO 8601 with offset. @defaultValue to the last */
  readonly until?: string | undefined;
  /**
   * An identifier of the author, as `authors` of a note gives it.
   *
   * @defaultValue whoever wrote it
   */
  readonly author?: LocalIdentifier | undefined;
  /** Those that were taken back, or replaced, too. @defaultValue `false` */
  readonly includeRetracted?: boolean | undefined;
}

/**
 * The liaison book of a patient (Cahier de liaison). That Terr-eSanté carries it over this guide is
 * an assumption, which the descriptor makes by binding `notes`; without it: `TE_UNSUPPORTED`,
 * before any connection.
 *
 * @experimental
 * @see ANS, Cahier de liaison 3.0.0
 * @group Notes
 */
export interface NoteOperations {
  /**
   * The notes of a patient, page after page: each page is an exchange of its own, with its own time
   * limit and its own line in the journal. What came before a failure has been given.
   *
   * @throws TerrESanteError `TE_CONFIG_INVALID`, `TE_UNSUPPORTED`, `TE_INPUT_INVALID`,
   *   `TE_IDENTITY_*`, `TE_DOSSIER_ABSENT`, `TE_NOT_IN_CIRCLE`, `TE_AUTHN_*`, `TE_FORBIDDEN`,
   *   `TE_PROTOCOL`, `TE_UNAVAILABLE`, `TE_TIMEOUT`, `TE_AUDIT`
   */
  list(patient: PatientInput, options?: NoteListOptions): AsyncGenerator<NoteList, void, undefined>;
  /**
   * Writes a note, as the professional of the configuration.
   *
   * @throws TerrESanteError `TE_DUPLICATE` (another note has this UUID), `TE_CONFLICT`,
   *   `TE_TOO_LARGE`, `TE_VALIDATION` and those of `list`; with `details.unknownOutcome` the
   *   platform may hold it: send it again under the same `uniqueId`
   */
  create(patient: PatientInput, note: NoteInput, options?: CallOptions): Promise<NoteWritten>;
  /**
   * Answers a note.
   *
   * @param noteId - the `id` of the note that is answered
   * @throws TerrESanteError `TE_NOT_FOUND`, `TE_CONFLICT` (the note was taken back) and those of
   *   `create`
   */
  reply(patient: PatientInput, noteId: string, note: NoteInput, options?: CallOptions): Promise<NoteWritten>;
  /**
   * Changes one's own note, over the version that was read and over no other. Nothing of the note
   * is lost, what this library does not know included.
   *
   * @param note - `id` and `version` of the note as it was shown
   * @throws TerrESanteError `TE_CONFLICT` (it changed since: show it again), `TE_FORBIDDEN`
   *   (somebody else wrote it), `TE_NOT_FOUND` and those of `create`
   */
  update(
    patient: PatientInput,
    note: NoteVersion,
    changes: NoteChangesInput,
    options?: CallOptions,
  ): Promise<NoteWritten>;
  /**
   * Takes one's own note back: it stays, entered in error. To take it back twice is a success.
   *
   * @throws TerrESanteError as `update`
   */
  retract(patient: PatientInput, note: NoteVersion, options?: CallOptions): Promise<NoteWritten>;
  /**
   * The bytes of an attachment, which are those that the note announces.
   *
   * @param index - its place, as `attachments` of the note gives it
   * @throws TerrESanteError `TE_NOT_FOUND`, `TE_TOO_LARGE` and those of `list`
   */
  fetch(patient: PatientInput, noteId: string, index: number, options?: CallOptions): Promise<NoteContent>;
}
