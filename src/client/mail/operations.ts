import type { PatientInput } from '../../identity/index.ts';
import { throwIfAborted, type CallOptions } from '../../internal/abort.ts';
import { bytesOf, optionsOf, recordOf, refuseArgument } from '../../internal/border.ts';
import { callChecks, methods } from '../../internal/option-checks.ts';
import { TerrESanteError } from '../../errors.ts';
import type { BoundPatient, Directory, MailboxItem } from '../../transport/index.ts';
import type { CareMail } from '../../transport/mss/care-mail.ts';
import { requireSize, requireSound, requireSubmissionOf } from '../documents/gates.ts';
import { submissionOf } from '../documents/submission-of.ts';
import type { ClientOutbox } from '../outbox/outbox.ts';
import type { PlatformContext } from '../policy/context.ts';
import { nationalEnvironment } from '../../platform/environment.ts';
import { mailFiles } from './files.ts';
import type { InboxMail, ReadMailOptions } from './inbox/model.ts';
import { readInboxMail } from './inbox/read.ts';
import {
  colleagueChecks,
  given,
  letterChecks,
  patientLetterChecks,
  readChecks,
  recipientChecks,
  sendChecks,
  whoChecks,
} from './input.ts';
import { sizeOf, post, type Posting } from './posting.ts';
import type {
  CareLetter,
  CareRecipient,
  CareRecipients,
  ColleagueLetter,
  LetterSize,
  MailOperations,
  PatientLetter,
  SendMailOptions,
  SentMail,
} from './model.ts';
import { endOfExchanges, mailboxOf, maxPatientBytes, requireOwnSubject } from './patient-mail.ts';
import { mailboxFor, offeredTo } from './recipient.ts';
import { requireNoTrait } from './shown-words.ts';

/** What mails are made over. */
export interface MailParts {
  readonly context: PlatformContext;
  readonly outbox: ClientOutbox;
  readonly directory: Directory | undefined;
}

/** The mails of care of one professional: gates first, then the outbox. */
export function createMailOperations(parts: MailParts): MailOperations {
  return new Mails(parts);
}

class Mails implements MailOperations {
  readonly #parts: MailParts;

  constructor(parts: MailParts) {
    this.#parts = parts;
  }

