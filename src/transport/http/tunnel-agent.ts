import { Agent, type AgentOptions, type RequestOptions } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';

import { withDeadline } from '../../internal/abort.ts';
import { eventOf } from '../../internal/wait.ts';
import type { ProxyServer } from './proxy.ts';
import { openTunnel } from './tunnel.ts';

type Opened = (error: Error | null, socket: Duplex) => void;

/**
 * Kept connections to HTTPS servers, each through a tunnel of the proxy. A connection is handed out
 * once it is encrypted and the certificate of the server was accepted.
 */
export class TunnelAgent extends Agent {
  readonly #proxy: ProxyServer;
  readonly #openMs: number;
  readonly #closing = new AbortController();

  /** @param openMs - longest time to open one connection, tunnel and handshake together */
  constructor(proxy: ProxyServer, openMs: number, options: AgentOptions) {
    super(options);
    this.#proxy = proxy;
    this.#openMs = openMs;
  }

  override createConnection(options: RequestOptions, opened?: Opened): undefined {
    const place = this.#hold(options);

    this.#open(options).then(
      (socket) => {
        this.#release(options, place);
        opened?.(null, socket);
      },
      (error: unknown) => {
        this.#release(options, place);
        this.#failWaiting(options, error as Error);
        opened?.(error as Error, place);
      },
    );
  }

  override destroy(): void {
    this.#closing.abort();
    super.destroy();
  }

  async #open(options: RequestOptions): Promise<TLSSocket> {
    const call = { signal: this.#closing.signal, timeoutMs: this.#openMs };
    const to = { host: options.host ?? '', port: Number(options.port) };

    return withDeadline(call, async (signal) => {
      const tunnel = await openTunnel(this.#proxy, to, { signal });
      const socket = connect({ ...options, host: to.host, port: to.port, path: undefined, socket: tunnel });
      try {
        await eventOf(socket, ['secureConnect'], { failures: ['close'], failed: broken, signal });
        return socket;
      } catch (error) {
        socket.destroy();
        tunnel.destroy();
        throw error;
      }
    });
  }

  /**
   * A connection that is being opened takes a place among those in use: else the limit of
   * connections would count only those that are open already.
   */
  #hold(options: RequestOptions): Socket {
    const place = new Socket();
    this.sockets[this.getName(options)]?.push(place);
    return place;
  }

  #release(options: RequestOptions, place: Socket): void {
    const used = this.sockets[this.getName(options)];
    const index = used?.indexOf(place) ?? -1;
    if (index >= 0) used?.splice(index, 1);
  }

  /** Requests that waited for a place learn why none comes, unless other connections serve them. */
  #failWaiting(options: RequestOptions, error: Error): void {
    const name = this.getName(options);
    if ((this.sockets[name]?.length ?? 0) > 0) return;

    const waiting = this.requests[name] ?? [];
    // The agent takes a list that stands there for one that holds something.
    Reflect.deleteProperty(this.requests, name);
    for (const request of waiting) {
      // Without a socket, its end alone would tell nobody.
      request.destroy();
      request.emit('error', error);
    }
  }
}

function broken(name: string, value: unknown): Error {
  return name === 'error' ? (value as Error) : Object.assign(new Error('closed'), { code: 'ECONNRESET' });
}
