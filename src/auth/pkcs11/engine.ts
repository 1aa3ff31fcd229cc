import { CKA, CKF, CKM_SHA256_RSA_PKCS, CKO, CKR, CKU_USER } from './constants.ts';
import { Pkcs11Failure, toFailure } from './failure.ts';
import type { Pkcs11Module } from './module.ts';

/** One slot as the module lists it; `ckr` when its token cannot be read. */
export interface SlotView {
  readonly slot: string;
  readonly name: string;
  readonly tokenPresent: boolean;
  readonly flags: number | null;
  readonly ckr: number | null;
}

export interface CardObject {
  /** `CKA_ID` in hexadecimal. */
  readonly id: string;
  readonly label: string;
  readonly value: Uint8Array;
}

/** Public content of one token. */
export interface CardContent {
  readonly slot: string;
  readonly flags: number;
  readonly certificates: readonly CardObject[];
  readonly infoPs: Uint8Array | null;
}

const maxObjects = 128;
const maxObjectBytes = 65_536;
const signatureKeyLabel = 'CPS_PRIV_SIG';
const authenticationKeyLabel = 'CPS_PRIV_AUT';
const practiceLabel = /^CPS_ACTIVITY_(0[1-9]|1[0-6])_PS$/;
/** `CKS_RO_USER_FUNCTIONS` and `CKS_RW_USER_FUNCTIONS`. */
const userStates: readonly number[] = [1, 3];

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function step<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toFailure(error, name);
  }
}

/**
 * What is done with one PKCS#11 module: the same in the child and in process. Calls must not
 * overlap.
 */
