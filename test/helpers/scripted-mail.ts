import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';

import type { KeyAndCertificate } from './mail-pki.ts';

/** A small mail server of 127.0.0.1 that answers as its script says. */
export interface ScriptedServer {
  readonly port: number;
  /** Lines that clients sent, secrets included. */
  readonly lines: readonly string[];
  readonly connections: number;
  close(): Promise<void>;
}

/**
 * What to answer instead of the usual: lines, `drop` cuts the connection, `end` closes our half of
 * it, `mute` says nothing more, `drip` sends one byte at a time for ever.
 */
export type Reply = readonly string[] | 'drop' | 'end' | 'mute' | 'drip';

/** The dialogue of one connection. */
export interface Dialogue {
  /** `null`: as usual. */
  answer(line: string, connection: number): Reply | null;
}

interface Session {
  begin(): void;
  take(line: string): void;
  /**
   * Bytes that are no line, such as those of a message: how many of them were taken, -1 to wait for
   * more.
   */
  takeRaw?(buffer: string): number;
}

async function listen(
  tls: KeyAndCertificate,
  isClear: boolean,
  open: (line: Line, number: number) => Session,
): Promise<ScriptedServer> {
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;

  const accept = (socket: Socket): void => {
    connections += 1;
    socket.on('error', () => undefined);
    const line = new Line(socket, tls, lines);
    line.run(open(line, connections));
  };
  const server = isClear
    ? createServer({ allowHalfOpen: true }, accept)
    : createTlsServer({ ...pair(tls), allowHalfOpen: true }, accept);
  // Those of a handshake that did not end, too.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    port: (server.address() as AddressInfo).port,
    lines,
    get connections() {
      return connections;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const pair = ({ certPem, keyPem }: KeyAndCertificate): { cert: string; key: string } => ({
  cert: certPem,
  key: keyPem,
});

/** One connection, clear or encrypted. */
class Line {
  readonly #tls: KeyAndCertificate;
  readonly #lines: string[];
  #socket: Socket;
  #isMute = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, tls: KeyAndCertificate, lines: string[]) {
    this.#socket = socket;
    this.#tls = tls;
    this.#lines = lines;
  }

  run(session: Session): void {
    let buffer = '';
    this.#socket.on('close', () => clearInterval(this.#timer));
    this.#socket.on('data', (bytes: Buffer) => {
      buffer += bytes.toString('latin1');
      for (;;) {
        const taken = session.takeRaw?.(buffer) ?? 0;
        if (taken < 0) return;
        if (taken > 0) {
          buffer = buffer.slice(taken);
          continue;
        }
        const end = buffer.indexOf('\r\n');
        if (end < 0) return;
        const text = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        this.#lines.push(text);
        session.take(text);
      }
    });
    session.begin();
  }

  note(text: string): void {
    this.#lines.push(text);
  }

  /** From here on the same dialogue goes on encrypted. */
  encrypt(session: Session): void {
    this.#socket.removeAllListeners('data');
    this.#socket = new TLSSocket(this.#socket, { isServer: true, ...pair(this.#tls) });
    this.#socket.on('error', () => undefined);
    this.run({ ...session, begin: () => undefined });
  }

  say(reply: Reply): void {
    if (this.#isMute) return;
    if (typeof reply === 'object') {
      for (const text of reply) this.#socket.write(`${text}\r\n`);
      return;
    }
    if (reply === 'drop') this.#socket.destroy();
    if (reply === 'end') this.#socket.end();
    this.#isMute = true;
    // Never a whole line.
    if (reply === 'drip') this.#timer = setInterval(() => this.#socket.write('x'), 20);
  }
}

/** Part of a message, as the scripted IMAP server shows it. */
export interface ScriptedMessage {
  readonly uid: number;
  readonly headers?: string;
  readonly structure?: string;
  readonly size?: number;
  /** Sections by their name in capitals, such as `2`. */
  readonly sections?: Readonly<Record<string, string>>;
}

