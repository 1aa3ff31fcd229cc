import type { ByteSource } from '../../internal/bytes.ts';
import type { submissionMark } from '../../internal/marks.ts';
import type { Association, DocumentEntry, Folder, SubmissionSet } from './metadata.ts';
import type { BuiltDocument } from './document.ts';

/** One document of a submission: its metadata and its bytes. @group Submission */
export interface SubmissionDocument {
  readonly entry: DocumentEntry;
  readonly document: BuiltDocument;
}

/**
 * The patient as the subject of a deposit mail states them: a digest of the first document's
 * header, taken once, so that a mail is written without opening a document again. Never log any
 * field.
 *
 * @group Submission
 */
export interface SubmissionSubject {
  readonly birthName: string;
  readonly firstName: string;
  /** `YYYY-MM-DD`, or `null` when not known to the day. */
  readonly birthDate: string | null;
  /** The submission carries a qualified INS (matricule, OID and traits). */
  readonly qualifiedIns: boolean;
}

/**
 * One submission set of one patient, ready for any channel. Only {@link createSubmission} makes
 * one.
 *
 * @group Submission
 */
export interface Submission {
  readonly [submissionMark]: true;
  readonly submissionSet: SubmissionSet;
  readonly documents: readonly SubmissionDocument[];
  readonly patient: SubmissionSubject;
  readonly folders?: readonly Folder[] | undefined;
  /** Links to documents that a registry already holds, folder members, the link of a signature. */
  readonly associations?: readonly Association[] | undefined;
  /** The signature of the submission set, one more document of it. */
  readonly signature?: SubmissionSignature | undefined;
}

/** Signature of a submission set: a document that is not a CDA. @group Submission */
export interface SubmissionSignature {
  readonly entry: DocumentEntry;
  readonly content: ByteSource;
}

/** An IHE XDM archive whose length is known. @group Submission */
export interface XdmArchive {
  /** `IHE_XDM.zip` */
  readonly fileName: string;
  readonly content: ByteSource;
}
