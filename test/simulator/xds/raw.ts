import { createHash } from 'node:crypto';
import { request as httpsRequest } from 'node:https';

import { writeProvideAndRegister, type Submission } from '../../../src/documents/index.ts';
import { writeEnvelope } from '../../../src/internal/soap/index.ts';
import { collect } from '../../../src/internal/bytes.ts';
import type { Scene } from './scene.ts';

export const actions = {
  register: 'urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b',
  query: 'urn:ihe:iti:2007:RegistryStoredQuery',
  retrieve: 'urn:ihe:iti:2007:RetrieveDocumentSet',
  update: 'urn:ihe:iti:2010:UpdateDocumentSet',
} as const;

/** What came back, as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  /** Codes of the error list. */
  readonly codes: readonly string[];
  /** Code and subcodes of a fault, without prefixes. */
  readonly fault: string | null;
}

/** Posts bytes as they are to the registry. Rejects when the connection ends without an answer. */
export function post(
  scene: Pick<Scene, 'simulator'>,
  operation: keyof typeof actions,
  body: string | Uint8Array,
  contentType?: string,
  headers?: Readonly<Record<string, string>>,
): Promise<RawAnswer> {
  return postTo(scene, scene.simulator.registry[operation], body, contentType, headers);
}

/** The same to any service of the simulator. */
export function postTo(
  { simulator }: Pick<Scene, 'simulator'>,
  url: string,
  body: string | Uint8Array,
  contentType = 'application/soap+xml; charset=UTF-8',
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      ca: simulator.caPem,
      agent: false,
      headers: { 'Content-Type': contentType, ...headers },
    };
    const request = httpsRequest(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const codes = [...text.matchAll(/errorCode="([^"]*)"/g)].map(([, code = '']) => code);
        const values = [...text.matchAll(/Value>\w+:(\w+)</g)].map(([, value = '']) => value);
        const fault = /:Fault[ >]/.test(text) ? values.join(' ') : null;
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? '',
          body: text,
          codes,
          fault,
        });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** An envelope around an element, with an assertion unless another one is given. */
export function envelope(
  scene: Pick<Scene, 'assertion'>,
  operation: keyof typeof actions,
  payload: string,
  assertion?: string | null,
): Promise<string> {
  return envelopeFor(scene, actions[operation], payload, assertion);
}

/** The same for any action. */
export async function envelopeFor(
  scene: Pick<Scene, 'assertion'>,
  action: string,
  payload: string,
  assertion?: string | null,
): Promise<string> {
  const header = {
    action,
    to: 'https://127.0.0.1/',
    messageId: 'urn:uuid:11111111-2222-4333-8444-555555555555',
    assertion: assertion === undefined ? await scene.assertion() : (assertion ?? undefined),
    now: Date.now(),
  };
  return writeEnvelope(header, payload);
}

/** One part of a request. */
export interface RawPart {
  readonly headers: readonly string[];
  readonly content: string | Uint8Array;
}

export const boundary = 'LIMITE';
export const mtomType = `multipart/related; type="application/xop+xml"; boundary="${boundary}"; start="<racine>"; start-info="application/soap+xml"`;

export function multipart(parts: readonly RawPart[]): Buffer {
  const pieces = parts.flatMap(({ headers, content }) => [
    Buffer.from(`--${boundary}\r\n${headers.join('\r\n')}\r\n\r\n`),
    Buffer.from(content as string),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
}

export const rootPart = (content: string): RawPart => ({
  headers: ['Content-Type: application/xop+xml; charset=UTF-8; type="application/soap+xml"', 'Content-ID: <racine>'],
  content,
});

/** The payload of a deposit, and the bytes and reference of its only document. */
export async function depositOf(
  sent: Submission,
): Promise<{ readonly payload: string; readonly cid: string; readonly content: Buffer; readonly sha1: string }> {
  const { body, documents } = writeProvideAndRegister(sent);
  const [document] = documents;
  const content = Buffer.from(await collect(document!.content.open()));
  return { payload: body, cid: document!.contentId, content, sha1: createHash('sha1').update(content).digest('hex') };
}

export const documentPart = (cid: string, content: string | Uint8Array): RawPart => ({
  headers: ['Content-Type: text/xml', 'Content-Transfer-Encoding: binary', `Content-ID: <${cid}>`],
  content,
});
