import { CKA, CKF, CKM_SHA256_RSA_PKCS, CKO, CKR, CKU_USER } from './constants.ts';
import { Pkcs11Failure, step, toFailure } from './failure.ts';
import type { Pkcs11Module } from './module.ts';
import { CardObjects, hex, quietly, type CardObject } from './objects.ts';

/** One slot as the module lists it; `ckr` when its token cannot be read. */
export interface SlotView {
  readonly slot: string;
  readonly name: string;
  readonly tokenPresent: boolean;
  readonly flags: number | null;
  readonly ckr: number | null;
}

/** Public content of one token. */
export interface CardContent {
  readonly slot: string;
  readonly flags: number;
  readonly certificates: readonly CardObject[];
  readonly infoPs: Uint8Array | null;
}

const keyLabels: readonly string[] = ['CPS_PRIV_SIG', 'CPS_PRIV_AUT'];
const practiceLabel = /^CPS_ACTIVITY_(0[1-9]|1[0-6])_PS$/;
/** `CKS_RO_USER_FUNCTIONS` and `CKS_RW_USER_FUNCTIONS`. */
const userStates: readonly number[] = [1, 3];

/**
 * What is done with one PKCS#11 module: the same in the child and in process. Calls must not
 * overlap.
 */
export class Engine {
  readonly #module: Pkcs11Module;
  readonly #objects: CardObjects;
  /**
   * Signing on a pool thread keeps the event loop free; a child has nothing else to do and signs at
   * once.
   */
  readonly #onPool: boolean;
  #owner = false;
  #session: { readonly handle: Uint8Array; readonly slot: Uint8Array } | null = null;
  #loggedIn = false;
  readonly #keys = new Map<string, Uint8Array>();

  constructor(module: Pkcs11Module, onPool: boolean) {
    this.#module = module;
    this.#objects = new CardObjects(module);
    this.#onPool = onPool;
  }

  open(library: string): void {
    try {
      this.#module.load(library);
    } catch (error) {
      const failure = toFailure(error, 'load');
      throw failure.reason === 'unexpected'
        ? new Pkcs11Failure({ step: 'load', reason: 'library-not-loaded' })
        : failure;
    }

    try {
      this.#module.C_Initialize({ flags: CKF.OS_LOCKING_OK });
      this.#owner = true;
    } catch (error) {
      // Another part of the process has initialised the library: it stays the one that finalises.
      const failure = toFailure(error, 'C_Initialize');
      if (failure.ckr !== CKR.CRYPTOKI_ALREADY_INITIALIZED) throw failure;
    }
  }

