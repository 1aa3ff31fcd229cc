import { numberIn, reading, recordOf, textOf, type Checks } from '../internal/border.ts';
import type { ByteSource } from '../internal/bytes.ts';
import { anyText, callback, callChecks, methods, orNull, text } from '../internal/option-checks.ts';
import type { DepositCallOptions, DepositMessage, SendOptions } from './deposit.ts';

/** Options of a deposit, whatever its wire. */
export const depositChecks: Checks<DepositCallOptions> = { ...callChecks, onProgress: callback };

/** Options of the sending of one message. */
export const sendChecks: Checks<SendOptions> = { ...callChecks, depositor: orNull(text) };

type Identifiers = { readonly [name in 'messageId' | 'envelopeId']?: string | undefined };

/** The names under which a message is known. */
export const identifierChecks: Checks<Identifiers> = { messageId: text, envelopeId: text };

/**
 * A message to be sent, as it was composed or as a store of the host gave it back: what a library
 * of the wire would meet later, outside of the call, is refused here.
 */
export function checkedMessage(name: string, message: DepositMessage): DepositMessage {
  return reading(name, () => {
    const { envelope, messageId, envelopeId, byteLength, content } = recordOf(name, message, 'message attendu');
    const { from, to } = recordOf(`${name}.envelope`, envelope, 'enveloppe attendue');
    return {
      envelope: { from: anyText(`${name}.envelope.from`, from), to: anyText(`${name}.envelope.to`, to) },
      messageId: textOf(`${name}.messageId`, messageId),
      envelopeId: textOf(`${name}.envelopeId`, envelopeId),
      byteLength: numberIn(`${name}.byteLength`, byteLength, { integer: true }),
      content: methods<ByteSource>('open')(`${name}.content`, content),
    };
  });
}
