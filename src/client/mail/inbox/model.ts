import type {
  IdentityComparison,
  PatientInput,
  PatientIns,
  LocalIdentifier,
  PatientTraits,
} from '../../../identity/index.ts';
import type { CallOptions } from '../../../internal/abort.ts';

/** Whom a received document names, as far as it says. Never log any field. @group Mail */
export interface NamedPatient {
  /** With a right key and an OID of the INS; a document proves nothing more of it. */
  readonly ins: PatientIns | null;
  readonly localId: LocalIdentifier | null;
  readonly traits: PatientTraits;
}

/**
 * Why a document is left aside. Stable.
 *
 * - `no-identity`: it names nobody, or not enough to look for: a PDF alone never does;
 * - `no-patient`: your software has no such patient (integration code 902);
 * - `ins-traits-differ`: the INS is that of a patient, the traits are not (904);
 * - `contradiction`: the archive and its document name two;
 * - `several-patients`: a mail is about one patient;
 * - `test-ins`: a test number, in production;
 * - `too-many`: more candidates than somebody can look at;
 * - `altered`: not the bytes that the metadata announce;
 * - `not-xdm`, `nested-archive`, `archive-refused`: a zip without metadata, one inside another, one
 *   over the limits or malformed;
 * - `encrypted`, `winmail`, `empty`, `pdf-refused`, `unreadable`, `unknown-format`: what the file
 *   is.
 *
 * @see CI-SIS, volet Transmission au LPS d'un document CDA provenant d'un courriel MSSanté, codes
 *   900 to 906
 * @group Mail
 */
export type AsideReason =
  | 'no-identity'
  | 'no-patient'
  | 'ins-traits-differ'
  | 'contradiction'
  | 'several-patients'
  | 'test-ins'
  | 'too-many'
  | 'altered'
  | 'not-xdm'
  | 'nested-archive'
  | 'archive-refused'
  | 'encrypted'
  | 'winmail'
  | 'empty'
  | 'pdf-refused'
  | 'unreadable'
  | 'unknown-format';

/**
 * What brings a patient and a document together, the strongest first: the INS, a local identifier
 * of yours, the traits, the other documents of the mail, the patient's own mailbox.
 *
 * @group Mail
 */
export type MatchEvidence = 'ins' | 'local-id' | 'traits' | 'same-mail' | 'sender';

/** A patient of your software, and how it compares with what the document says. @group Mail */
export interface MatchCandidate {
  readonly patient: PatientInput;
  readonly evidence: MatchEvidence;
  /** `null` when the document says no trait. */
  readonly comparison: IdentityComparison | null;
}

/**
 * Why somebody must confirm. Stable.
 *
 * - `without-ins`: only an INS matches by itself;
 * - `ins-unreadable`: it has one, without its key, with a wrong one, or of no OID of the INS;
 * - `several`: homonyms, twins or duplicates;
 * - `incomplete`, `possible`: a strict trait is absent, or only compatible;
 * - `not-qualified`: the identity in your software is not qualified, or bears an attribute
 *   (doubtful, homonym, fictitious);
 * - `former-ins`: the INS is a former one of the patient;
 * - `other-ins`: the patient found by traits has no INS, the document has one.
 *
 * @group Mail
 */
export type ConfirmReason =
  | 'without-ins'
  | 'ins-unreadable'
  | 'several'
  | 'incomplete'
  | 'possible'
  | 'not-qualified'
  | 'former-ins'
  | 'other-ins';

/**
 * Whose a document is. It is offered, never filed: `matched` alone needs no second look at the
 * identity, `to-confirm` needs one, `aside` has nobody to offer.
 *
 * @group Mail
 */
export type PatientMatch =
  | { readonly outcome: 'matched'; readonly patient: PatientInput; readonly candidate: MatchCandidate }
  | { readonly outcome: 'to-confirm'; readonly reason: ConfirmReason; readonly candidates: readonly MatchCandidate[] }
  | { readonly outcome: 'aside'; readonly reason: AsideReason };

/** A document of a received mail, and whose it is. @group Mail */
export interface InboxDocument {
  readonly kind: 'cda' | 'pdf' | 'other';
  /** As they were received. */
  readonly bytes: Uint8Array;
  /** Hostile text. */
  readonly fileName: string | null;
  readonly from: 'archive' | 'attachment';
  /** In a mail that was forwarded as an attachment. */
  readonly isForwarded: boolean;
  /** uniqueId of a CDA document: whether you have it already. */
  readonly uniqueId: string | null;
  readonly title: string | null;
  /** A PDF that is the body of this CDA document of the same mail. */
  readonly copyOf: string | null;
  readonly match: PatientMatch;
}

/** A received mail, read. Text from outside: show it as text. @group Mail */
export interface InboxMail {
  readonly messageId: string | null;
  readonly inReplyTo: string | null;
  /** That of a patient holds an INS: never log it. */
  readonly from: { readonly name: string; readonly address: string } | null;
  /** Told by the address: who reads need not look at the domain. */
  readonly origin: 'patient' | 'professional' | 'outside';
  readonly subject: string;
  readonly text: string;
  readonly endsExchange: boolean;
  readonly documents: readonly InboxDocument[];
  /** Mails inside this one that were not opened: too deep, or unreadable. */
  readonly closed: number;
  /** The mail itself cannot be read: over a limit, malformed, or not in the mailbox any more. */
  readonly isUnreadable: boolean;
}

/** Options of `te.mail.read`. @group Mail */
export interface ReadMailOptions extends CallOptions {
  /**
   * The patients of your software whom this may be: by INS, by local identifier, by name and birth
   * date. Give too many rather than too few; they are compared here. Asked once for each patient
   * that the mail names.
   */
  readonly find: (named: NamedPatient) => Promise<readonly PatientInput[]>;
}
