import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** What a proxy does instead of opening a line. */
export type ProxyReply =
  | { readonly status: number }
  /** `silent`: no answer. `cut`: the line ends in place of an answer. `noise`: no HTTP. */
  | 'silent'
  | 'cut'
  | 'noise'
  /** Says that the line is open; then says nothing, sends a page, ends, or ends at the first bytes. */
  | 'open-silent'
  | 'open-page'
  | 'open-cut'
  | 'open-cut-later'
  /** Opens the line to another port than the one that was asked for. */
  | { readonly elsewhere: number };

/** A proxy of a test on 127.0.0.1, that knows CONNECT only. */
export interface ConnectProxy {
  readonly url: string;
  /** Where lines were asked to, in order. */
  readonly asked: readonly string[];
  /** `Proxy-Authorization` of each request. */
  readonly logins: readonly (string | undefined)[];
  /** Requests that were not CONNECT. */
  readonly plain: readonly string[];
  /** Lines that are open now, of clients and to servers. */
  readonly open: number;
  /** What the next requests get, the first one first; then lines are opened. */
  readonly replies: ProxyReply[];
  /** What every request gets when nothing else is said. */
  always: ProxyReply | null;
  close(): Promise<void>;
}

/** Starts it, over TLS when a certificate is given. */
export async function startConnectProxy(
  tls: { readonly certPem: string; readonly keyPem: string } | null = null,
): Promise<ConnectProxy> {
  const sockets = new Set<Socket>();
  const asked: string[] = [];
  const logins: (string | undefined)[] = [];
  const plain: string[] = [];
  const replies: ProxyReply[] = [];
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };

  const listener: RequestListener = (request, response) => {
    plain.push(request.url ?? '');
    response.writeHead(400).end();
  };
  const server = tls ? createTlsServer({ cert: tls.certPem, key: tls.keyPem }, listener) : createServer(listener);
  server.on('connection', keep);
  server.on('tlsClientError', () => undefined);
  server.on('connect', (request, near: Socket) => {
    near.on('error', () => near.destroy());
    asked.push(request.url ?? '');
    logins.push(request.headers['proxy-authorization']);
    const reply = replies.shift() ?? proxy.always;
    if (reply !== null && !(typeof reply === 'object' && 'elsewhere' in reply)) {
      // Else the end of the line would not be seen.
      near.on('end', () => near.end()).resume();
      refuse(near, reply);
      return;
    }

    const far = connect(reply?.elsewhere ?? Number(/:(\d+)$/.exec(request.url ?? '')?.[1]), '127.0.0.1', () => {
      near.write('HTTP/1.1 200 Connection established\r\n\r\n');
      near.pipe(far).pipe(near);
    });
    keep(far);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const scheme = tls ? 'https://localhost' : 'http://127.0.0.1';
  const proxy: ConnectProxy = {
    url: `${scheme}:${String((server.address() as AddressInfo).port)}`,
    asked,
    logins,
    plain,
    get open() {
      return sockets.size;
    },
    replies,
    always: null,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

const opened = 'HTTP/1.1 200 Connection established\r\n\r\n';
const page = '<html>CANARIPAGE</html>';

function refuse(near: Socket, reply: Exclude<ProxyReply, { readonly elsewhere: number }>): void {
  if (typeof reply === 'object' && 'status' in reply) {
    near.end(`HTTP/1.1 ${String(reply.status)} No\r\nContent-Length: ${String(page.length)}\r\n\r\n${page}`);
  }
  if (reply === 'cut') near.destroy();
  if (reply === 'noise') near.write('CANARIBRUIT 220 mail\r\n\r\n');
  if (reply === 'open-silent') near.write(opened);
  if (reply === 'open-page') near.write(`${opened}HTTP/1.1 200 OK\r\n\r\n${page}\r\n`);
  if (reply === 'open-cut') near.end(opened);
  if (reply === 'open-cut-later') {
    near.write(opened);
    near.on('data', () => near.destroy());
  }
}
