import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { bytesSource, utf8Bytes } from '../../internal/bytes.ts';
import { writeBefore, writeMultipart, type PartToWrite, type WrittenParts } from '../../internal/mime/index.ts';
import type { Runtime } from '../../internal/runtime.ts';
import {
  clarkName,
  lastWord,
  namesOf,
  soapNames,
  writeEnvelope,
  type HeaderStyle,
  type SoapFault,
} from '../../internal/soap/index.ts';
import { hostAnswer } from '../../internal/wait.ts';
import type { ItemPlace } from '../../internal/xml/index.ts';
import { Deadline } from '../http/deadline.ts';
import type { HttpClient, HttpRequest, HttpStream } from '../http/model.ts';
import { withOutcome } from '../http/unknown-outcome.ts';
import { readAnswer, type AnswerLimits, type SoapAnswer } from './answer.ts';
import { faultError } from './fault-error.ts';
import { readList, type SoapList } from './list.ts';
import { protocolFailure } from './outcome.ts';

/** What the calls of one partner share. */
export interface SoapPartner {
  readonly http: HttpClient;
  /** The assertion of the call, as its bytes; none for a service that asks for none. */
  readonly assertion?: ((options: CallOptions) => Promise<string>) | undefined;
  readonly runtime: Runtime;
  readonly limits: AnswerLimits;
  /** What it wants otherwise in the header. */
  readonly style?: HeaderStyle | undefined;
  /** The error of its faults, where they have codes of their own. */
  readonly faultError?: ((fault: SoapFault) => TerrESanteError) | undefined;
}

/** One question or deposit. */
export interface SoapRequest extends CallOptions {
  readonly url: string;
  readonly action: string;
  /** The element of the body. */
  readonly payload: string;
  /** Of the message. @defaultValue a new one */
  readonly messageId?: string | undefined;
  /** Headers beside those of the standards, as they stand. */
  readonly blocks?: string | undefined;
  /** The action of the answer. @defaultValue that of the request with `Response` behind it */
  readonly answerAction?: string | undefined;
  /** Documents sent as parts (MTOM); the whole is a multipart when given, however few. */
  readonly attachments?: readonly PartToWrite[] | undefined;
  /** The same as parts that are written already. */
  readonly written?: WrittenParts | undefined;
  /** The far side may have done it although no answer says so: it is never sent again blindly. */
  readonly writes: boolean;
  /** The caller reads the parts of the answer, or discards it. Else they are passed over. */
  readonly readsParts?: boolean | undefined;
  /**
   * The request names a person: what a fault says in words may repeat it, and stays out of the
   * error.
   */
  readonly namesPerson?: boolean | undefined;
}

/** Headers of an answer that this client understands. */
const understood: ReadonlySet<string> = new Set<string>([
  soapNames.addressing,
  soapNames.addressing2004,
  soapNames.security,
]);

/**
 * Sends one request and reads the envelope of its answer. A fault, an answer to another message
 * and one that asks for something unknown are errors; what is only odd is told.
 *
 * The deadline of the call covers all of that. Parts that are read afterwards are under the signal
 * of the call and the limits of the HTTP client.
 *
 * @see SOAP 1.2; WS-Addressing 1.0; IHE ITI TF-2, appendix V
 * @throws TerrESanteError with `unknownOutcome` in its details for a request that writes
 */
export async function callSoap(partner: SoapPartner, request: SoapRequest): Promise<SoapAnswer> {
  return exchange(partner, request, async (stream, judge) => {
    const answer = judge(await readAnswer(stream, partner.limits));
    if (request.readsParts === true) return answer;

    // Else the connection would stay with an answer that nobody reads.
    for await (const _ of answer.parts) continue;
    return answer;
  });
}

/**
 * The same for an answer that is a long list: its items are given while they come. The answer is
 * judged when its first item is there, and again at its end.
 *
 * @throws TerrESanteError also from the items: then the answer was not whole
 */
export async function callSoapList(partner: SoapPartner, request: SoapRequest, list: ItemPlace): Promise<SoapList> {
  return exchange(partner, request, (stream, judge) => readList(stream, partner.limits, list, judge));
}

type Judge = (answer: SoapAnswer) => SoapAnswer;

async function exchange<T>(
  partner: SoapPartner,
  request: SoapRequest,
  read: (stream: HttpStream, judge: Judge) => Promise<T>,
): Promise<T> {
  const { action, url: to, blocks } = request;
  const { ids, clock } = partner.runtime;
  const messageId = request.messageId ?? `urn:uuid:${ids.uuid()}`;
  const deadline = new Deadline(request);
  const assertion = await assertionOf(partner, { signal: request.signal, timeoutMs: deadline.leftMs });
  const header = { action, to, messageId, assertion, blocks, now: clock.now() };
  const envelope = writeEnvelope(header, request.payload, partner.style);

  try {
    const stream = await send(partner, request, deadline, utf8Bytes(envelope));
    deadline.set();
    return await readOrDiscard(stream, () => read(stream, (answer) => judged(answer, partner, request, messageId)));
  } catch (error) {
    if (!request.writes || !isTerrESanteError(error)) throw error;
    throw withOutcome(error, blames.has(error.details['faultCode']));
  } finally {
    deadline.off();
  }
}

