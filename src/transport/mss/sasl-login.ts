import { TerrESanteError } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { parseMssAddress } from './address.ts';
import { secretOf, tokenResponse, type MssCredentials } from './credentials.ts';

/** Sends one line to the server, gives its whole reply. */
type Send = (line: string) => Promise<string>;

/** The login at a submission server, asked of the host anew at each connection. */
export class SaslLogin {
  readonly #credentials: MssCredentials;
  readonly #host: string;
  readonly #port: number;
  readonly #call: CallOptions;

  /** @param call - how long the providers of the host are waited for */
  constructor(credentials: MssCredentials, host: string, port: number, call: CallOptions) {
    this.#credentials = credentials;
    this.#host = host;
    this.#port = port;
    this.#call = call;
  }

  get isWanted(): boolean {
    const { token, password, external } = this.#credentials;
    return token !== undefined || password !== undefined || external === true;
  }

  get user(): string {
    return this.#credentials.token?.mailbox ?? '-';
  }

  /** @throws TerrESanteError when a provider fails; else an error with `responseCode` */
  async run(send: Send): Promise<void> {
    const status = statusOf(await this.#reply(send));
    if (status === 235) return;
    if (status >= 400) throw Object.assign(new Error('refused'), { responseCode: status });

    throw new TerrESanteError('TE_PROTOCOL', "Le serveur de messagerie a mal répondu à l'authentification.", {
      details: { smtpCode: status },
      retryable: true,
    });
  }

  async #reply(send: Send): Promise<string> {
    const { token, password } = this.#credentials;

    if (password !== undefined) {
      const { user, provider } = password;
      const secret = await secretOf('credentials.password.provider', (signal) => provider({ signal }), this.#call);
      return send(`AUTH PLAIN ${Buffer.from(`\u0000${user}\u0000${secret}`, 'utf8').toString('base64')}`);
    }
    if (token === undefined) return send('AUTH EXTERNAL =');

    // A refused token may only be too old: one fresh token is asked.
    const reply = await this.#withToken(token, false, send);
    return statusOf(reply) === 535 ? this.#withToken(token, true, send) : reply;
  }

  async #withToken(token: NonNullable<MssCredentials['token']>, renew: boolean, send: Send): Promise<string> {
    const { mechanism = 'XOAUTH2', provider } = token;
    const mailbox = parseMssAddress(token.mailbox).address;
    const value = await secretOf('credentials.token.provider', (signal) => provider({ renew, signal }), this.#call);

    const reply = await send(`AUTH ${mechanism} ${tokenResponse(mechanism, mailbox, value, this.#host, this.#port)}`);
    if (statusOf(reply) !== 334) return reply;

    // The refusal comes as a challenge first; an empty (or dummy, RFC 7628) line brings the real
    // reply.
    return send(mechanism === 'XOAUTH2' ? '' : 'AQ==');
  }
}

/** The code of a reply of one line or of several; 0 when there is none. */
const statusOf = (reply: string): number => Number(/^(\d{3})(?:[ -]|$)/.exec(reply)?.[1] ?? 0);
