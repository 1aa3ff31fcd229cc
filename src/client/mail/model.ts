import type { BuiltDocument, Submission } from '../../documents/index.ts';
import type { PatientInput } from '../../identity/index.ts';
import type { CallOptions } from '../../internal/abort.ts';
import type { DepositReceipt, DirectoryMailbox, MailboxItem } from '../../transport/index.ts';
import type { InboxMail, ReadMailOptions } from './inbox/model.ts';

/** A file of a letter, as it is: a PDF, or a CDA document. @group Mail */
export interface CareLetterFile {
  readonly kind: 'pdf' | 'cda';
  readonly bytes: Uint8Array;
  /** Folded to ASCII; never with an INS. @defaultValue `document-1.pdf`, `document-2.xml`… */
  readonly fileName?: string | undefined;
}

/** A letter by secure mail. @group Mail */
export interface CareLetter {
  /**
   * A UUID that your software keeps with its draft: the same letter sent again under it leaves
   * once.
   *
   * @defaultValue a new one
   */
  readonly id?: string | undefined;
  /**
   * What it is about, without any trait of the patient. With `documents` it is the label in the
   * prescribed subject, `XDM/1.0/DDM+<label> <NOM> <prénom> <date>`, and may be left out.
   */
  readonly subject?: string | undefined;
  /** Plain text, never HTML. */
  readonly text: string;
  /** Documents that go as an IHE XDM archive, with their PDF copies. @defaultValue none */
  readonly documents?: BuiltDocument | readonly BuiltDocument[] | Submission | undefined;
  /** @defaultValue as the descriptor says for deposits */
  readonly pdfCopy?: boolean | undefined;
  /** Files beside the archive, or without one. @defaultValue none */
  readonly files?: readonly CareLetterFile[] | undefined;
  /** Message-ID of the mail that is answered, with its angle brackets. */
  readonly inReplyTo?: string | undefined;
  /** `References` of that mail. */
  readonly references?: readonly string[] | undefined;
  /** A mailbox for the answers, other than that of the sender. */
  readonly replyTo?: string | undefined;
  /** Asks for a receipt of reading or of processing. @defaultValue `true` */
  readonly requestReport?: boolean | undefined;
}

/** A letter to a professional. @group Mail */
export interface ColleagueLetter extends CareLetter {
  /** Whom it is about: needed as soon as a file names a patient. `null` for nobody. */
  readonly about: PatientInput | null;
}

/** A letter to a patient, in the mailbox of Mon espace santé. @group Mail */
export interface PatientLetter extends CareLetter {
  /**
   * The last message of the exchange: the patient cannot answer it (`X-MSS-MES: FIN`).
   *
   * @defaultValue `false`
   */
  readonly endsExchange?: boolean | undefined;
}

/**
 * Whom a letter goes to: a professional (`rpps`, at one place with `finess`), a structure (`finess`
 * alone), or a mailbox alone, for an answer.
 *
 * @group Mail
 */
export interface CareRecipient {
  readonly rpps?: string | undefined;
  readonly finess?: string | undefined;
  /** One of those that `te.mail.recipients` offers: needed when there are several. */
  readonly address?: string | undefined;
  /**
   * The mailbox is read by a program (`APP`): only for a letter with `documents`, and only when you
   * say so.
   *
   * @defaultValue `false`
   */
  readonly isProgram?: boolean | undefined;
}

/** Mailboxes that the directory offers: somebody chooses. @group Mail */
export interface CareRecipients {
  /** In force, the best first; those of programs only for a structure. */
  readonly mailboxes: readonly DirectoryMailbox[];
  /** ISO 8601 instant at which the directory said so. */
  readonly asOf: string;
  /** The directory did not answer: this is an earlier answer. */
  readonly stale: boolean;
}

/** The mailbox that a letter went to, and what is known of it. @group Mail */
export interface UsedMailbox {
  /** That of a patient, which is an INS, is `***@patient.mssante.fr`. */
  readonly address: string;
  /** `null` when the directory did not say. */
  readonly type: DirectoryMailbox['type'] | null;
  readonly owner: DirectoryMailbox['owner'] | null;
  /**
   * `listed`: the directory has it now. `stale`: an earlier answer had it. `unknown`: it has no
   * such mailbox (a red list is one reason). `not-asked`: the client has no directory, or the
   * mailbox is that of a patient.
   */
  readonly directory: 'listed' | 'stale' | 'unknown' | 'not-asked';
}

/** A letter that waits in the outbox: its states are those of a deposit. @group Mail */
export interface SentMail extends DepositReceipt {
  readonly mailbox: UsedMailbox;
}

