import type { DocumentVisibilityCode, NoteTypeCode } from '../../documents/index.ts';
import type { LocalIdentifier } from '../../identity/index.ts';
import type { Answered, BindingCall, BoundPatient } from './call.ts';

/** Who wrote a note, as the platform tells it. @group Bindings */
export interface NoteAuthor {
  /** `null` when the platform does not tell. */
  readonly kind: 'professional' | 'structure' | 'relative' | 'patient' | 'device' | null;
  readonly ids: readonly LocalIdentifier[];
  /** Never log. */
  readonly displayName: string | null;
}

/** What goes with a note: its bytes are fetched by its place. @group Bindings */
export interface NoteAttachment {
  /** Its place among the contents of the note. */
  readonly index: number;
  readonly title: string | null;
  readonly mimeType: string | null;
  /** In bytes; `null` when the platform does not tell it. */
  readonly size: number | null;
}

/** A note of the liaison book of a patient. @group Bindings */
export interface NoteRecord {
  readonly id: string;
  /** Changes with each change of the note; `null` when the platform keeps none. */
  readonly version: string | null;
  /** Of the note, whatever its version; `null` without one. */
  readonly uniqueId: string | null;
  readonly status: 'current' | 'superseded' | 'entered-in-error';
  /** `null` for one outside JDV_J23. */
  readonly type: NoteTypeCode | null;
  /** What to show; `null` when nothing tells it. */
  readonly typeLabel: string | null;
  readonly title: string | null;
  /** Plain text, whatever it looks like; `null` when it is to be fetched, or absent. Never log. */
  readonly text: string | null;
  readonly attachments: readonly NoteAttachment[];
  /** `null` when the note does not tell. */
  readonly isEmergency: boolean | null;
  /** To whom it is not shown (JDV_J110); `null`: no restriction that is known. */
  readonly visibility: DocumentVisibilityCode | null;
  /** Labels outside JDV_J110, as they came. */
  readonly otherLabels: readonly string[];
  /** When it was written: ISO 8601, UTC, or the day, month or year that it is. */
  readonly date: string | null;
  /** When the platform changed it last: ISO 8601, UTC. */
  readonly updatedAt: string | null;
  readonly authors: readonly NoteAuthor[];
  /** Whether the professional who asks wrote it; `null` when the platform does not tell. */
  readonly isOwn: boolean | null;
  /** Ids of the notes that it answers. */
  readonly repliesTo: readonly string[];
}

/** Which notes are asked for. @group Bindings */
export interface NoteQuery {
  /** Empty: every type. */
  readonly types: readonly NoteTypeCode[];
  /** Written from this instant on (inclusive), ISO 8601 UTC. */
  readonly from: string | null;
  /** Written up to this instant (inclusive), ISO 8601 UTC. */
  readonly until: string | null;
  /** Written by somebody or something of this identifier. */
  readonly author: LocalIdentifier | null;
  /** Those that were taken back too. */
  readonly includeRetracted: boolean;
}

/** Some notes of a list. @group Bindings */
export interface NotePage {
  readonly notes: readonly NoteRecord[];
  /** What is no note that can be read, or may mean its contrary. */
  readonly unread: number;
  /** No further page. */
  readonly isLast: boolean;
  /** Of the last page, `false`: the platform announces more than it gave. */
  readonly isComplete: boolean;
}

/** A list that is read page after page, each an exchange of its own. @group Bindings */
export interface NotePages {
  next(call: BindingCall): Promise<Answered<NotePage>>;
}

/** Bytes that go with a note. @group Bindings */
export interface NoteFile {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  readonly title: string | null;
}

/** A note to write. @group Bindings */
export interface NewNote {
  /** A UUID: what makes the same note, sent again, the same. */
  readonly uniqueId: string;
  readonly type: NoteTypeCode;
  readonly title: string | null;
  readonly text: string;
  readonly files: readonly NoteFile[];
  /** `null`: the note does not tell. */
  readonly isEmergency: boolean | null;
  readonly visibility: DocumentVisibilityCode | null;
  /** ISO 8601, UTC. */
  readonly date: string;
  /** Id of the note that it answers. */
  readonly repliesTo: string | null;
}

/** What is changed in a note; what is absent stays as it is. @group Bindings */
export interface NoteChanges {
  readonly type?: NoteTypeCode | undefined;
  readonly title?: string | null | undefined;
  readonly text?: string | undefined;
  readonly isEmergency?: boolean | undefined;
  /** `null` takes the restriction away. */
  readonly visibility?: DocumentVisibilityCode | null | undefined;
  /** Added to those that are there. */
  readonly files?: readonly NoteFile[] | undefined;
}

/** A note, in the version that was read. @group Bindings */
export interface NoteVersion {
  readonly id: string;
  /** `null` where the platform keeps none. */
  readonly version: string | null;
}

/** What became of a note that was written. @group Bindings */
export interface WrittenNote extends NoteVersion {
  readonly uniqueId: string | null;
  /** The platform had it already: the same one was sent before. */
  readonly existed: boolean;
}

/** The liaison book. @group Bindings */
export interface NotesBinding {
  /** Asks for nothing yet. */
  list(patient: BoundPatient, query: NoteQuery): NotePages;
  /** The same note again is a success. */
  create(patient: BoundPatient, note: NewNote, call: BindingCall): Promise<Answered<WrittenNote>>;
  /** Never over a version that was not read. */
  update(
    patient: BoundPatient,
    note: NoteVersion,
    changes: NoteChanges,
    call: BindingCall,
  ): Promise<Answered<WrittenNote>>;
  /** To take back what is taken back is a success. */
  retract(patient: BoundPatient, note: NoteVersion, call: BindingCall): Promise<Answered<WrittenNote>>;
  /** @param maxBytes - Refuse a longer content with `TE_TOO_LARGE`. */
  fetch(
    patient: BoundPatient,
    content: { readonly id: string; readonly index: number },
    maxBytes: number,
    call: BindingCall,
  ): Promise<Answered<NoteFile>>;
}
