import type { Coded, MetadataUpdateOptions, Visibility } from '../../documents/index.ts';
import type { LocalIdentifier } from '../../identity/index.ts';
import type { Answered, BindingCall, BoundPatient } from './call.ts';

/** A document is in force, was replaced, or was set aside (a French status). @group Bindings */
export type DocumentStatus = 'approved' | 'deprecated' | 'archived';

/** Who made a document, as far as the platform tells it. @group Bindings */
export interface RecordedAuthor {
  readonly kind: 'professional' | 'patient' | 'device' | null;
  readonly ids: readonly LocalIdentifier[];
  readonly displayName: string | null;
  readonly specialties: readonly Coded[];
  readonly structure: {
    readonly ids: readonly LocalIdentifier[];
    readonly displayName: string | null;
  } | null;
}

/** A document as the registry lists it; `null`: the platform does not tell it. @group Bindings */
export interface DocumentRecord {
  readonly uniqueId: string;
  /** Of its description: changes with each version of it. */
  readonly entryId: string;
  readonly title: string;
  /** JDV_J07, for example `11502-2`. */
  readonly typeCode: string;
  readonly typeLabel: string;
  /** JDV_J06, for example `10`, a report. */
  readonly class: Coded | null;
  /** JDV_J04: where it was made, for example ambulatory care. */
  readonly practiceSetting: Coded | null;
  readonly authors: readonly RecordedAuthor[] | null;
  /** Whether the patient is one of its authors: to be shown apart from what professionals made. */
  readonly producedByPatient: boolean | null;
  readonly status: DocumentStatus;
  /** When it was made: ISO 8601, UTC, as precise as it is told (`2026-03-01` is enough). */
  readonly createdAt: string | null;
  /** When the act took place; the same form. Without `end` it lasted as long as `start` says. */
  readonly act: { readonly start: string | null; readonly end: string | null } | null;
  /** ISO 8601, UTC. */
  readonly submittedAt: string;
  readonly mimeType: string;
  /** In bytes. */
  readonly size: number | null;
  /** SHA-1 of the bytes, hexadecimal. */
  readonly sha1: string | null;
  /** Level: `N`, `R` or `V`. */
  readonly confidentiality: string | null;
  /** From whom it is hidden. */
  readonly visibility: Visibility | null;
  /** Of its description, as the platform numbers it. */
  readonly version: string | null;
  /** uniqueId of the document that takes its place, where it was read too. */
  readonly replacedBy: string | null;
}

/** Bounds of a time; `null`: open. ISO 8601 UTC, the first included, the second not. */
export interface DocumentPeriod {
  /** Of the act, of the document, or of its deposit. */
  readonly axis: 'act' | 'creation' | 'submission';
  readonly from: string | null;
  readonly to: string | null;
}

/**
 * Which documents are asked for. All but `statuses` narrows the answer: a wire may ask for more
 * than that, never for less, because each entry is judged again.
 *
 * @group Bindings
 */
export interface DocumentQuery {
  readonly statuses: readonly DocumentStatus[];
  /** One of these; none: any. */
  readonly typeCodes: readonly string[];
  readonly classCodes: readonly string[];
  /** National identifier of an author. */
  readonly authorId: string | null;
  readonly period: DocumentPeriod | null;
  /**
   * Everything is read before anything is shown: then each entry tells what replaces it, whatever
   * page that is on.
   */
  readonly isWhole: boolean;
}

/** Some documents of an answer. @group Bindings */
export interface DocumentPage {
  readonly documents: readonly DocumentRecord[];
  /** Nothing comes after it, and the answer was whole. */
  readonly isLast: boolean;
}

/** New visibility marks of one document. @group Bindings */
export interface VisibilityChange {
  readonly uniqueId: string;
  readonly visibility: Visibility;
  /** Who changes them. */
  readonly by: Pick<MetadataUpdateOptions, 'author' | 'sourceId' | 'contentType'>;
}

/** Document consultation. @group Bindings */
export interface DocumentsBinding {
  /**
   * The documents, page after page, the last one marked. What cannot be given whole ends in an
   * error, and so does an answer about another patient.
   */
  search(patient: BoundPatient, query: DocumentQuery, call: BindingCall): AsyncIterable<Answered<DocumentPage>>;
  /** @param maxBytes - Refuse a longer answer with `TE_TOO_LARGE`. */
  fetch(patient: BoundPatient, uniqueId: string, maxBytes: number, call: BindingCall): Promise<Answered<Uint8Array>>;
  /** The same marks again are a success. */
  setVisibility(patient: BoundPatient, change: VisibilityChange, call: BindingCall): Promise<Answered<null>>;
}
