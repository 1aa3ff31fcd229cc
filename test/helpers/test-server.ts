import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A server of this machine, on a port of its own. */
export interface TestServer {
  readonly port: number;
  /** Connections that are open now. */
  readonly open: ReadonlySet<Socket>;
  /** Ends them, and the server. */
  close(): Promise<void>;
}

/** Starts a server, of any kind, and follows its connections. */
export async function listening(server: Server): Promise<TestServer> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    port: (server.address() as AddressInfo).port,
    open,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A request over SOAP as it came. */
export interface SoapAsked {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The first identifier of a message in it; empty when there is none. */
  readonly messageId: string;
}

/** A service over SOAP that answers what it is told, without TLS. */
export async function soapServer(
  answer: (asked: SoapAsked, response: ServerResponse) => void,
  encoding: BufferEncoding = 'latin1',
): Promise<TestServer & { readonly url: string }> {
  const server = await listening(
    createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString(encoding);
        answer({ headers: request.headers, body, messageId: messageIdIn(body) }, response);
      });
    }),
  );
  return { ...server, url: `http://127.0.0.1:${String(server.port)}/` };
}

/** The first identifier of a message in what came; empty when there is none. */
export function messageIdIn(body: string): string {
  return /urn:uuid:[0-9a-f-]{36}/.exec(body)?.[0] ?? '';
}
