import { CKA, CKO } from './constants.ts';
import { Pkcs11Failure } from './failure.ts';
import type { CardObjects } from './objects.ts';

const keyLabels: readonly string[] = ['CPS_PRIV_SIG', 'CPS_PRIV_AUT'];

/** The private keys of a card, found once for each login: the next one gives them other handles. */
export class CardKeys {
  readonly #objects: CardObjects;
  readonly #found = new Map<string, Uint8Array>();
  #login = 0;

  constructor(objects: CardObjects) {
    this.#objects = objects;
  }

  clear(): void {
    this.#found.clear();
  }

  /** Whether a key was found under this login: it takes no look at the card to use it. */
  holds(id: string, login: number): boolean {
    return this.#login === login && this.#found.has(id);
  }

  /** The private key whose `CKA_ID` is that of a certificate. */
  key(handle: Uint8Array, id: string, login: number): Uint8Array {
    if (this.#login !== login) this.clear();
    this.#login = login;

    const known = this.#found.get(id);
    if (known) return known;

    const key = this.#find(handle, id);
    this.#found.set(id, key);
    return key;
  }

  /** Several keys may bear one identifier: the label then shows which is the card's own. */
  #find(handle: Uint8Array, id: string): Uint8Array {
    const found = this.#objects.find(handle, [
      { type: CKA.CLASS, value: CKO.PRIVATE_KEY },
      { type: CKA.ID, value: Buffer.from(id, 'hex') },
    ]);
    const [first, ...others] = found;
    if (!first) throw new Pkcs11Failure({ step: 'C_FindObjects', reason: 'key-absent' });
    if (others.length === 0) return first;

    const [named, ...otherNamed] = found.filter((object) => keyLabels.includes(this.#objects.label(handle, object)));
    if (!named || otherNamed.length > 0) {
      throw new Pkcs11Failure({ step: 'C_FindObjects', reason: 'key-ambiguous' });
    }
    return named;
  }
}
