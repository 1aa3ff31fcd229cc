/** Statuses of a registered object, as words of the library. */
export type RegisteredStatus = 'approved' | 'deprecated' | 'archived' | 'deleted';

/** One filed document. */
export interface FiledDocument {
  readonly uniqueId: string;
  readonly entryId: string;
  readonly title: string;
  readonly typeCode: string;
  readonly typeLabel: string;
  readonly confidentiality: string;
  hiddenFromProfessionals: boolean;
  readonly mimeType: string;
  readonly sha1: string;
  readonly bytes: Uint8Array;
  readonly pdf: Uint8Array | null;
  /** National identifier of the first author. */
  readonly author: string;
  readonly replaces: string | null;
  /** Milliseconds, whole seconds. */
  readonly submittedAt: number;
  replacedBy: string | null;
  /** That of its newest entry in the registry. */
  status: RegisteredStatus;
}

/** A document to file. */
export type NewDocument = Omit<FiledDocument, 'submittedAt' | 'replacedBy' | 'status'>;
