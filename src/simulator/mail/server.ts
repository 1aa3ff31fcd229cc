import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import { TerrESanteError } from '../../errors.ts';
import type {
  MailFaultAction,
  MailFaultPoint,
  MailReply,
  MailServer,
  MailServerOptions,
  ReceivedMail,
} from './model.ts';

const localhost = '127.0.0.1';

function replyError({ code, text }: MailReply): Error {
  return Object.assign(new Error(text), { responseCode: code });
}

/** Never settles: the client waits until its own deadline. */
const never: Promise<never> = new Promise(() => undefined);

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
  const { SMTPServer } = await import('smtp-server');
  const { tls, maxMessageBytes = 15 * 1_024 * 1_024, startTls = true } = options;
  const clientCertificate = tls.clientCertificate ?? 'none';
  const kept: ReceivedMail[] = [];
  const injected: { at: MailFaultPoint; action: MailFaultAction; times: number }[] = [];
  const sockets = new Map<string, Duplex>();
  const authorized = new WeakSet<Duplex>();

  const faultAt = (at: MailFaultPoint): MailFaultAction | undefined => {
    const found = injected.find((fault) => fault.at === at);
    if (!found) return options.fault?.(at);
    found.times -= 1;
    if (found.times <= 0) injected.splice(injected.indexOf(found), 1);
    return found.action;
  };
  /** Resolves when the dialogue goes on, rejects with a reply, or never settles. */
  const play = async (action: MailFaultAction | undefined, sessionId: string): Promise<void> => {
    if (!action) return;
    if ('reply' in action) throw replyError(action.reply);
    const socket = sockets.get(sessionId);
    if (action.cut === 'half-reply') socket?.write('250 2.', () => socket.destroy());
    if (action.cut === 'close') socket?.destroy();
    await never;
  };
  const answer = (work: Promise<void>, callback: (error?: Error | null) => void): void => {
    work.then(
      () => callback(),
      (error: unknown) =>
        callback(error instanceof Error ? error : replyError({ code: 451, text: '4.3.0 Local error' })),
    );
  };
  const hasCertificate = (sessionId: string): boolean => {
    const socket = sockets.get(sessionId);
    return socket !== undefined && authorized.has(socket);
  };

  const server = new SMTPServer({
    name: 'simulateur.mssante.fr',
    banner: 'simulateur',
    key: tls.keyPem,
    cert: tls.certPem,
    ...(tls.caPem !== undefined && { ca: tls.caPem }),
    minVersion: 'TLSv1.2',
    requestCert: clientCertificate !== 'none',
    rejectUnauthorized: clientCertificate === 'required',
    size: maxMessageBytes,
    authOptional: true,
    authMethods: ['XOAUTH2'],
    disableReverseLookup: true,
    hideDSN: false,
    logger: false,
    disabledCommands: [...(startTls ? [] : ['STARTTLS']), ...(options.authenticate ? [] : ['AUTH'])],
    closeTimeout: 1_000,
    onConnect(_session, callback) {
      const action = faultAt('connect');
      // Before the greeting there is no session socket yet: refusing is how this server cuts.
      if (!action) callback();
      else callback(replyError('reply' in action ? action.reply : { code: 421, text: '4.3.2 Closing' }));
    },
    onSecure(socket, session, callback) {
      sockets.set(session.id, socket);
      if ('authorized' in socket && socket.authorized) authorized.add(socket);
      callback();
    },
    onClose(session) {
      sockets.delete(session.id);
    },
    onAuth(auth, session, callback) {
      const check = async (): Promise<boolean> =>
        (await options.authenticate?.({
          method: auth.method,
          user: auth.username ?? '',
          accessToken: auth.accessToken ?? null,
          clientCertificate: hasCertificate(session.id),
        })) ?? false;
      check().then(
        (ok) =>
          ok
            ? callback(null, { user: auth.username ?? '' })
            : callback(null, { data: { status: '401', schemes: 'bearer' } }),
        () => callback(replyError({ code: 454, text: '4.7.0 Temporary authentication failure' })),
      );
    },
    onMailFrom(_address, session, callback) {
      const work = async (): Promise<void> => {
        if (!session.secure) throw replyError({ code: 530, text: '5.7.0 Must issue a STARTTLS command first' });
        if (options.authenticate && session.user === undefined && !hasCertificate(session.id)) {
          throw replyError({ code: 530, text: '5.7.0 Authentication required' });
        }
        await play(faultAt('mail'), session.id);
      };
      answer(work(), callback);
    },
    onRcptTo({ address }, session, callback) {
      const work = async (): Promise<void> => {
        await play(faultAt('rcpt'), session.id);
        const refusal = options.recipient?.(address);
        if (refusal) throw replyError(refusal);
      };
      answer(work(), callback);
    },
    onData(stream, session, callback) {
      const half = faultAt('data-half');
      const chunks: Buffer[] = [];
      let length = 0;
      let failed = false;
      stream.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (half) {
          if (!failed) sockets.get(session.id)?.destroy();
          failed = true;
        } else if (length <= maxMessageBytes) chunks.push(chunk);
      });
      // A cut gives an error and never an end.
      stream.on('error', () => {
        failed = true;
      });
      stream.on('end', () => {
        if (failed) return;
        const work = async (): Promise<void> => {
          if (stream.sizeExceeded) throw replyError({ code: 552, text: '5.3.4 Message too big' });
          const action = faultAt('data-end');
          if (!action || ('keep' in action && action.keep)) {
            const { mailFrom, rcptTo } = session.envelope;
            const parameters = (mailFrom || undefined)?.args as Record<string, unknown> | undefined | false;
            const parameter = (name: string): string | null => {
              const value = parameters ? parameters[name] : undefined;
              return typeof value === 'string' ? value : null;
            };
            const announced = Number(parameter('SIZE') ?? 'NaN');
            const mail: ReceivedMail = {
              from: mailFrom ? mailFrom.address : '',
              to: rcptTo.map(({ address }) => address),
              envelopeId: parameter('ENVID'),
              announcedBytes: Number.isSafeInteger(announced) ? announced : null,
              clientCertificate: hasCertificate(session.id),
              user: typeof session.user === 'string' ? session.user : null,
              bytes: Buffer.concat(chunks, length),
            };
            if (options.onMessage) await options.onMessage(mail);
            else kept.push(mail);
          }
          await play(action, session.id);
        };
        answer(work(), callback);
      });
    },
  });
  // A client that leaves in the middle is an ordinary event here.
  server.on('error', () => undefined);

  await new Promise<void>((resolve, reject) => {
    const failed = (): void =>
      reject(new TerrESanteError('TE_CONFIG_INVALID', 'Le serveur de messagerie simulé ne peut pas écouter.'));
    server.once('error', failed);
    server.listen(options.port ?? 0, localhost, () => {
      server.off('error', failed);
      resolve();
    });
  });
  const { port } = server.server.address() as AddressInfo;
  return {
    host: localhost,
    port,
    received: () => [...kept],
    inject(at, action, times = 1) {
      injected.push({ at, action, times });
    },
    async close() {
      for (const socket of sockets.values()) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
