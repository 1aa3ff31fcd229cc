import { CardKeys } from './card-keys.ts';
import { CKF, CKM_SHA256_RSA_PKCS, CKO, CKR, CKU_USER } from './constants.ts';
import { Pkcs11Failure, step, toFailure } from './failure.ts';
import type { Pkcs11Module } from './module.ts';
import { CardObjects, quietly, type CardObject } from './objects.ts';
import { slotViews, type SlotView } from './slots.ts';
import {
  leaveLibrary,
  libraryKey,
  sharedLibrary,
  tokenLogin,
  type SharedLibrary,
  type TokenLogin,
} from './shared-library.ts';

/** Public content of one token. */
export interface CardContent {
  readonly slot: string;
  readonly flags: number;
  readonly certificates: readonly CardObject[];
  readonly infoPs: Uint8Array | null;
}

const practiceLabel = /^CPS_ACTIVITY_(0[1-9]|1[0-6])_PS$/;
/** `CKS_RO_USER_FUNCTIONS` and `CKS_RW_USER_FUNCTIONS`. */
const userStates: readonly number[] = [1, 3];

/** The session that stays open, and the login shared by all sessions on its token. */
interface OpenSession {
  readonly handle: Uint8Array;
  readonly slot: Uint8Array;
  readonly login: TokenLogin;
}

/**
 * What is done with one PKCS#11 module: the same in the child and in process. Calls must not
 * overlap.
 */
export class Engine {
  readonly #module: Pkcs11Module;
  readonly #objects: CardObjects;
  /** Signing on a pool thread keeps the event loop free; a child has nothing else to do. */
  readonly #onPool: boolean;
  /** True for an object that the host loaded: several engines may hold the same one. */
  readonly #given: boolean;
  #library: { readonly key: unknown; readonly shared: SharedLibrary } | null = null;
  #session: OpenSession | null = null;
  /** The card answered "not logged in" under a login that is open: only a new one settles it. */
  #doubted = false;
  readonly #keys: CardKeys;

  constructor(module: Pkcs11Module, { onPool, given = false }: { onPool: boolean; given?: boolean }) {
    this.#module = module;
    this.#objects = new CardObjects(module);
    this.#keys = new CardKeys(this.#objects);
    this.#onPool = onPool;
    this.#given = given;
  }

  /** The login on the token of the session that is open. */
  get token(): TokenLogin | null {
    return this.#session?.login ?? null;
  }

