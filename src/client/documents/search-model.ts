import type { DocumentPeriod, DocumentRecord } from '../../transport/index.ts';
import type { CallMeta } from '../call.ts';

/**
 * A family of documents that the descriptor of the platform tells by type and class.
 *
 * @group Documents
 */
export type DocumentFamily = 'exam-result' | 'report';

/** Which old, set aside or masked documents are given beside the active ones. @group Documents */
export interface DocumentScope {
  /** Replaced versions too. @defaultValue `false` */
  readonly includeDeprecated?: boolean | undefined;
  /** Documents that were set aside too. @defaultValue `false` */
  readonly includeArchived?: boolean | undefined;
  /**
   * Documents that are masked to professionals too, as far as the platform shows them: to their
   * author.
   *
   * @defaultValue `false`
   */
  readonly includeHidden?: boolean | undefined;
}

/**
 * Which documents are looked for: all that is given must hold, of a list one value is enough. What
 * a platform cannot look for, the client does.
 *
 * @group Documents
 */
export interface DocumentFilters extends DocumentScope {
  /** JDV_J07, for example `['11502-2']`. */
  readonly typeCodes?: readonly string[] | undefined;
  /** JDV_J06, for example `['10']`. */
  readonly classCodes?: readonly string[] | undefined;
  /** Results of exams, or reports: `documents.families` of the descriptor says what they are. */
  readonly family?: DocumentFamily | undefined;
  /** One of its authors. */
  readonly author?:
    | {
        /** National identifier, as in the configuration (`8` and the RPPS number). */
        readonly nationalId?: string | undefined;
        /** Words of the name, whatever their case and accents. */
        readonly name?: string | undefined;
      }
    | undefined;
  /** When. Without a bound it is open on that side. */
  readonly period?:
    | {
        /** The act, the making of the document, or its deposit. */
        readonly axis: DocumentPeriod['axis'];
        /** ISO 8601: a day of France, or an instant with its offset. Included. */
        readonly from?: string | undefined;
        /** The same: a day is included, an instant is not. */
        readonly to?: string | undefined;
      }
    | undefined;
}

/**
 * The documents that a search finds, each as soon as its page has come. Read once; what was given
 * before a failure is right, and no complete list.
 *
 * @group Documents
 */
export interface DocumentSearch extends AsyncIterable<DocumentRecord> {
  /**
   * How many documents, so far, could not be judged: the platform does not tell of them what a
   * filter asks. They are not given. Above 0, say that there may be more.
   */
  readonly undecided: number;
  /** True in an emergency access, to be shown to the user for its whole duration. */
  readonly banner: boolean;
}

/** All documents of a dossier. @group Documents */
export interface DocumentList {
  readonly documents: readonly DocumentRecord[];
  /** True in an emergency access, to be shown to the user for its whole duration. */
  readonly banner: boolean;
  readonly meta: CallMeta;
}

/** The bytes of a document. @group Documents */
export interface FetchedDocument {
  readonly bytes: Uint8Array;
  /** True in an emergency access, to be shown to the user for its whole duration. */
  readonly banner: boolean;
  readonly meta: CallMeta;
}
