import type { HttpClient, HttpRequest } from '../../../src/transport/index.ts';

/** An answer of a far side. */
export interface Scripted {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: object | string | Buffer;
}

/** A server that gives these answers in turn, the last one for ever, and what it was asked. */
export function scriptedServer(...answers: Scripted[]): { http: HttpClient; asked: HttpRequest[] } {
  const asked: HttpRequest[] = [];
  const stream: HttpClient['stream'] = async (request) => {
    const { status = 200, headers = {}, body = '' } = answers[Math.min(asked.length, answers.length - 1)] ?? {};
    asked.push(request);
    async function* bytes(): AsyncGenerator<Uint8Array> {
      if (Buffer.isBuffer(body)) yield body;
      else yield Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    }
    return {
      status,
      headers: { 'content-type': 'application/fhir+json', ...headers },
      body: bytes(),
      discard: () => undefined,
    };
  };
  const http = { stream, send: () => Promise.reject(new Error('not used')), close: () => Promise.resolve() };
  return { http, asked };
}

/** The body of a request, as text. */
export function bodyOf(request: HttpRequest | undefined): string {
  return request?.body instanceof Uint8Array ? Buffer.from(request.body).toString('utf8') : '';
}

/** A refusal of a server, with these issues. */
export const outcome = (...issue: object[]): object => ({ resourceType: 'OperationOutcome', issue });
