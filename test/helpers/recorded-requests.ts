import type { HttpClient, HttpRequest } from '../../src/transport/index.ts';

/** One request as it would leave. */
export interface RecordedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** As a file that a tool of the network keeps: start line, headers, body. */
  readonly file: Buffer;
}

/** An HTTP client that sends nothing: it keeps each request, and its answer is no message. */
export function recordedRequests(): { readonly http: HttpClient; readonly requests: readonly RecordedRequest[] } {
  const requests: RecordedRequest[] = [];
  const keep = async (request: HttpRequest): Promise<void> => {
    const { headers = {} } = request;
    const body = await bytesOf(request.body);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const file = Buffer.concat([Buffer.from(`POST /xds HTTP/1.1\r\n${lines.join('')}\r\n`), body]);
    requests.push({ headers, body, file });
  };

  return {
    requests,
    http: {
      send: async (request) => {
        await keep(request);
        return { status: 500, headers: {}, body: new Uint8Array() };
      },
      stream: async (request) => {
        await keep(request);
        return { status: 500, headers: {}, body: nothing(), discard: () => undefined };
      },
      close: async () => undefined,
    },
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // No byte comes.
}

async function bytesOf(body: HttpRequest['body']): Promise<Buffer> {
  if (body === undefined || body instanceof Uint8Array) return Buffer.from(body ?? '');

  const chunks: Uint8Array[] = [];
  for await (const chunk of body.open()) chunks.push(chunk);
  return Buffer.concat(chunks);
}
