import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type {
  SMTPServer,
  SMTPServerAuthentication,
  SMTPServerAuthenticationResponse,
  SMTPServerDataStream,
  SMTPServerOptions,
  SMTPServerSession,
} from 'smtp-server';
import { TerrESanteError } from '../../errors.ts';
import { eventOf } from '../../internal/wait.ts';
import { loopback } from '../listen.ts';
import { MailFaults } from './faults.ts';
import type {
  MailFaultAction,
  MailFaultPoint,
  MailReply,
  MailServer,
  MailServerOptions,
  ReceivedMail,
} from './model.ts';
import { receivedMail } from './received.ts';

/** Ends a command of the SMTP library: without an error, the ordinary reply is sent. */
type Done = (error?: Error | null) => void;

/** An error that the SMTP library sends as this reply. */
function replyError({ code, text }: MailReply): Error {
  return Object.assign(new Error(text), { responseCode: code });
}

/** Never settles: the client waits until its own deadline. */
const never: Promise<never> = new Promise(() => undefined);

/** Replies to a command when the work is done; a refusal is an error with its reply. */
function answer(work: Promise<void>, done: Done): void {
  work.then(
    () => done(),
    (error: unknown) => done(error instanceof Error ? error : replyError({ code: 451, text: '4.3.0 Local error' })),
  );
}

class SimulatedMailServer implements MailServer {
  readonly host = loopback;
  readonly #options: MailServerOptions;
  readonly #maxMessageBytes: number;
  readonly #faults: MailFaults;
  readonly #server: SMTPServer;
  readonly #received: ReceivedMail[] = [];
  /** Encrypted connections, by session. */
  readonly #sockets = new Map<string, Duplex>();
  /** Those that showed a certificate of the given authority. */
  readonly #certified = new WeakSet<Duplex>();
  #port = 0;

  constructor(options: MailServerOptions, Server: typeof SMTPServer) {
    this.#options = options;
    this.#maxMessageBytes = options.maxMessageBytes ?? 15_728_640;
    this.#faults = new MailFaults(options.fault);

    this.#server = new Server({ ...this.#settings(), ...this.#handlers() });
    // A client that leaves in the middle is an ordinary event here.
    this.#server.on('error', () => undefined);
  }

  get port(): number {
    return this.#port;
  }

  async listen(port: number): Promise<void> {
    const failed = (): TerrESanteError =>
      new TerrESanteError('TE_CONFIG_INVALID', 'Le serveur de messagerie simulé ne peut pas écouter.');

    await eventOf(this.#server.server, ['listening'], { failed }, () => this.#server.listen(port, loopback));
    this.#port = (this.#server.server.address() as AddressInfo).port;
  }

  received(): readonly ReceivedMail[] {
    return [...this.#received];
  }

  inject(at: MailFaultPoint, action: MailFaultAction, times = 1): void {
    this.#faults.plan(at, action, times);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.values()) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #settings(): SMTPServerOptions {
    const { tls, startTls = true, authenticate } = this.#options;
    const clientCertificate = tls.clientCertificate ?? 'none';

    return {
      name: 'simulateur.mssante.fr',
      banner: 'simulateur',
      key: tls.keyPem,
      cert: tls.certPem,
      ...(tls.caPem !== undefined && { ca: tls.caPem }),
      minVersion: 'TLSv1.2',
      requestCert: clientCertificate !== 'none',
      rejectUnauthorized: clientCertificate === 'required',
      size: this.#maxMessageBytes,
      authOptional: true,
      authMethods: ['XOAUTH2'],
      disableReverseLookup: true,
      hideDSN: false,
      logger: false,
      disabledCommands: [...(startTls ? [] : ['STARTTLS']), ...(authenticate ? [] : ['AUTH'])],
      closeTimeout: 1_000,
    };
  }

  #handlers(): SMTPServerOptions {
    return {
      onConnect: (_session, done) => this.#onConnect(done),

      onSecure: (socket, session, done) => {
        this.#sockets.set(session.id, socket);
        if ('authorized' in socket && socket.authorized) this.#certified.add(socket);
        done();
      },
      onClose: (session) => {
        this.#sockets.delete(session.id);
      },

      onAuth: (auth, session, done) => this.#onAuth(auth, session, done),
      onMailFrom: (_address, session, done) => answer(this.#mailFrom(session), done),
      onRcptTo: ({ address }, session, done) => answer(this.#rcptTo(address, session), done),
      onData: (stream, session, done) => this.#onData(stream, session, done),
    };
  }

  #onConnect(done: Done): void {
    const action = this.#faults.take('connect');
    if (!action) {
      done();
      return;
    }

    // Before the greeting there is no session socket yet: refusing is how this server cuts.
    done(replyError('reply' in action ? action.reply : { code: 421, text: '4.3.2 Closing' }));
  }

  #onAuth(
    auth: SMTPServerAuthentication,
    session: SMTPServerSession,
    done: (error: Error | null | undefined, response?: SMTPServerAuthenticationResponse) => void,
  ): void {
    const user = auth.username ?? '';

    this.#isAuthenticated(auth, user, session).then(
      (ok) => done(null, ok ? { user } : { data: { status: '401', schemes: 'bearer' } }),
      () => done(replyError({ code: 454, text: '4.7.0 Temporary authentication failure' })),
    );
  }

