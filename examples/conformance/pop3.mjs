// A mailbox over POP3 and TLS, read whole: the wire of RFC 1939, nothing else.
import { connect } from 'node:tls';

/**
 * @param {{ host: string, port: number, serverName: string, ca: string, user: string, password: string }} options
 * @returns {Promise<{ id: string, bytes: Buffer }[]>} every message, oldest first
 */
export async function readMailbox({ host, port, serverName, ca, user, password }) {
  const socket = connect({ host, port, servername: serverName, ca, minVersion: 'TLSv1.2' });
  const dialogue = new Dialogue(socket);

  try {
    await dialogue.line();
    await dialogue.command(`USER ${user}`);
    await dialogue.command(`PASS ${password}`);
    const listed = await dialogue.block('UIDL');

    const mails = [];
    for (const entry of listed.toString('latin1').split('\r\n').filter(Boolean)) {
      const [number, id] = entry.split(' ');
      mails.push({ id, bytes: await dialogue.block(`RETR ${number}`) });
    }
    await dialogue.command('QUIT');
    return mails;
  } finally {
    socket.destroy();
  }
}

class Dialogue {
  #socket;
  #text = '';
  #wake = () => undefined;
  #error = null;

  constructor(socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      this.#text += chunk;
      this.#wake();
    });
    socket.on('error', (error) => {
      this.#error = error;
      this.#wake();
    });
    socket.on('close', () => {
      this.#error ??= new Error('La boîte aux lettres a fermé la connexion.');
      this.#wake();
    });
  }

  line() {
    return this.#until('\r\n');
  }

  async command(line) {
    this.#socket.write(`${line}\r\n`);
    const reply = await this.line();
    if (!reply.startsWith('+OK')) throw new Error('La boîte aux lettres a refusé la demande.');
    return reply;
  }

  /** The lines after the first one, up to the dot that ends them. */
  async block(line) {
    await this.command(line);
    const text = await this.#until('\r\n.\r\n', '\r\n');
    return Buffer.from(text.replaceAll(/(^|\r\n)\.\./g, '$1.'), 'latin1');
  }

  /** @param kept - what of the end belongs to the text */
  async #until(end, kept = '') {
    // An empty block is the dot alone.
    const isEmptyBlock = () => kept !== '' && this.#text.startsWith('.\r\n');
    while (!this.#text.includes(end) && !isEmptyBlock()) {
      if (this.#error) throw this.#error;
      await new Promise((resolve) => (this.#wake = resolve));
    }
    if (isEmptyBlock()) {
      this.#text = this.#text.slice(3);
      return '';
    }
    const place = this.#text.indexOf(end);
    const found = this.#text.slice(0, place) + kept;
    this.#text = this.#text.slice(place + end.length);
    return found;
  }
}
