import type { Socket } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { listen, loopback } from '../listen.ts';

/** A mailbox that is read over POP3. */
export interface Pop3Account {
  readonly user: string;
  readonly password: string;
  /** The messages, oldest first; one that was there stays in its place. */
  readonly mails: () => readonly Uint8Array[];
}

/** Options of {@link Pop3Server}. */
export interface Pop3Options {
  readonly certPem: string;
  readonly keyPem: string;
  readonly accounts: readonly Pop3Account[];
  /** Told of each message that was fetched whole, by its number from 1. */
  readonly onFetch?: ((user: string, number: number) => void) | undefined;
}

const crlf = '\r\n';

/**
 * The mailbox of a practice over POP3 and TLS (RFC 1939, RFC 8314): the mail protocol that every
 * language has a client of. On 127.0.0.1 only.
 */
export class Pop3Server {
  readonly host = loopback;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #removed = new Map<string, Set<number>>();
  #port = 0;

  constructor(options: Pop3Options) {
    const { certPem, keyPem } = options;
    this.#server = createServer({ cert: certPem, key: keyPem, minVersion: 'TLSv1.2' }, (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      serve(socket, new Pop3Dialogue(options, this.#removed));
    });
  }

  get port(): number {
    return this.#port;
  }

  async listen(port = 0): Promise<void> {
    this.#port = await listen(this.#server, port);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** Longest line of a command (RFC 2449, section 4). */
const maxLine = 255;

function serve(socket: Socket, dialogue: Pop3Dialogue): void {
  let waiting = '';
  socket.setEncoding('latin1');
  socket.write(`+OK simulateur${crlf}`);

  socket.on('data', (chunk: string) => {
    waiting += chunk;
    for (let end = waiting.indexOf('\n'); end >= 0; end = waiting.indexOf('\n')) {
      const line = waiting.slice(0, end).trimEnd();
      waiting = waiting.slice(end + 1);
      socket.write(dialogue.answer(line), 'latin1');
      if (dialogue.isOver) socket.end();
    }
    if (waiting.length > maxLine) socket.destroy();
  });
}

interface Listed {
  readonly number: number;
  readonly place: number;
  readonly bytes: Uint8Array;
}

/** One connection: the list is that of its login, as RFC 1939 wants it. */
class Pop3Dialogue {
  readonly #options: Pop3Options;
  readonly #removed: Map<string, Set<number>>;
  readonly #deleted = new Set<number>();
  #user = '';
  #listed: readonly Listed[] | null = null;
  isOver = false;

  constructor(options: Pop3Options, removed: Map<string, Set<number>>) {
    this.#options = options;
    this.#removed = removed;
  }

  /** @returns the whole reply, with its line ends */
  answer(line: string): string {
    const [verb = '', ...words] = line.split(' ');
    const command = verb.toUpperCase();
    if (command === 'QUIT') return this.#quit();
    if (command === 'CAPA') return lines('+OK', ['USER', 'UIDL', 'TOP']);
    if (command === 'NOOP') return ok();
    if (this.#listed === null) return this.#login(command, words.join(' '));
    return this.#transaction(command, words, this.#listed);
  }

  #login(command: string, value: string): string {
    if (command === 'USER') {
      this.#user = value;
      return ok();
    }
    if (command !== 'PASS') return refused();

    const account = this.#options.accounts.find(({ user, password }) => user === this.#user && password === value);
    if (!account) return refused();
    const gone = this.#removed.get(account.user);
    this.#listed = account
      .mails()
      .map((bytes, place) => ({ bytes, place }))
      .filter(({ place }) => !gone?.has(place))
      .map((mail, index) => ({ ...mail, number: index + 1 }));
    return ok();
  }

  #transaction(command: string, words: readonly string[], listed: readonly Listed[]): string {
    const here = listed.filter(({ number }) => !this.#deleted.has(number));
    const [first] = words;
    const mail = here.find(({ number }) => String(number) === first);

    switch (command) {
      case 'STAT':
        return ok(`${here.length} ${here.reduce((total, { bytes }) => total + bytes.length, 0)}`);
      case 'LIST':
        return scan(here, mail, first, ({ bytes }) => String(bytes.length));
      case 'UIDL':
        return scan(here, mail, first, ({ place }) => `m${place + 1}`);
      case 'RETR':
        if (mail) this.#options.onFetch?.(this.#user, mail.place + 1);
        return mail ? lines('+OK', textLines(mail.bytes)) : refused();
      case 'TOP':
        return mail ? lines('+OK', topOf(textLines(mail.bytes), Number(words[1]))) : refused();
      case 'DELE':
        if (mail) this.#deleted.add(mail.number);
        return mail ? ok() : refused();
      case 'RSET':
        this.#deleted.clear();
        return ok();
      default:
        return refused();
    }
  }

  #quit(): string {
    this.isOver = true;
    const gone = this.#removed.get(this.#user) ?? new Set();
    for (const { number, place } of this.#listed ?? []) if (this.#deleted.has(number)) gone.add(place);
    if (this.#listed) this.#removed.set(this.#user, gone);
    return ok();
  }
}

const ok = (text = ''): string => `+OK ${text}`.trimEnd() + crlf;
const refused = (): string => `-ERR${crlf}`;

/** A reply of several lines; a line that begins with a dot gets another one. */
function lines(first: string, rest: readonly string[]): string {
  return [first, ...rest.map((line) => (line.startsWith('.') ? `.${line}` : line)), '.', ''].join(crlf);
}

function scan(
  here: readonly Listed[],
  mail: Listed | undefined,
  asked: string | undefined,
  of: (mail: Listed) => string,
): string {
  if (asked === undefined) {
    return lines(
      '+OK',
      here.map((each) => `${each.number} ${of(each)}`),
    );
  }
  return mail ? ok(`${mail.number} ${of(mail)}`) : refused();
}

function textLines(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString('latin1');
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}

function topOf(all: readonly string[], count: number): readonly string[] {
  const blank = all.indexOf('');
  return all.slice(0, blank < 0 ? all.length : blank + 1 + (Number.isSafeInteger(count) ? count : 0));
}
