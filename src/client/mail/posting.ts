import type { CallOptions } from '../../internal/abort.ts';
import type { BoundPatient } from '../../transport/index.ts';
import { composeCareMail, type CareMail, type CareMailOptions } from '../../transport/mss/care-mail.ts';
import { mailUniqueId } from '../../transport/outbox/mail.ts';
import type { ClientOutbox, MailRoom } from '../outbox/outbox.ts';
import type { PlatformContext } from '../policy/context.ts';
import type { CareLetter, LetterSize, SentMail, UsedMailbox } from './model.ts';

/** A mail, and the mailbox it goes to. */
interface Addressed {
  readonly mail: CareMail;
  /** `exact` is what the envelope has. */
  readonly mailbox: UsedMailbox & { readonly exact: string };
  /** Largest message that the far side takes, where that is published. */
  readonly maxMessageBytes?: number | undefined;
}

/** One mail on its way to the outbox. */
export interface Posting extends Pick<CareLetter, 'id' | 'replyTo'> {
  readonly context: PlatformContext;
  readonly outbox: ClientOutbox;
  /** What the journal says. */
  readonly action: string;
  readonly requestReport: boolean;
  readonly patient: BoundPatient | null;
  readonly call: CallOptions;
  /** Finds the mailbox, within the deadline of the call. */
  readonly ready: (signal: AbortSignal) => Promise<Addressed>;
}

/**
 * Writes a mail into the outbox: within its deadline, ended by the close of the client, in the
 * journal before its receipt is given.
 */
export async function post(posting: Posting): Promise<SentMail> {
  const { context, outbox, action, patient, call, ready } = posting;
  const id = posting.id ?? context.runtime.ids.uuid();
  const access = { action, patient: patient?.localId ?? null, object: mailUniqueId(id) };
  const plan = { operation: 'mail', binding: 'mssante', options: call, access, late } as const;

  const { value } = await context.exchange(plan, async (signal) => {
    const { mail, mailbox, maxMessageBytes } = await ready(signal);
    const room = await outbox.mailRoom();
    const options = { ...optionsOf(room, posting), to: mailbox.exact };
    const limit = smallest([room.message.maxMessageBytes, room.transport.knownLimit, maxMessageBytes]);

    const receipt = await room.outbox.post(
      {
        id,
        patient: patient?.localId ?? null,
        compose: (identifiers) => composeCareMail(mail, { ...options, ...identifiers, maxMessageBytes: limit }),
      },
      { signal },
    );
    // Written down: now it may leave.
    await outbox.channel();
    const { exact: _exact, ...shown } = mailbox;
    return { ...receipt, mailbox: shown };
  });
  return value;
}

const late = "Le courrier n'a pas été pris dans le délai : il peut être dans la boîte d'envoi quand même.";

function optionsOf(
  { from, message, runtime }: MailRoom,
  posting: Pick<Posting, 'replyTo' | 'requestReport'>,
): Omit<CareMailOptions, 'to'> {
  const { replyTo = message.replyTo, requestReport } = posting;
  return { from, nil: message.nil, replyTo, requestReport, runtime };
}

/** The size of a mail, and what the server takes: it is asked once. */
export async function sizeOf(
  outbox: ClientOutbox,
  mail: CareMail,
  { replyTo, requestReport = true }: CareLetter,
  call: CallOptions,
): Promise<LetterSize> {
  const room = await outbox.mailRoom();
  // Another address of the recipient makes some bytes of difference.
  const options = { ...optionsOf(room, { replyTo, requestReport }), to: room.from.address };
  const { byteLength } = await composeCareMail(mail, options);
  const limits = [room.message.maxMessageBytes, await room.transport.messageLimit(call)];
  return { messageBytes: byteLength, maxMessageBytes: smallest(limits) ?? null };
}

function smallest(limits: readonly (number | null | undefined)[]): number | undefined {
  const known = limits.filter((limit) => typeof limit === 'number');
  return known.length === 0 ? undefined : Math.min(...known);
}
