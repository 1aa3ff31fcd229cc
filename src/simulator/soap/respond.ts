import type { IncomingMessage } from 'node:http';
import type { ReadElement } from '../../internal/xml/index.ts';
import { SoapRefusal, writeRefusal } from './refusal.ts';
import { plainReply, type SoapReply } from './reply.ts';
import { readSoapRequest, type SoapRequest } from './request.ts';

/** Reads a request and answers it; what is refused as a whole is answered by a fault. */
export async function respond(
  incoming: IncomingMessage,
  maxBytes: number,
  answer: (request: SoapRequest) => Promise<SoapReply>,
): Promise<SoapReply> {
  let messageId: string | null = null;
  try {
    const request = await readSoapRequest(incoming, maxBytes);
    messageId = request.message.addressing.messageId;
    return await answer(request);
  } catch (error) {
    if (!(error instanceof SoapRefusal)) throw error;
    return plainReply(error.status, writeRefusal(error, messageId));
  }
}

/** The one element of the body. @throws SoapRefusal */
export function payloadOf(
  { localName, namespace }: Pick<ReadElement, 'localName' | 'namespace'>,
  { message: { body } }: Pick<SoapRequest, 'message'>,
): ReadElement {
  const [payload, ...others] = body;
  if (payload?.localName === localName && payload.namespace === namespace && others.length === 0) return payload;
  throw new SoapRefusal('Sender', `Le corps du message doit tenir en un élément ${localName}.`);
}
