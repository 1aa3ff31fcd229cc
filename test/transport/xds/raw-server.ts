import { createServer, type Socket } from 'node:net';

import { listening, messageIdIn } from '../../helpers/test-server.ts';

/** One request as it came. */
export interface RawRequest {
  readonly head: string;
  /** What has come of its body; whole unless the server answers early. */
  readonly body: Buffer;
  readonly messageId: string;
}

/** A far side that writes what it is told, byte by byte, to every request. */
export interface RawServer {
  readonly url: string;
  /** Connections that are open now. */
  readonly open: ReadonlySet<Socket>;
  /** Connections there were. */
  readonly count: number;
  close(): Promise<void>;
}

/**
 * @param answer - may end or reset the connection
 * @param isReady - when a request is answered: by default once its body is whole
 */
export async function rawServer(
  answer: (socket: Socket, request: RawRequest) => void,
  isReady: (request: RawRequest, length: number) => boolean = ({ body }, length) => body.length >= length,
): Promise<RawServer> {
  let count = 0;

  const writer = createServer((socket) => {
    count += 1;
    socket.on('error', () => undefined);

    let data = Buffer.alloc(0);
    let isAnswered = false;
    socket.on('data', (chunk) => {
      data = isAnswered ? Buffer.alloc(0) : Buffer.concat([data, chunk]);
      const end = data.indexOf('\r\n\r\n');
      if (end < 0) return;

      const head = data.subarray(0, end).toString('latin1');
      const body = data.subarray(end + 4);
      const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
      const request = { head, body, messageId: messageIdIn(body.toString('latin1')) };
      if (!isReady(request, length)) return;

      isAnswered = body.length < length;
      data = Buffer.alloc(0);
      answer(socket, request);
    });
  });
  const server = await listening(writer);

  return {
    url: `http://127.0.0.1:${String(server.port)}/`,
    open: server.open,
    get count() {
      return count;
    },
    close: () => server.close(),
  };
}

/** Resolves when the server has no connection left. */
export async function allClosed({ open }: RawServer): Promise<void> {
  await Promise.all([...open].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
}