  async #isAuthenticated(auth: SMTPServerAuthentication, user: string, session: SMTPServerSession): Promise<boolean> {
    const { authenticate } = this.#options;
    if (!authenticate) return false;

    const accessToken = auth.accessToken ?? null;
    return authenticate({ method: auth.method, user, accessToken, clientCertificate: this.#isCertified(session) });
  }

  async #mailFrom(session: SMTPServerSession): Promise<void> {
    if (!session.secure && this.#options.takesPlain !== true) {
      throw replyError({ code: 530, text: '5.7.0 Must issue a STARTTLS command first' });
    }
    if (this.#options.authenticate && session.user === undefined && !this.#isCertified(session)) {
      throw replyError({ code: 530, text: '5.7.0 Authentication required' });
    }

    await this.#play(this.#faults.take('mail'), session);
  }

  async #rcptTo(address: string, session: SMTPServerSession): Promise<void> {
    await this.#play(this.#faults.take('rcpt'), session);

    const refusal = this.#options.recipient?.(address);
    if (refusal) throw replyError(refusal);
  }

  /** Reads a message, up to the limit; a planned fault cuts in the middle of it. */
  #onData(stream: SMTPServerDataStream, session: SMTPServerSession, done: Done): void {
    const cutHalfway = this.#faults.take('data-half') !== undefined;
    const chunks: Buffer[] = [];
    let length = 0;
    let failed = false;

    stream.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (cutHalfway) {
        if (!failed) this.#sockets.get(session.id)?.destroy();
        failed = true;
      } else if (length <= this.#maxMessageBytes) {
        chunks.push(chunk);
      }
    });

    // A cut gives an error and never an end.
    stream.on('error', () => {
      failed = true;
    });
    stream.on('end', () => {
      if (!failed) answer(this.#takeMessage(stream, session, chunks), done);
    });
  }

  /** After the final dot: takes the message, unless a fault loses it, then replies. */
  async #takeMessage(stream: SMTPServerDataStream, session: SMTPServerSession, chunks: Buffer[]): Promise<void> {
    if (stream.sizeExceeded) throw replyError({ code: 552, text: '5.3.4 Message too big' });

    const action = this.#faults.take('data-end');
    if (!action || ('keep' in action && action.keep)) {
      const mail = receivedMail(session, Buffer.concat(chunks), this.#isCertified(session));
      if (this.#options.onMessage) await this.#options.onMessage(mail);
      else this.#received.push(mail);
    }

    await this.#play(action, session);
  }

  /** Resolves when the dialogue goes on, rejects with a reply, or never settles. */
  async #play(action: MailFaultAction | undefined, session: SMTPServerSession): Promise<void> {
    if (!action) return;
    if ('reply' in action) throw replyError(action.reply);

    const socket = this.#sockets.get(session.id);
    if (action.cut === 'half-reply') socket?.write('250 2.', () => socket.destroy());
    if (action.cut === 'close') socket?.destroy();
    await never;
  }

  #isCertified(session: SMTPServerSession): boolean {
    const socket = this.#sockets.get(session.id);
    return socket !== undefined && this.#certified.has(socket);
  }
}

/**
 * Starts an SMTP receiver on 127.0.0.1 only: STARTTLS, client certificate, XOAUTH2, SIZE, DSN
 * parameters, and faults played on purpose. A message is taken only when its final dot has been
 * read.
 *
 * @throws TerrESanteError `TE_CONFIG_INVALID` when it cannot listen.
 *
 * @group Simulator
 */
export async function createMailServer(options: MailServerOptions): Promise<MailServer> {
  const library = await import('smtp-server');
  const server = new SimulatedMailServer(options, library.SMTPServer);

  await server.listen(options.port ?? 0);
  return server;
}
