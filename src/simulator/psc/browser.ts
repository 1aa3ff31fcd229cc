import { get } from 'node:https';
import { TerrESanteError } from '../../errors.ts';
import { readingLater } from '../../internal/border.ts';

const maxRedirections = 10;

/** A browser that only follows redirections, with its cookies. */
export class Browser {
  readonly #ca: string;
  readonly #cookies = new Map<string, string>();

  /** @param ca - Authorities of the server, in PEM. */
  constructor(ca: string) {
    this.#ca = ca;
  }

  /** Follows redirections until one leads to the wanted address, which is given and not opened. */
  async followUntil(url: string, wanted: string): Promise<string> {
    let current = url;

    for (let hop = 0; hop < maxRedirections; hop += 1) {
      if (current.startsWith(wanted)) return current;
      if (!/^https:\/\//i.test(current) || !URL.canParse(current)) {
        throw new TerrESanteError('TE_PROTOCOL', 'Une adresse https était attendue.');
      }
      // An address may pass as one and still be refused when it is opened.
      const address = current;
      current = await readingLater('authorizationUrl', () => this.#open(address));
    }

    throw new TerrESanteError('TE_PROTOCOL', 'Trop de redirections.');
  }

  /** Opens one page and gives the address it redirects to. */
  #open(url: string): Promise<string> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');

    return new Promise((resolve, reject) => {
      get(url, { ca: this.#ca, headers: { cookie } }, (answer) => {
        answer.resume();
        this.#keepCookies(answer.headers['set-cookie'] ?? []);

        const { location } = answer.headers;
        if (location === undefined) reject(notARedirection(answer.statusCode ?? 0));
        else if (URL.canParse(location, url)) resolve(new URL(location, url).href);
        else reject(notARedirection(answer.statusCode ?? 0));
      }).on('error', () => reject(new TerrESanteError('TE_UNAVAILABLE', 'La page est injoignable.')));
    });
  }

  #keepCookies(lines: readonly string[]): void {
    for (const line of lines) {
      const { name, value } = /^(?<name>[^=]+)=(?<value>[^;]*)/.exec(line)?.groups ?? {};
      if (name !== undefined && value !== undefined) this.#cookies.set(name, value);
    }
  }
}

function notARedirection(status: number): TerrESanteError {
  return new TerrESanteError('TE_PROTOCOL', 'Une redirection était attendue.', { details: { status } });
}
