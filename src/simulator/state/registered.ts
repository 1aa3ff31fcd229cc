import type { Association, DocumentEntry, Folder, SubmissionSet } from '../../documents/index.ts';
import type { ReadElement } from '../../internal/xml/index.ts';
import type { FiledDocument, RegisteredStatus } from './filed.ts';

interface Registered {
  /** entryUUID. */
  readonly id: string;
  /**
   * As it was submitted, with the identifiers that the registry gave: what the library does not
   * read is given back all the same.
   */
  readonly node: ReadElement;
}

/** One version of the metadata of a document. */
export interface RegisteredEntry extends Registered {
  readonly kind: 'document';
  /** logicalId: the entryUUID of the first version. */
  readonly lid: string;
  readonly version: number;
  readonly entry: DocumentEntry;
  readonly document: FiledDocument;
  status: RegisteredStatus;
}

export interface RegisteredSet extends Registered {
  readonly kind: 'submission-set';
  readonly set: SubmissionSet;
}

export interface RegisteredFolder extends Registered {
  readonly kind: 'folder';
  readonly folder: Folder;
  /** DTM, UTC. */
  lastUpdate: string;
}

export interface RegisteredAssociation extends Registered {
  readonly kind: 'association';
  readonly association: Association;
}

export type RegisteredObject = RegisteredEntry | RegisteredSet | RegisteredFolder | RegisteredAssociation;

/** What a registry knows of one dossier, in the order in which it came. */
export interface DossierRegistry {
  readonly entries: RegisteredEntry[];
  readonly sets: RegisteredSet[];
  readonly folders: RegisteredFolder[];
  readonly associations: RegisteredAssociation[];
}