  async recipients(who: Pick<CareRecipient, 'rpps' | 'finess'>, options?: CallOptions): Promise<CareRecipients> {
    this.#parts.context.requireOpen();
    const asked = optionsOf('who', given('who', who), whoChecks);
    return offeredTo(this.#parts.directory, asked, optionsOf('options', options, callChecks));
  }

  async send(to: CareRecipient, letter: ColleagueLetter, options: SendMailOptions): Promise<SentMail> {
    this.#parts.context.requireReady();
    const asked = optionsOf('to', given('to', to), recipientChecks);
    const { about, ...content } = optionsOf('letter', given('letter', letter), colleagueChecks);
    const { patientOpposed, ...call } = optionsOf('options', given('options', options), sendChecks);
    throwIfAborted(call.signal);
    requireNoOpposition(patientOpposed);

    const patient = about && this.#parts.context.requirePatient(about);
    const mail = await this.#mailOf(content, about, patient);
    return this.#post('mail.send', content, patient, call, async (signal) => ({
      mail,
      mailbox: await mailboxFor(this.#parts.directory, asked, mail.archive !== null, { signal }),
    }));
  }

  async sendToPatient(patient: PatientInput, letter: PatientLetter, options: SendMailOptions): Promise<SentMail> {
    const { about, mailbox, call } = this.#toPatient(patient, options);
    const { endsExchange, ...content } = optionsOf('letter', given('letter', letter), patientLetterChecks);
    requireOwnSubject(content.subject);

    const mail = { ...(await this.#mailOf(content, patient, about)), endsExchange };
    return this.#post('mail.sendToPatient', content, about, call, async () =>
      Promise.resolve({ mail, mailbox, maxMessageBytes: maxPatientBytes }),
    );
  }

  async endExchanges(patient: PatientInput, options: SendMailOptions): Promise<SentMail> {
    const { about, mailbox, call } = this.#toPatient(patient, options);
    return this.#post('mail.endExchanges', { requestReport: false }, about, call, async () =>
      Promise.resolve({ mail: endOfExchanges, mailbox }),
    );
  }

  /** The gates of every mail to a patient. */
  #toPatient(
    patient: PatientInput,
    options: SendMailOptions,
  ): { readonly about: BoundPatient; readonly mailbox: ReturnType<typeof mailboxOf>; readonly call: CallOptions } {
    const { context } = this.#parts;
    context.requireReady();
    const { patientOpposed, ...call } = optionsOf('options', given('options', options), sendChecks);
    throwIfAborted(call.signal);
    requireNoOpposition(patientOpposed);

    const about = context.requirePatient(recordOf('patient', patient, 'patient attendu'));
    return { about, mailbox: mailboxOf(patient, context.config.environment), call };
  }

  async read(mail: Pick<MailboxItem, 'message'> | Uint8Array, options: ReadMailOptions): Promise<InboxMail> {
    const { context } = this.#parts;
    context.requireOpen();
    const { find, ...call } = optionsOf('options', given('options', options), readChecks);
    const environment = nationalEnvironment(context.config.environment);

    return context.during(call, "Le courriel n'a pas été lu dans le délai.", async (signal) => {
      const bytes = await messageOf(mail, signal);
      return readInboxMail(bytes, { find, signal, environment });
    });
  }

  async measure(letter: CareLetter, options?: CallOptions): Promise<LetterSize> {
    this.#parts.context.requireReady();
    const content = optionsOf('letter', given('letter', letter), letterChecks);
    const call = optionsOf('options', options, callChecks);
    return sizeOf(this.#parts.outbox, await this.#mailOf(content, null, undefined), content, call);
  }

  #post(
    action: string,
    { id, replyTo, requestReport = true }: Pick<CareLetter, 'id' | 'replyTo' | 'requestReport'>,
    patient: BoundPatient | null,
    call: CallOptions,
    ready: Posting['ready'],
  ): Promise<SentMail> {
    const { context, outbox } = this.#parts;
    return post({ context, outbox, action, id, replyTo, requestReport, patient, call, ready });
  }

  /** @param patient - whom it is about; `undefined` when that is not judged */
  async #mailOf(
    letter: CareLetter,
    about: PatientInput | null,
    patient: BoundPatient | null | undefined,
  ): Promise<CareMail> {
    const { text, inReplyTo, references, subject, documents, files = [] } = letter;
    requireNoTrait('subject', subject ?? '', about && about.traits);
    if (subject === undefined && documents === undefined) refuseArgument('letter.subject', 'texte non vide attendu');

    const archive = documents === undefined ? null : await this.#archiveOf(letter, patient);
    return {
      subject: subject ?? archive?.submission.documents[0]?.document.header.type.displayName ?? '',
      text,
      archive,
      files: await mailFiles(files, patient),
      inReplyTo,
      references,
    };
  }

  async #archiveOf(
    { documents, pdfCopy }: CareLetter,
    patient: BoundPatient | null | undefined,
  ): Promise<NonNullable<CareMail['archive']>> {
    const { context } = this.#parts;
    const { descriptor } = context;
    if (patient === null) refuseArgument('letter.about', 'patient attendu : les documents en nomment un');

    const submission = await submissionOf(context, documents ?? [], undefined);
    if (patient) requireSubmissionOf(patient, submission);
    requireSize(submission, descriptor.limits.maxDocumentBytes.value);
    await requireSound(context, submission);

    const { packageXdm } = await import('../../documents/index.ts');
    return { submission, xdm: await packageXdm(submission), pdfCopy: pdfCopy ?? descriptor.mssante.pdfCopy.value };
  }
}

/** `null` for a message that is unreadable in its mailbox, or that somebody removed meanwhile. */
async function messageOf(mail: unknown, signal: AbortSignal): Promise<Uint8Array | null> {
  if (mail instanceof Uint8Array) return Uint8Array.from(bytesOf('mail', mail));

  const item = methods<Pick<MailboxItem, 'message'>>('message')('mail', mail);
  const message = await item.message({ signal });
  return message && bytesOf('mail.message()', message);
}

function requireNoOpposition(patientOpposed: boolean): void {
  if (!patientOpposed) return;

  throw new TerrESanteError(
    'TE_CONSENT_REFUSED',
    "Le patient s'est opposé à l'envoi par MSSanté : rien n'est envoyé.",
    {
      details: { operation: 'mail' },
    },
  );
}
