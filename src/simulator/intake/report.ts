import { bytesSource, collect } from '../../internal/bytes.ts';
import type { ComposedMail } from '../../transport/index.ts';
import { composeKo, composeMdn, type AnsweredMail } from '../../transport/mss/answer.ts';
import type { IncomingDeposit } from '../../transport/mss/incoming.ts';
import type { ReceivedMail } from '../mail/model.ts';
import type { IntakeOptions } from './model.ts';

function answeredMail(mail: ReceivedMail, incoming: IncomingDeposit | null, depositAddress: string): AnsweredMail {
  return {
    messageId: incoming?.messageId ?? null,
    subject: incoming?.subject ?? '',
    returnPath: mail.from,
    dispositionNotificationTo: incoming?.dispositionNotificationTo ?? null,
    recipient: mail.to[0] ?? depositAddress,
    envelopeId: mail.envelopeId,
    content: bytesSource(mail.bytes),
  };
}

/** The mail as a mailbox holds it: the server that delivers writes its envelope sender on top. */
async function delivered({ envelope, content }: ComposedMail): Promise<Uint8Array> {
  const trace = Buffer.from(`Return-Path: <${envelope.from}>\r\n`);
  return Buffer.concat([trace, await collect(content.open())]);
}

/**
 * Tells the sender what became of a deposit: a notification (MDN) when it was asked for, a mail
 * `[KO …]` for a refusal otherwise, and nothing for a success without a request.
 *
 * @param code - Integration code of a refusal, `null` for a success.
 */
export async function report(
  mail: ReceivedMail,
  incoming: IncomingDeposit | null,
  code: string | null,
  { depositAddress, runtime, loseReport, deliver }: IntakeOptions,
): Promise<void> {
  if (loseReport() || mail.from === '') return;

  const answered = answeredMail(mail, incoming, depositAddress);
  const asked = answered.dispositionNotificationTo?.toLowerCase() === mail.from.toLowerCase();
  const from = { address: depositAddress, label: 'Plateforme simulée' };
  const failure = code === null ? null : ({ kind: 'error', code } as const);

  let composed: Awaited<ReturnType<typeof composeMdn>>;
  if (asked) {
    const outcome = failure ?? ({ kind: 'processed' } as const);
    composed = await composeMdn(answered, { from, outcome, reportingUa: 'Terr-eSante simulee', runtime });
  } else if (failure) {
    composed = await composeKo(answered, { from, outcome: failure, runtime });
  } else {
    return;
  }

  deliver({
    to: mail.from,
    kind: asked ? 'mdn' : 'ko-mail',
    code,
    inReplyTo: answered.messageId,
    bytes: await delivered(composed),
  });
}