  slots(): SlotView[] {
    return step('C_GetSlotList', () => this.#module.C_GetSlotList(false)).map((slot) => this.#slotView(slot));
  }

  /** Certificates and public data; with `keep`, the session stays open for what follows. */
  read(slotHex: string, keep: boolean): CardContent {
    const slot = Buffer.from(slotHex, 'hex');
    if (keep) this.#drop();

    const { flags } = step('C_GetTokenInfo', () => this.#module.C_GetTokenInfo(slot));
    const handle = step('C_OpenSession', () => this.#module.C_OpenSession(slot, CKF.SERIAL_SESSION));
    let kept = false;

    try {
      const certificates = this.#objects.ofClass(handle, CKO.CERTIFICATE);
      const [infoPs] = this.#objects.ofClass(handle, CKO.DATA, 'CPS_INFO_PS');

      if (keep) this.#session = { handle, slot };
      kept = keep;
      return { slot: slotHex, flags, certificates, infoPs: infoPs?.value ?? null };
    } finally {
      if (!kept) quietly(() => this.#module.C_CloseSession(handle));
    }
  }

  /** Looks at the card again: throws when the session is gone. */
  state(): { flags: number; loggedIn: boolean } {
    const { handle, slot } = this.#open();

    const { state } = step('C_GetSessionInfo', () => this.#module.C_GetSessionInfo(handle));
    const info = step('C_GetSlotInfo', () => this.#module.C_GetSlotInfo(slot));
    if ((info.flags & CKF.TOKEN_PRESENT) === 0) {
      throw new Pkcs11Failure({ step: 'C_GetSlotInfo', ckr: CKR.TOKEN_NOT_PRESENT });
    }

    const { flags } = step('C_GetTokenInfo', () => this.#module.C_GetTokenInfo(slot));
    return { flags, loggedIn: this.#loggedIn && userStates.includes(state) };
  }

  /** Presents the PIN once; `null` for a reader with its own pad. The bytes are zeroed. */
  login(pin: Uint8Array | null): void {
    try {
      const { handle } = this.#open();
      if ((this.state().flags & CKF.USER_PIN_LOCKED) !== 0) {
        throw new Pkcs11Failure({ step: 'C_GetTokenInfo', ckr: CKR.PIN_LOCKED });
      }

      // So that the PIN is really compared: a login that is open would answer "already" to any PIN.
      // The login belongs to the whole process: one opened elsewhere stays, and is refused below.
      if (this.#loggedIn) quietly(() => this.logout());

      step('C_Login', () => this.#present(handle, pin));
      this.#loggedIn = true;
      this.#keys.clear();
    } finally {
      pin?.fill(0);
    }
  }

  async sign(keyId: string, data: Uint8Array): Promise<Uint8Array> {
    const { handle } = this.#open();
    const key = this.#key(handle, keyId);
    step('C_SignInit', () => this.#module.C_SignInit(handle, { mechanism: CKM_SHA256_RSA_PKCS }, key));

    const input = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const output = Buffer.alloc(1024);
    if (!this.#onPool) return step('C_Sign', () => this.#module.C_Sign(handle, input, output));

    try {
      return await this.#module.C_SignAsync(handle, input, output);
    } catch (error) {
      throw toFailure(error, 'C_Sign');
    }
  }

  practices(): { index: number; value: Uint8Array }[] {
    const { handle } = this.#open();
    this.#requireLogin(handle);

    return this.#objects
      .ofClass(handle, CKO.DATA)
      .flatMap(({ label, value }) => {
        const index = practiceLabel.exec(label)?.[1];
        return index === undefined ? [] : [{ index: Number(index), value }];
      })
      .sort((a, b) => a.index - b.index);
  }

  logout(): void {
    if (!this.#session || !this.#loggedIn) return;
    const { handle } = this.#session;
    this.#loggedIn = false;
    this.#keys.clear();
    step('C_Logout', () => this.#module.C_Logout(handle));
  }

  close(): void {
    this.#drop();
    if (this.#owner) quietly(() => this.#module.C_Finalize());
    this.#owner = false;
    quietly(() => this.#module.close());
  }

  #drop(): void {
    const session = this.#session;
    if (!session) return;
    if (this.#loggedIn) quietly(() => this.#module.C_Logout(session.handle));
    this.#loggedIn = false;
    this.#keys.clear();
    this.#session = null;
    quietly(() => this.#module.C_CloseSession(session.handle));
  }

  #open(): { readonly handle: Uint8Array; readonly slot: Uint8Array } {
    if (!this.#session) throw new Pkcs11Failure({ step: 'session', reason: 'not-open' });
    return this.#session;
  }

  /** Private keys are invisible before the login, without an error: tell the two cases apart. */
  #requireLogin(handle: Uint8Array): void {
    const { state } = step('C_GetSessionInfo', () => this.#module.C_GetSessionInfo(handle));
    if (this.#loggedIn && userStates.includes(state)) return;
    this.#loggedIn = false;
    throw new Pkcs11Failure({ step: 'C_GetSessionInfo', ckr: CKR.USER_NOT_LOGGED_IN });
  }

  /** The bytes themselves, to a module that takes them: a text of the PIN would stay in memory. */
  #present(handle: Uint8Array, pin: Uint8Array | null): void {
    if (this.#module.pinAsBytes === true) {
      if (pin) this.#module.C_Login(handle, CKU_USER, pin);
      else this.#module.C_Login(handle, CKU_USER);
      return;
    }

    // The middleware takes an empty text for "no PIN" on a pad; pkcs11js wants an argument.
    this.#module.C_Login(handle, CKU_USER, pin ? Buffer.from(pin).toString('utf8') : '');
  }

  /** The private key whose `CKA_ID` is that of a certificate. */
  #key(handle: Uint8Array, id: string): Uint8Array {
    const known = this.#keys.get(id);
    if (known) return known;

    this.#requireLogin(handle);
    const key = this.#findKey(handle, id);
    this.#keys.set(id, key);
    return key;
  }

  /** Several keys may bear one identifier: the label then shows which is the card's own. */
  #findKey(handle: Uint8Array, id: string): Uint8Array {
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

  /** A reader whose token cannot be read is listed with the number of its error. */
  #slotView(slot: Uint8Array): SlotView {
    const unread = { slot: hex(slot), name: '', tokenPresent: false, flags: null, ckr: null };

    let info: { readonly slotDescription: string; readonly flags: number };
    try {
      info = this.#module.C_GetSlotInfo(slot);
    } catch (error) {
      return { ...unread, ckr: toFailure(error, 'C_GetSlotInfo').ckr };
    }

    const name = info.slotDescription.replaceAll('\0', ' ').trim();
    if ((info.flags & CKF.TOKEN_PRESENT) === 0) return { ...unread, name };

    try {
      const { flags } = this.#module.C_GetTokenInfo(slot);
      return { ...unread, name, tokenPresent: true, flags };
    } catch (error) {
      const { ckr } = toFailure(error, 'C_GetTokenInfo');
      return { ...unread, name, tokenPresent: ckr !== CKR.TOKEN_NOT_PRESENT, ckr };
    }
  }
}