export interface ScriptedImapOptions extends Partial<Dialogue> {
  readonly tls: KeyAndCertificate;
  /** Starts in the clear and offers STARTTLS. @defaultValue `false` */
  readonly isClear?: boolean;
  readonly greeting?: Reply;
  readonly capabilities?: string;
  /** Replaces `capabilities` after the login. */
  readonly capabilitiesAfterLogin?: string;
  readonly messages?: ScriptedMessage[];
  /** @defaultValue `7`; `null`: none is given */
  readonly validity?: number | null;
}

const plainStructure = '("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1)';

/** A little IMAP server: one folder, messages that may be changed while it runs. */
export async function createScriptedImap(options: ScriptedImapOptions): Promise<ScriptedServer> {
  const { messages = [{ uid: 1 }, { uid: 2 }, { uid: 3 }], validity = 7, isClear = false } = options;

  return listen(options.tls, isClear, (line, number) => {
    let capabilities = options.capabilities ?? `IMAP4rev1 IDLE UIDPLUS AUTH=PLAIN${isClear ? ' STARTTLS' : ''}`;
    let idleTag: string | null = null;
    let loginTag: string | null = null;

    const usual = (tag: string, command: string): void => {
      const [verb = '', ...rest] = command.toUpperCase().split(' ');
      const done = `${tag} OK done`;

      if (verb === 'CAPABILITY') {
        line.say([`* CAPABILITY ${capabilities}`, done]);
        return;
      }
      if (verb === 'STARTTLS') {
        line.say([done]);
        line.encrypt(session);
        return;
      }
      if (verb === 'AUTHENTICATE' || verb === 'LOGIN') {
        capabilities = options.capabilitiesAfterLogin ?? capabilities;
        if (verb === 'LOGIN' || rest.length > 1) {
          line.say([done]);
          return;
        }
        loginTag = tag;
        line.say(['+ ']);
        return;
      }
      if (verb === 'LIST' || verb === 'LSUB') {
        line.say([`* ${verb} (\\HasNoChildren) "/" INBOX`, done]);
        return;
      }
      if (verb === 'SELECT') {
        const numbering = validity === null ? [] : [`* OK [UIDVALIDITY ${String(validity)}] numbered`];
        line.say([`* ${String(messages.length)} EXISTS`, '* 0 RECENT', ...numbering, `${tag} OK [READ-WRITE] open`]);
        return;
      }
      if (verb === 'IDLE') {
        idleTag = tag;
        line.say(['+ idling']);
        return;
      }
      if (verb === 'LOGOUT') {
        line.say(['* BYE bye', done]);
        return;
      }
      if (verb === 'UID') {
        uidCommand(tag, rest);
        return;
      }
      if (verb === 'NOOP' || verb === 'EXPUNGE') {
        line.say([done]);
        return;
      }
      line.say([`${tag} BAD unknown`]);
    };

    const uidCommand = (tag: string, [verb, ...rest]: readonly string[]): void => {
      if (verb === 'SEARCH') {
        const found =
          rest[0] === 'DELETED' ? [] : messages.map(({ uid }) => uid).filter((uid) => inRange(uid, rest[1] ?? '1:*'));
        line.say([`* SEARCH ${found.join(' ')}`.trimEnd(), `${tag} OK done`]);
        return;
      }
      if (verb === 'STORE') {
        line.say([`${tag} OK done`]);
        return;
      }
      if (verb === 'EXPUNGE') {
        const at = messages.findIndex(({ uid }) => String(uid) === rest[0]);
        if (at >= 0) messages.splice(at, 1);
        line.say(at >= 0 ? [`* ${String(at + 1)} EXPUNGE`, `${tag} OK done`] : [`${tag} OK done`]);
        return;
      }

      const index = messages.findIndex(({ uid }) => String(uid) === rest[0]);
      const message = messages[index];
      if (!message) {
        line.say([`${tag} OK done`]);
        return;
      }
      line.say([fetchAnswer(index + 1, message, rest.slice(1).join(' ')), `${tag} OK done`]);
    };

    const session: Session = {
      begin: () => line.say(options.greeting ?? [`* OK [CAPABILITY ${capabilities}] hello`]),
      take(text) {
        if (idleTag !== null) {
          const tag = idleTag;
          idleTag = null;
          line.say([`${tag} OK done`]);
          return;
        }
        const tag = loginTag ?? text.split(' ')[0] ?? '';
        const command = loginTag === null ? text.slice(tag.length + 1) : 'SASL';
        loginTag = null;

        const reply = options.answer?.(command, number) ?? null;
        if (reply !== null) {
          line.say(typeof reply === 'object' ? reply.map((item) => item.replace('TAG', tag)) : reply);
          return;
        }
        if (command === 'SASL') {
          line.say([`${tag} OK done`]);
          return;
        }
        usual(tag, command);
      },
    };
    return session;
  });
}

