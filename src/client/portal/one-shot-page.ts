import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TerrESanteError } from '../../errors.ts';
import { nodeCrypto } from '../../internal/node-crypto.ts';
import { Alarm, eventOf } from '../../internal/wait.ts';

const loopback = '127.0.0.1';

/** How long a page waits for the browser, in milliseconds. */
export const pageMs = 60_000;

/** What the second reader is told. */
const spentPage =
  '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Ouverture déjà faite</title></head><body>' +
  '<p role="alert">Cette ouverture a déjà servi : recommencez depuis votre logiciel.</p></body></html>';

/** How a page came to its end. */
export type PageEnd = 'given' | 'expired' | 'closed';

/** What a page says, and what is said of it. */
export interface OneShotPageOptions {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Told once. */
  readonly ended: (how: PageEnd) => void;
}

/**
 * A page of this machine that the first navigation gets and nobody else: a random address on
 * 127.0.0.1, for a minute. Icons, `HEAD`, preflights, speculative loads and other names of this
 * machine do not spend it. Nothing is written to disk.
 */
export class OneShotPage {
  readonly url: string;
  readonly #options: OneShotPageOptions;
  readonly #server: Server;
  readonly #path: string;
  readonly #host: string;
  // The process stays as long as somebody may open the page.
  readonly #alarm = new Alarm({ keepsAlive: true });
  readonly #afterwards = new Alarm();
  #end: PageEnd | null = null;
  #closing: Promise<void> | undefined;

  /** Use {@link OneShotPage.open}: `server` listens. */
  constructor(server: Server, options: OneShotPageOptions) {
    this.#server = server;
    this.#options = options;
    this.#path = `/${nodeCrypto().randomBytes(16).toString('base64url')}`;
    this.#host = `${loopback}:${String((server.address() as AddressInfo).port)}`;
    this.url = `http://${this.#host}${this.#path}`;
    server.on('request', (request, response) => this.#answer(request, response));
    this.#alarm.set(pageMs, () => void this.#finish('expired'));
  }

  /**
   * Listens before it gives an address.
   *
   * @throws TerrESanteError `TE_UNSUPPORTED` when this machine lets nobody listen
   */
  static async open(options: OneShotPageOptions): Promise<OneShotPage> {
    const { createServer } = await import('node:http');
    const server = createServer({
      requestTimeout: 10_000,
      headersTimeout: 10_000,
      keepAliveTimeout: 1,
      maxHeaderSize: 16_384,
    });
    const failed = (): TerrESanteError =>
      new TerrESanteError(
        'TE_UNSUPPORTED',
        "Ce poste ne peut pas donner de page au navigateur : l'écoute est refusée.",
      );
    await eventOf(server, ['listening'], { failed }, () => server.listen(0, loopback));
    return new OneShotPage(server, options);
  }

  close(): Promise<void> {
    return this.#finish('closed');
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    const status = this.#statusOf(request);
    const headers = {
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Resource-Policy': 'same-origin',
      Connection: 'close',
    };
    if (status !== 200) {
      const html = status === 410 ? spentPage : '';
      response
        .writeHead(status, {
          ...headers,
          'Content-Type': 'text/html; charset=utf-8',
          'Content-Length': Buffer.byteLength(html),
          'Content-Security-Policy': "default-src 'none'",
        })
        .end(html);
      return;
    }

    this.#given();
    response
      .writeHead(200, { ...headers, 'Content-Type': 'text/html; charset=utf-8', ...this.#options.headers })
      .end(this.#options.html);
  }

  /** Only a navigation to the exact address spends the page. */
  #statusOf({ method, url, headers }: IncomingMessage): number {
    if (headers.host !== this.#host) return 403;
    if (url !== this.#path) return 404;
    if (method !== 'GET') return 405;

    const { purpose, origin } = headers;
    const isSpeculative = [headers['sec-purpose'], purpose, headers['x-moz']].some((value) => value !== undefined);
    const isNavigation =
      (headers['sec-fetch-mode'] ?? 'navigate') === 'navigate' &&
      (headers['sec-fetch-dest'] ?? 'document') === 'document';
    if (isSpeculative || !isNavigation || origin !== undefined) return 403;

    return this.#end === null ? 200 : 410;
  }

  /** The page is spent; whoever comes again within the minute is told so. */
  #given(): void {
    this.#alarm.off();
    this.#server.unref();
    this.#afterwards.set(pageMs, () => void this.#stop());
    this.#tell('given');
  }

  #finish(how: PageEnd): Promise<void> {
    this.#tell(how);
    return this.#stop();
  }

  #tell(how: PageEnd): void {
    if (this.#end !== null) return;
    this.#end = how;
    this.#options.ended(how);
  }

  #stop(): Promise<void> {
    this.#alarm.off();
    this.#afterwards.off();
    this.#closing ??= new Promise((resolve) => {
      this.#server.close(() => resolve());
      // A connection that says nothing keeps nobody waiting.
      this.#server.closeAllConnections();
    });
    return this.#closing;
  }
}
