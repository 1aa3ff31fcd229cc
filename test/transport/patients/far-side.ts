import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import {
  createHttpClient,
  createPatientIdentityClient,
  type HttpClient,
  type PatientIdentityClient,
  type PatientIdentityOptions,
} from '../../../src/transport/index.ts';

/** One request as the far side sees it. */
export interface Asked {
  readonly action: string;
  readonly messageId: string;
  /** The element of the body, as it stands. */
  readonly payload: string;
  /** `root` and `extension` of the message and of its question. */
  readonly id: string;
  readonly queryId: string;
  readonly query: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: string | Buffer;
}

/** A scripted identity server, and a client of it. */
export interface FarSide {
  readonly client: PatientIdentityClient;
  readonly url: string;
  readonly asked: Asked[];
  answer: (asked: Asked) => Answer | string;
  close(): Promise<void>;
}

export async function farSide(options: Partial<PatientIdentityOptions> = {}): Promise<FarSide> {
  const asked: Asked[] = [];
  const side = { answer: (): string => '' } as unknown as FarSide;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = readRequest(Buffer.concat(chunks).toString('utf8'));
      asked.push(one);
      const said = side.answer(one);
      const { status = 200, headers = {}, body } = typeof said === 'string' ? { body: said } : said;
      response.writeHead(status, { 'content-type': 'application/soap+xml; charset=UTF-8', ...headers }).end(body);
    });
  });
  await listening(server);
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  const http: HttpClient = createHttpClient({ timeoutMs: 10_000, allowClearLoopback: true });
  const client = createPatientIdentityClient({
    http,
    endpoints: { query: url, feed: url, search: url },
    sender: '2.999.1.10.1',
    receiver: '2.999.1.1',
    ...options,
  });

  return Object.assign(side, {
    client,
    url,
    asked,
    close: async () => {
      await http.close();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

async function listening(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function readRequest(body: string): Asked {
  const found = (shape: RegExp): string => shape.exec(body)?.[1] ?? '';
  return {
    action: found(/<Action [^>]*>([^<]*)</),
    messageId: found(/(urn:uuid:[0-9a-f-]{36})/),
    payload: found(/<soap:Body>(.*)<\/soap:Body>/s),
    id: found(/ITSVersion="XML_1.0"><id ([^>]*)>/),
    queryId: found(/<queryId ([^>]*)>/),
    query: found(/(<queryByParameter>.*<\/queryByParameter>)/s),
  };
}

/** An envelope that answers a request. */
export function envelope(
  body: string,
  { messageId, header = '' }: { messageId: string | null; header?: string },
): string {
  const relates = messageId === null ? '' : `<a:RelatesTo>${messageId}</a:RelatesTo>`;
  return (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header xmlns:a="http://www.w3.org/2005/08/addressing">' +
    `${header}${relates}</s:Header><s:Body>${body}</s:Body></s:Envelope>`
  );
}

/** What an HL7 v3 answer holds; what is left out is as it should be. */
export interface Content {
  readonly name: string;
  readonly acknowledgement?: string;
  readonly details?: string;
  readonly target?: string;
  readonly queryId?: string;
  readonly code?: string;
  readonly quantities?: string;
  readonly subjects?: string;
  /** The question that comes back. */
  readonly back?: string;
  readonly action?: string;
  readonly messageId?: string | null;
}

export function hl7Answer(asked: Asked, content: Content): string {
  const { name, acknowledgement = 'AA', details = '', target = `<id ${asked.id}/>`, code, subjects = '' } = content;
  const act =
    code === undefined
      ? ''
      : '<controlActProcess classCode="CACT" moodCode="EVN">' +
        `<code code="${name.replace('_IN', '_TE')}" codeSystem="2.16.840.1.113883.1.6"/>${subjects}` +
        `<queryAck><queryId ${content.queryId ?? asked.queryId}/><queryResponseCode code="${code}"/>${content.quantities ?? ''}</queryAck>` +
        `${content.back ?? asked.query}</controlActProcess>`;
  const message =
    `<${name} xmlns="urn:hl7-org:v3" ITSVersion="XML_1.0"><id root="2.999.1.1" extension="answer-${asked.messageId.slice(-8)}"/>` +
    '<creationTime value="20260316090000"/>' +
    `<interactionId root="2.16.840.1.113883.1.6" extension="${name}"/><processingCode code="P"/><processingModeCode code="T"/>` +
    '<acceptAckCode code="NE"/><receiver typeCode="RCV"><device classCode="DEV" determinerCode="INSTANCE"><id root="2.999.1.10.1"/></device></receiver>' +
    '<sender typeCode="SND"><device classCode="DEV" determinerCode="INSTANCE"><id root="2.999.1.1"/></device></sender>' +
    `<acknowledgement><typeCode code="${acknowledgement}"/><targetMessage>${target}</targetMessage>${details}</acknowledgement>${act}</${name}>`;
  const { messageId = asked.messageId, action = `urn:hl7-org:v3:${name}` } = content;
  return envelope(message, { messageId, header: action === '' ? '' : `<a:Action>${action}</a:Action>` });
}

/** A patient of an answer: identifiers as `root|extension`, and what else it holds. */
export function subject(ids: readonly string[], person = '<name nullFlavor="NA"/>', more = ''): string {
  const list = ids.map((id) => {
    const [root, extension] = id.split('|');
    return `<id root="${root ?? ''}" extension="${extension ?? ''}"/>`;
  });
  return (
    '<subject typeCode="SUBJ"><registrationEvent classCode="REG" moodCode="EVN"><id nullFlavor="NA"/><statusCode code="active"/>' +
    `<subject1 typeCode="SBJ"><patient classCode="PAT">${list.join('')}<statusCode code="active"/>` +
    `<patientPerson classCode="PSN" determinerCode="INSTANCE">${person}</patientPerson>${more}</patient></subject1>` +
    '<custodian typeCode="CST"><assignedEntity classCode="ASSIGNED"><id root="2.999.1.1"/></assignedEntity></custodian>' +
    '</registrationEvent></subject>'
  );
}

export const quantities = (total: number, current: number, remaining: number): string =>
  `<resultTotalQuantity value="${String(total)}"/><resultCurrentQuantity value="${String(current)}"/>` +
  `<resultRemainingQuantity value="${String(remaining)}"/>`;

export const detail = (code: string, text: string, location = '', typeCode = 'E'): string =>
  `<acknowledgementDetail typeCode="${typeCode}"><code code="${code}" codeSystem="2.16.840.1.113883.12.357"/>` +
  `<text>${text}</text>${location === '' ? '' : `<location>${location}</location>`}</acknowledgementDetail>`;