const inRange = (uid: number, range: string): boolean => {
  const [first = '1', last] = range.split(':');
  return last === '*' ? uid >= Number(first) : uid === Number(first);
};

function fetchAnswer(sequence: number, message: ScriptedMessage, query: string): string {
  const { uid, size = 100, structure = plainStructure } = message;
  const headers =
    message.headers ?? `From: a@c.mssante.fr\r\nSubject: essai\r\nMessage-ID: <m${String(uid)}@c.mssante.fr>\r\n\r\n`;
  const parts = [`UID ${String(uid)}`];
  if (query.includes('BODYSTRUCTURE')) parts.push(`RFC822.SIZE ${String(size)}`, `BODYSTRUCTURE ${structure}`);

  for (const [, section = '', from = '0'] of query.matchAll(/BODY\.PEEK\[([^\]]*)\](?:<(\d+)\.\d+>)?/g)) {
    const whole = section === 'HEADER' ? headers : (message.sections?.[section] ?? '');
    const piece = whole.slice(Number(from));
    parts.push(`BODY[${section}]<${from}> {${String(piece.length)}}\r\n${piece}`);
  }
  return `* ${String(sequence)} FETCH (${parts.join(' ')})`;
}

/** What a passage of the SMTP dialogue answers; a passage without a reply answers as usual. */
export interface ScriptedSmtpOptions {
  readonly tls: KeyAndCertificate;
  readonly isClear?: boolean;
  readonly replies?: Partial<Record<SmtpPassage, Reply>>;
  /** @defaultValue `['SIZE 10000000', 'DSN', 'AUTH PLAIN XOAUTH2']` */
  readonly extensions?: readonly string[];
}

export type SmtpPassage = 'greeting' | 'EHLO' | 'STARTTLS' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'end';

const smtpUsual: Readonly<Record<string, string>> = {
  greeting: '220 hello',
  STARTTLS: '220 go on',
  AUTH: '235 2.7.0 welcome',
  MAIL: '250 2.1.0 ok',
  RCPT: '250 2.1.5 ok',
  DATA: '354 go on',
  end: '250 2.0.0 taken',
  RSET: '250 ok',
  HELO: '250 hello',
  QUIT: '221 bye',
};

/** A little submission server that takes everything, but for what its script says. */
export async function createScriptedSmtp(options: ScriptedSmtpOptions): Promise<ScriptedServer> {
  const { isClear = false, replies = {}, extensions = ['SIZE 10000000', 'DSN', 'AUTH PLAIN XOAUTH2'] } = options;

  return listen(options.tls, isClear, (line) => {
    let isData = false;
    const say = (passage: string): void => {
      const reply = replies[passage as SmtpPassage];
      if (reply) {
        line.say(reply);
        return;
      }
      if (passage !== 'EHLO') {
        line.say([smtpUsual[passage] ?? '500 what']);
        return;
      }
      const offered = [...extensions, ...(isClear ? ['STARTTLS'] : [])];
      line.say([
        '250-localhost',
        ...offered.map((name, index) => `250${index === offered.length - 1 ? ' ' : '-'}${name}`),
      ]);
    };
    const session: Session = {
      begin: () => say('greeting'),
      take(text) {
        const verb = text.split(' ')[0]?.toUpperCase() ?? '';
        say(verb);
        if (verb === 'DATA' && (replies.DATA === undefined || String(replies.DATA).startsWith('354'))) isData = true;
        if (verb === 'STARTTLS' && !replies.STARTTLS) line.encrypt(session);
      },
      takeRaw(buffer) {
        if (!isData) return 0;
        const end = buffer.indexOf('\r\n.\r\n');
        if (end < 0) return -1;
        isData = false;
        line.note('.');
        say('end');
        return end + 5;
      },
    };
    return session;
  });
}