/** The host is asked for its assertion as for anything else: its answer may never come. */
async function assertionOf({ assertion }: SoapPartner, call: CallOptions): Promise<string | undefined> {
  if (!assertion) return undefined;
  const { timeoutMs } = call;
  return hostAnswer('assertion', (over) => assertion({ signal: over, timeoutMs }), call);
}

/** A read whose connection was cut before any answer is tried once more, on a fresh one. */
async function send(
  partner: SoapPartner,
  request: SoapRequest,
  deadline: Deadline,
  envelope: Uint8Array,
): Promise<HttpStream> {
  const http = httpRequest(partner, request, envelope);
  try {
    return await partner.http.stream({ ...http, signal: deadline.signal, timeoutMs: deadline.leftMs });
  } catch (error) {
    const isCut = isTerrESanteError(error) && cutCodes.has(String(error.details['networkCode']));
    if (request.writes || !isCut) throw error;
    return partner.http.stream({ ...http, signal: deadline.signal, timeoutMs: deadline.leftMs });
  }
}

const cutCodes: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);

function httpRequest(partner: SoapPartner, request: SoapRequest, envelope: Uint8Array): HttpRequest {
  const { url, action, attachments, written } = request;
  const common = {
    method: 'POST',
    url,
    // What counts are the decoded bytes, which are bounded where they are read (`TE_TOO_LARGE`).
    maxResponseBytes: partner.limits.maxBytes * 2,
  } as const;
  if (!attachments && !written) {
    const contentType = `application/soap+xml; charset=UTF-8; action="${action}"`;
    return { ...common, headers: { 'Content-Type': contentType }, body: envelope };
  }

  const root = `root.${partner.runtime.ids.uuid()}@terr-esante-sdk`;
  const rootPart: PartToWrite = {
    contentType: 'application/xop+xml; charset=UTF-8; type="application/soap+xml"',
    contentId: root,
    content: bytesSource(envelope),
  };
  const { boundary, body } = written
    ? writeBefore(rootPart, written)
    : writeMultipart([rootPart, ...(attachments ?? [])], partner.runtime.ids.uuid());
  const contentType = [
    'multipart/related',
    'type="application/xop+xml"',
    `boundary="${boundary}"`,
    `start="<${root}>"`,
    'start-info="application/soap+xml"',
    `action="${action}"`,
  ].join('; ');
  return { ...common, headers: { 'Content-Type': contentType }, body };
}

async function readOrDiscard<T>(stream: HttpStream, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    stream.discard();
    throw error;
  }
}

/** What makes an answer unusable, and what is only told. */
function judged(answer: SoapAnswer, partner: SoapPartner, request: SoapRequest, messageId: string): SoapAnswer {
  const { message } = answer;
  const { relatesTo } = message.addressing;
  if (relatesTo !== null && !isUnspecified(relatesTo) && bare(relatesTo) !== bare(messageId)) {
    throw protocolFailure('relates-to', "La réponse est celle d'une autre demande : elle est écartée.");
  }
  if (message.fault) {
    const notUnderstood = message.notUnderstood.map(({ name }) => name);
    const withReason = request.namesPerson !== true;
    throw partner.faultError?.(message.fault) ?? faultError(message.fault, notUnderstood, { withReason });
  }

  const unknown = message.mandatory.filter(({ namespace }) => !understood.has(namespace));
  if (unknown.length > 0) {
    throw protocolFailure('mandatory-header', 'La réponse impose un en-tête inconnu.', { headers: namesOf(unknown) });
  }
  if (message.body.length === 0) throw protocolFailure('empty-body', 'La réponse est une enveloppe vide.');

  const isExpected = message.addressing.action === (request.answerAction ?? `${request.action}Response`);
  return relatesTo === null || !isExpected ? { ...answer, told: [...answer.told, 'addressing'] } : answer;
}

/** Whether the answer names the message it answers: {@link callSoap} has found that it is ours. */
export function isCorrelated({ message }: SoapAnswer): boolean {
  const { relatesTo } = message.addressing;
  return relatesTo !== null && !isUnspecified(relatesTo);
}

/** Without scheme, blanks and case: stacks write the same identifier in several ways. */
function bare(id: string): string {
  return lastWord(id).toLowerCase();
}

function isUnspecified(id: string): boolean {
  return /\/(?:unspecified|none)$/i.test(id.trim());
}

/** Faults that blame the request: nothing was done. */
const blames: ReadonlySet<unknown> = new Set(['Sender', 'MustUnderstand', 'VersionMismatch']);

/** The first element of the body of that name. @throws TerrESanteError `TE_PROTOCOL` for another */
export function payloadOf(
  { message }: SoapAnswer,
  names: readonly { readonly localName: string; readonly namespace: string }[],
): SoapAnswer['root'] {
  const found = message.body.find((element) =>
    names.some(({ localName, namespace }) => localName === element.localName && namespace === element.namespace),
  );
  if (found) return found;

  throw protocolFailure('payload', "La réponse est d'une autre opération.", {
    found: message.body.slice(0, 3).map((element) => clarkName(element).slice(0, 200)),
  });
}