export class Engine {
  readonly #module: Pkcs11Module;
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
    this.#onPool = onPool;
  }

  open(library: string): void {
    try {
      this.#module.load(library);
    } catch (error) {
      const failure = toFailure(error, 'load');
      throw failure.ckr === null ? new Pkcs11Failure({ step: 'load', reason: 'library-not-loaded' }) : failure;
    }
    try {
      this.#module.C_Initialize({ flags: CKF.OS_LOCKING_OK });
      this.#owner = true;
    } catch (error) {
      const failure = toFailure(error, 'C_Initialize');
      if (failure.ckr !== CKR.CRYPTOKI_ALREADY_INITIALIZED) throw failure;
    }
  }

  slots(): SlotView[] {
    return step('C_GetSlotList', () => this.#module.C_GetSlotList(false)).map((slot) => {
      const unreadable = (error: unknown, name: string): SlotView => ({
        slot: hex(slot),
        name,
        tokenPresent: false,
        flags: null,
        ckr: toFailure(error, 'C_GetSlotInfo').ckr,
      });
      let name = '';
      let tokenPresent: boolean;
      try {
        const info = this.#module.C_GetSlotInfo(slot);
        name = info.slotDescription.replaceAll('\0', ' ').trim();
        tokenPresent = (info.flags & CKF.TOKEN_PRESENT) !== 0;
      } catch (error) {
        return unreadable(error, name);
      }
      if (!tokenPresent) return { slot: hex(slot), name, tokenPresent, flags: null, ckr: null };
      try {
        return { slot: hex(slot), name, tokenPresent, flags: this.#module.C_GetTokenInfo(slot).flags, ckr: null };
      } catch (error) {
        const { ckr } = toFailure(error, 'C_GetTokenInfo');
        return { slot: hex(slot), name, tokenPresent: ckr !== CKR.TOKEN_NOT_PRESENT, flags: null, ckr };
      }
    });
  }

  /** Certificates and public data; with `keep`, the session stays open for what follows. */
  read(slotHex: string, keep: boolean): CardContent {
    const slot = Buffer.from(slotHex, 'hex');
    if (keep) this.#drop();
    const { flags } = step('C_GetTokenInfo', () => this.#module.C_GetTokenInfo(slot));
    const handle = step('C_OpenSession', () => this.#module.C_OpenSession(slot, CKF.SERIAL_SESSION));
    let kept = false;
    try {
      const content = {
        slot: slotHex,
        flags,
        certificates: this.#objects(handle, CKO.CERTIFICATE),
        infoPs: this.#objects(handle, CKO.DATA, 'CPS_INFO_PS')[0]?.value ?? null,
      };
      if (keep) this.#session = { handle, slot };
      kept = keep;
      return content;
    } finally {
      if (!kept) this.#quietly(() => this.#module.C_CloseSession(handle));
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
      if (this.#loggedIn) this.#quietly(() => this.logout());
      // The middleware takes an empty text for "no PIN" on a pad; pkcs11js wants an argument.
      step('C_Login', () => this.#module.C_Login(handle, CKU_USER, pin ? Buffer.from(pin).toString('utf8') : ''));
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
    return this.#objects(handle, CKO.DATA)
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
    if (this.#owner) this.#quietly(() => this.#module.C_Finalize());
    this.#owner = false;
    this.#quietly(() => this.#module.close());
  }

  #drop(): void {
    const session = this.#session;
    if (!session) return;
    if (this.#loggedIn) this.#quietly(() => this.#module.C_Logout(session.handle));
    this.#loggedIn = false;
    this.#keys.clear();
    this.#session = null;
    this.#quietly(() => this.#module.C_CloseSession(session.handle));
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

  #key(handle: Uint8Array, id: string): Uint8Array {
    const known = this.#keys.get(id);
    if (known) return known;
    this.#requireLogin(handle);
    const found = this.#find(handle, [
      { type: CKA.CLASS, value: CKO.PRIVATE_KEY },
      { type: CKA.ID, value: Buffer.from(id, 'hex') },
    ]);
    let [key] = found;
    if (!key) throw new Pkcs11Failure({ step: 'C_FindObjects', reason: 'key-absent' });
    if (found.length > 1) {
      const named = found.filter((object) =>
        [signatureKeyLabel, authenticationKeyLabel].includes(this.#text(handle, object, CKA.LABEL)),
      );
      if (named.length !== 1 || !named[0]) throw new Pkcs11Failure({ step: 'C_FindObjects', reason: 'key-ambiguous' });
      key = named[0];
    }
    this.#keys.set(id, key);
    return key;
  }

  #find(handle: Uint8Array, template: { type: number; value: number | Uint8Array }[]): Uint8Array[] {
    step('C_FindObjectsInit', () => this.#module.C_FindObjectsInit(handle, template));
    try {
      return step('C_FindObjects', () => this.#module.C_FindObjects(handle, maxObjects));
    } finally {
      this.#quietly(() => this.#module.C_FindObjectsFinal(handle));
    }
  }

  #objects(handle: Uint8Array, kind: number, label?: string): CardObject[] {
    const template = [
      { type: CKA.CLASS, value: kind },
      ...(label === undefined ? [] : [{ type: CKA.LABEL, value: Buffer.from(label, 'utf8') }]),
    ];
    return this.#find(handle, template).flatMap((object) => {
      const value = this.#attribute(handle, object, CKA.VALUE);
      if (!value || value.length > maxObjectBytes) return [];
      const id = kind === CKO.CERTIFICATE ? hex(this.#attribute(handle, object, CKA.ID) ?? new Uint8Array()) : '';
      return [{ id, label: label ?? this.#text(handle, object, CKA.LABEL), value }];
    });
  }

  #text(handle: Uint8Array, object: Uint8Array, type: number): string {
    const bytes = this.#attribute(handle, object, type);
    return bytes ? Buffer.from(bytes).toString('utf8').replaceAll('\0', '').trim() : '';
  }

  /** An object without the attribute is no failure: `null`. */
  #attribute(handle: Uint8Array, object: Uint8Array, type: number): Uint8Array | null {
    try {
      const [attribute] = this.#module.C_GetAttributeValue(handle, object, [{ type }]);
      return attribute ? new Uint8Array(attribute.value) : null;
    } catch (error) {
      const failure = toFailure(error, 'C_GetAttributeValue');
      if (failure.ckr === CKR.ATTRIBUTE_TYPE_INVALID || failure.ckr === CKR.ATTRIBUTE_SENSITIVE) return null;
      throw failure;
    }
  }

  #quietly(work: () => void): void {
    try {
      work();
    } catch {
      // The card may be gone: what remains is released with the process.
    }
  }
}