/** Options of the sending of a letter. @group Mail */
export interface SendMailOptions extends CallOptions {
  /**
   * Whether your software has recorded that the patient objects to such mails: two separate
   * oppositions, one to mails between professionals, one to mails to the patient. There is no
   * default: look it up. `true` refuses the letter.
   *
   * @see Ségur du numérique, référentiel de référencement, MSS/va1.20 and va1.22
   */
  readonly patientOpposed: boolean;
}

/** How large a letter is. @group Mail */
export interface LetterSize {
  /** Of the whole message, encoded. */
  readonly messageBytes: number;
  /** What the mail server takes; `null` when it announces no limit. */
  readonly maxMessageBytes: number | null;
}

/**
 * Secure mails of care (MSSanté), beside deposits: to a colleague, a structure or a patient. They
 * go through the outbox of the client.
 *
 * @throws TerrESanteError from every sending: `TE_UNSUPPORTED` without an outbox that sends mails,
 *   `TE_CONSENT_REFUSED` when the patient objects, `TE_TIMEOUT`, `TE_CANCELLED`, `TE_CLOSED`,
 *   `TE_AUDIT`, `TE_OUTBOX`
 *
 * @see ANS, Référentiel socle MSSanté n° 2
 * @group Mail
 */
export interface MailOperations {
  /**
   * The mailboxes of a professional or of a structure, to choose from.
   *
   * @throws TerrESanteError `TE_UNSUPPORTED` without `directory` in the options of the client, and
   *   those of the directory
   */
  recipients(who: Pick<CareRecipient, 'rpps' | 'finess'>, options?: CallOptions): Promise<CareRecipients>;
  /**
   * Sends a letter to a colleague. The mailbox is the one that is named, or the only one of the
   * directory: of several none is chosen.
   *
   * @throws TerrESanteError `TE_CONFLICT` (`details.reason`: `several-mailboxes`), `TE_NOT_FOUND`
   *   when the directory has none, `TE_RECIPIENT_UNKNOWN` when it has not that one (`not-listed`)
   *   or it is that of a program (`program`), `TE_ADDRESS_INVALID`, `TE_IDENTITY_MISMATCH` for a
   *   file of another patient, `TE_PDF_REFUSED`, `TE_DOCUMENT_INVALID`, `TE_TOO_LARGE`,
   *   `TE_INPUT_INVALID` (`details.reason`: `trait` for a subject or a name that holds one)
   */
  send(to: CareRecipient, letter: ColleagueLetter, options: SendMailOptions): Promise<SentMail>;
  /**
   * Sends a letter to the mailbox of a patient, made of the INS: a qualified identity alone has
   * one. A minor is written to at the minor's own mailbox. The whole message is at most 25 Mo. The
   * answer goes to `replyTo`, which the patient may write to from then on.
   *
   * @throws TerrESanteError `TE_IDENTITY_STATUS` when the identity is not qualified or the INS may
   *   not leave, `TE_TOO_LARGE`, `TE_INPUT_INVALID` for the subject `[FIN]` too; as
   *   {@link MailOperations.send} for its files
   *
   * @see Assurance Maladie, ENS Mon espace santé, Messagerie, sections 2, 6, 7 and 9
   */
  sendToPatient(patient: PatientInput, letter: PatientLetter, options: SendMailOptions): Promise<SentMail>;
  /**
   * Ends all exchanges with a patient: a message whose subject is `[FIN]`, after which none of the
   * earlier ones can be answered. To end one exchange, send its last message with `endsExchange`.
   *
   * @throws TerrESanteError `TE_IDENTITY_STATUS`
   *
   * @see Assurance Maladie, ENS Mon espace santé, Messagerie, section 7
   */
  endExchanges(patient: PatientInput, options: SendMailOptions): Promise<SentMail>;
  /**
   * Reads a received mail and says of each of its documents whose it is: an XDM archive, a CDA, a
   * PDF, in the mail or in one that was forwarded inside it. Everything is offered and nothing
   * filed. What cannot be read or matched is left aside with its reason; no content makes it throw.
   *
   * @param mail - an item of a mailbox, or the bytes of a message
   *
   * @throws TerrESanteError `TE_TIMEOUT`, `TE_CANCELLED`, `TE_CLOSED`, `TE_INPUT_INVALID`, those of
   *   the mailbox and of `find`
   *
   * @see ANS, Référentiel socle MSSanté n° 2, exigences ECO.2.1.1, ECO.2.1.2 and ECO.3.1.2
   */
  read(mail: Pick<MailboxItem, 'message'> | Uint8Array, options: ReadMailOptions): Promise<InboxMail>;
  /** How large the message of a letter would be, and the largest that the server takes. */
  measure(letter: CareLetter, options?: CallOptions): Promise<LetterSize>;
}