  open(library: string): void {
    const key = this.#given ? this.#module : libraryKey(library);
    const shared = sharedLibrary(key);
    const first = shared.users.size === 0;
    shared.users.add(this);
    this.#library = { key, shared };

    try {
      if (first || !this.#given) this.#load(library);
      this.#initialise(shared);
    } catch (error) {
      this.#library = null;
      leaveLibrary(key, this);
      throw error;
    }
  }

  slots(): SlotView[] {
    return slotViews(this.#module);
  }

  /** Certificates and public data; with `keep`, the session stays open for what follows. */
  read(slotHex: string, keep: boolean): CardContent {
    const slot = Buffer.from(slotHex, 'hex');
    if (keep) this.#drop();

    const { flags } = step('C_GetTokenInfo', () => this.#module.C_GetTokenInfo(slot));
    const handle = step('C_OpenSession', () => this.#module.C_OpenSession(slot, CKF.SERIAL_SESSION));
    const login = this.#library && tokenLogin(this.#library.shared, slotHex);
    let kept = false;

    try {
      const certificates = this.#objects.ofClass(handle, CKO.CERTIFICATE);
      const [infoPs] = this.#objects.ofClass(handle, CKO.DATA, 'CPS_INFO_PS');

      if (keep && login) this.#session = { handle, slot, login };
      kept = this.#session?.handle === handle;
      return { slot: slotHex, flags, certificates, infoPs: infoPs?.value ?? null };
    } finally {
      if (!kept) quietly(() => this.#module.C_CloseSession(handle));
    }
  }

  /** Looks at the card again: throws when the session is gone. */
  state(): { flags: number; loggedIn: boolean } {
    const { handle, slot } = this.#open();

    const open = this.#isTokenOpen(handle);
    const info = step('C_GetSlotInfo', () => this.#module.C_GetSlotInfo(slot));
    if ((info.flags & CKF.TOKEN_PRESENT) === 0) {
      throw new Pkcs11Failure({ step: 'C_GetSlotInfo', ckr: CKR.TOKEN_NOT_PRESENT });
    }

    const { flags } = step('C_GetTokenInfo', () => this.#module.C_GetTokenInfo(slot));
    return { flags, loggedIn: open && this.#loggedIn };
  }

  /**
   * Takes part in a login that is open on the token already, made by another provider of this
   * process or by the host itself; false when there is none, or the card no longer believes in it.
   */
  join(): boolean {
    const { handle, login } = this.#open();
    if (!this.#isTokenOpen(handle)) {
      // Whoever believed in a login finds out by its next call.
      login.users.clear();
      return false;
    }

    const others = [...login.users].some((user) => user !== this);
    if (this.#doubted && !others) return false;

    if (login.users.size === 0) login.ours = false;
    login.users.add(this);
    this.#doubted = false;
    return true;
  }

  /** Presents the PIN once; `null` for a reader with its own pad. The bytes are zeroed. */
  login(pin: Uint8Array | null): void {
    try {
      const { handle, login } = this.#open();
      if ((this.state().flags & CKF.USER_PIN_LOCKED) !== 0) {
        throw new Pkcs11Failure({ step: 'C_GetTokenInfo', ckr: CKR.PIN_LOCKED });
      }

      // So that the PIN is really compared: a login that is open would answer "already" to any PIN.
      if (this.#loggedIn) quietly(() => this.logout(true));

      if (!this.#takes(handle, pin)) return;
      login.users.clear();
      login.users.add(this);
      login.count += 1;
      login.ours = true;
      this.#doubted = false;
    } finally {
      pin?.fill(0);
    }
  }

  async sign(keyId: string, data: Uint8Array): Promise<Uint8Array> {
    const { handle, login } = this.#open();
    if (!this.#loggedIn || !this.#keys.holds(keyId, login.count)) this.#requireLogin(handle);
    const key = this.#keys.key(handle, keyId, login.count);

    try {
      step('C_SignInit', () => this.#module.C_SignInit(handle, { mechanism: CKM_SHA256_RSA_PKCS }, key));
      return await this.#sign(handle, data);
    } catch (error) {
      const failure = toFailure(error, 'C_Sign');
      if (failure.ckr === CKR.USER_NOT_LOGGED_IN) this.#doubted = true;
      throw failure;
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

  /**
   * Gives the login up. It ends with the last who uses it, or for all when the holder asks for it.
   * A login that the host made itself is left to the host.
   */
  logout(forAll: boolean): void {
    if (!this.#session || !this.#loggedIn) return;
    const { handle, login } = this.#session;

    login.users.delete(this);
    if (forAll) login.users.clear();
    if (login.users.size === 0 && login.ours) step('C_Logout', () => this.#module.C_Logout(handle));
  }

  close(): void {
    this.#drop();
    const library = this.#library;
    this.#library = null;
    if (!library) return;

    const last = leaveLibrary(library.key, this);
    if (last && library.shared.initialised) quietly(() => this.#module.C_Finalize());
    if (last || !this.#given) quietly(() => this.#module.close());
  }

  get #loggedIn(): boolean {
    return this.#session?.login.users.has(this) ?? false;
  }

  #load(library: string): void {
    try {
      this.#module.load(library);
    } catch (error) {
      const failure = toFailure(error, 'load');
      throw failure.reason === 'unexpected'
        ? new Pkcs11Failure({ step: 'load', reason: 'library-not-loaded' })
        : failure;
    }
  }

  /** A library that the host has initialised itself stays the host's to finalise. */
  #initialise(shared: SharedLibrary): void {
    try {
      this.#module.C_Initialize({ flags: CKF.OS_LOCKING_OK });
      shared.initialised = true;
    } catch (error) {
      const failure = toFailure(error, 'C_Initialize');
      if (failure.ckr !== CKR.CRYPTOKI_ALREADY_INITIALIZED) throw failure;
    }
  }

  #drop(): void {
    const session = this.#session;
    if (!session) return;

    quietly(() => this.logout(false));
    this.#session = null;
    this.#doubted = false;
    this.#keys.clear();
    quietly(() => this.#module.C_CloseSession(session.handle));
  }

  #open(): OpenSession {
    if (!this.#session) throw new Pkcs11Failure({ step: 'session', reason: 'not-open' });
    return this.#session;
  }

  /** What the token says, whoever presented the PIN. */
  #isTokenOpen(handle: Uint8Array): boolean {
    const { state } = step('C_GetSessionInfo', () => this.#module.C_GetSessionInfo(handle));
    return userStates.includes(state);
  }

  /** Private keys are invisible before the login, without an error: tell the two cases apart. */
  #requireLogin(handle: Uint8Array): void {
    if (this.#loggedIn && this.#isTokenOpen(handle)) return;
    this.#session?.login.users.delete(this);
    throw new Pkcs11Failure({ step: 'C_GetSessionInfo', ckr: CKR.USER_NOT_LOGGED_IN });
  }

  async #sign(handle: Uint8Array, data: Uint8Array): Promise<Uint8Array> {
    const input = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const output = Buffer.alloc(1024);
    return this.#onPool ? this.#module.C_SignAsync(handle, input, output) : this.#module.C_Sign(handle, input, output);
  }

  /** Presents the PIN; false when the token was opened by somebody else while it was asked. */
  #takes(handle: Uint8Array, pin: Uint8Array | null): boolean {
    try {
      step('C_Login', () => this.#present(handle, pin));
      return true;
    } catch (error) {
      if (toFailure(error, 'C_Login').ckr === CKR.USER_ALREADY_LOGGED_IN && this.join()) return false;
      throw error;
    }
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
}
