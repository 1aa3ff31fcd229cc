import { connect, createServer, type Server, type Socket } from 'node:net';
import { listen, loopback } from '../listen.ts';

/**
 * One port before several servers: a client that knows one address meets another server when the
 * far side changes. Without a server behind it, it cuts at once.
 */
export class PortFront {
  readonly host = loopback;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #onConnect: (() => void) | undefined;
  #behind: number | null = null;
  #port = 0;

  /** @param onConnect - told of each connection, those that are cut too */
  constructor(onConnect?: () => void) {
    this.#onConnect = onConnect;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  get port(): number {
    return this.#port;
  }

  async listen(port = 0): Promise<void> {
    this.#port = await listen(this.#server, port);
  }

  /** @param port - server that the next connections reach; `null` for none */
  use(port: number | null): void {
    this.#behind = port;
  }

  /** Cuts every connection that is open, as a server that stops does. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(socket: Socket): void {
    this.#onConnect?.();
    if (this.#behind === null) {
      socket.destroy();
      return;
    }

    const behind = connect({ host: loopback, port: this.#behind });
    const pair = [socket, behind] as const;
    for (const [here, there] of [pair, [behind, socket] as const]) {
      this.#sockets.add(here);
      here.on('error', () => there.destroy());
      here.on('close', () => {
        this.#sockets.delete(here);
        there.destroy();
      });
    }
    socket.pipe(behind).pipe(socket);
  }
}
