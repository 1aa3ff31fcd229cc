import { createPrivateKey, sign } from 'node:crypto';
import type { Pkcs11Module } from '../../auth/index.ts';
import type { MockFault, MockFunction } from './model.ts';
import type { MockStore, StoredCard } from './state.ts';

const ckr = {
  SLOT_ID_INVALID: 0x3,
  ATTRIBUTE_TYPE_INVALID: 0x12,
  KEY_HANDLE_INVALID: 0x60,
  MECHANISM_INVALID: 0x70,
  OBJECT_HANDLE_INVALID: 0x82,
  OPERATION_ACTIVE: 0x90,
  OPERATION_NOT_INITIALIZED: 0x91,
  PIN_INCORRECT: 0xa0,
  PIN_LOCKED: 0xa4,
  SESSION_HANDLE_INVALID: 0xb3,
  TOKEN_NOT_PRESENT: 0xe0,
  TOKEN_NOT_RECOGNIZED: 0xe1,
  USER_ALREADY_LOGGED_IN: 0x100,
  USER_NOT_LOGGED_IN: 0x101,
  USER_PIN_NOT_INITIALIZED: 0x102,
  CRYPTOKI_NOT_INITIALIZED: 0x190,
  CRYPTOKI_ALREADY_INITIALIZED: 0x191,
} as const;

/** Thrown as `pkcs11js` throws: `code` is the number. */
class MockPkcs11Error extends Error {
  readonly code: number;

  constructor(code: number, name: string) {
    super(`${name}:${code}`);
    this.code = code;
  }
}

function fail(name: keyof typeof ckr): never {
  throw new MockPkcs11Error(ckr[name], `CKR_${name}`);
}

interface Session {
  readonly reader: number;
  readonly card: number;
  readonly generation: number;
  search: Uint8Array[] | null;
  signWith: string | null;
}

interface MockObject {
  readonly handle: number;
  readonly class: number;
  readonly id: Buffer | null;
  readonly label: string;
  readonly value: Buffer | null;
  readonly pem: string | null;
  readonly secret: boolean;
}

function objectsOf(card: StoredCard): MockObject[] {
  const plain = { id: null, value: null, pem: null, secret: false };
  const id = (last: number): Buffer => Buffer.from([0, last]);
  return [
    ...card.certificates.map((one) => ({
      ...plain,
      class: 1,
      id: id(one.id),
      label: one.label,
      value: Buffer.from(one.value, 'base64'),
    })),
    ...card.keys.map((one) => ({
      ...plain,
      class: 3,
      id: id(one.id),
      label: one.label,
      pem: one.pem,
      secret: card.kind === 'cps',
    })),
    ...card.data.map((one) => ({
      ...plain,
      class: 0,
      label: one.label,
      value: Buffer.from(one.value, 'base64'),
      secret: one.secret,
    })),
  ].map((object, index) => ({ ...object, handle: 100 + index }));
}

const toHandle = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(value);
  return bytes;
};
const fromHandle = (bytes: Uint8Array): number => Buffer.from(bytes).readUInt32LE();

const forever = (): void => {
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};

/** Behaves as the middleware of the card does, faults included, without native code. */
export class MockPkcs11 implements Pkcs11Module {
  readonly calls: string[] = [];
  #store: MockStore | null;
  readonly #open: (path: string) => MockStore;
  #initialised = false;
  #nextSession = 1;
  readonly #sessions = new Map<number, Session>();
  /** Readers whose card took the PIN, with the generation it was. */
  readonly #loggedIn = new Map<number, number>();

  constructor(open: (path: string) => MockStore) {
    this.#open = open;
    this.#store = null;
  }

  load(path: string): void {
    this.#store = this.#open(path);
  }

  close(): void {
    this.#store = null;
  }

  C_Initialize(): void {
    this.#enter('C_Initialize', false);
    if (this.#initialised) fail('CRYPTOKI_ALREADY_INITIALIZED');
    this.#initialised = true;
  }

  C_Finalize(): void {
    this.#enter('C_Finalize');
    this.#initialised = false;
    this.#sessions.clear();
    this.#loggedIn.clear();
  }

  C_GetSlotList(tokenPresent = false): Uint8Array[] {
    this.#enter('C_GetSlotList');
    return this.#state(({ readers }) =>
      readers.flatMap(({ card }, reader) => (card === null && tokenPresent ? [] : [toHandle(reader)])),
    );
  }

  C_GetSlotInfo(slot: Uint8Array): { slotDescription: string; flags: number } {
    this.#enter('C_GetSlotInfo');
    const { reader, card } = this.#reader(slot);
    return { slotDescription: `Lecteur fictif ${reader + 1}`, flags: card === null ? 0 : 1 };
  }

  C_GetTokenInfo(slot: Uint8Array): { flags: number } {
    this.#enter('C_GetTokenInfo');
    const { card } = this.#reader(slot);
    if (card === null) return fail('TOKEN_NOT_PRESENT');
    if (this.#card(card).kind === 'vitale') fail('TOKEN_NOT_RECOGNIZED');
    const tries = this.#state(({ triesLeft }) => triesLeft[card] ?? 0);
    return {
      flags:
        (this.#setup().pinPad ? 0x100 : 0) |
        (tries < 3 ? 0x10000 : 0) |
        (tries === 1 ? 0x20000 : 0) |
        (tries === 0 ? 0x40000 : 0),
    };
  }

  C_OpenSession(slot: Uint8Array): Uint8Array {
    this.#enter('C_OpenSession');
    const { reader, card, generation } = this.#reader(slot);
    if (card === null) return fail('TOKEN_NOT_PRESENT');
    if (this.#card(card).kind === 'vitale') fail('TOKEN_NOT_RECOGNIZED');
    const handle = this.#nextSession++;
    this.#sessions.set(handle, { reader, card, generation, search: null, signWith: null });
    return toHandle(handle);
  }

  C_CloseSession(session: Uint8Array): void {
    this.#enter('C_CloseSession');
    const { reader } = this.#session(session);
    this.#sessions.delete(fromHandle(session));
    if (![...this.#sessions.values()].some((other) => other.reader === reader)) this.#loggedIn.delete(reader);
  }

  C_GetSessionInfo(session: Uint8Array): { state: number } {
    this.#enter('C_GetSessionInfo');
    return { state: this.#isLoggedIn(this.#session(session)) ? 1 : 0 };
  }

  C_Login(session: Uint8Array, _userType: number, pin = ''): void {
    this.#enter('C_Login', true, session);
    const current = this.#session(session);
    const { card, reader, generation } = current;
    if (this.#card(card).kind === 'contactless') fail('USER_PIN_NOT_INITIALIZED');
    if (this.#isLoggedIn(current)) fail('USER_ALREADY_LOGGED_IN');
    const setup = this.#setup();
    const verdict = this.#state(({ triesLeft }) => {
      const left = triesLeft[card] ?? 0;
      if (left === 0) return 'PIN_LOCKED';
      // The middleware refuses another length before the card counts a try.
      if (!setup.pinPad && pin.length !== setup.pin.length) return 'PIN_INCORRECT';
      if (!setup.pinPad && pin !== setup.pin) {
        triesLeft[card] = left - 1;
        return 'PIN_INCORRECT';
      }
      triesLeft[card] = 3;
      return null;
    });
    if (verdict !== null) fail(verdict);
    this.#loggedIn.set(reader, generation);
  }

  C_Logout(session: Uint8Array): void {
    this.#enter('C_Logout', true, session);
    const current = this.#session(session);
    if (!this.#isLoggedIn(current)) fail('USER_NOT_LOGGED_IN');
    this.#loggedIn.delete(current.reader);
  }

  C_FindObjectsInit(session: Uint8Array, template: { type: number; value?: number | Uint8Array }[]): void {
    this.#enter('C_FindObjectsInit', true, session);
    const current = this.#session(session);
    if (current.search) fail('OPERATION_ACTIVE');
    const matches = (object: MockObject): boolean =>
      template.every(({ type, value }) => {
        if (type === 0x0) return object.class === value;
        const wanted = Buffer.from(value as Uint8Array);
        return type === 0x3 ? wanted.equals(Buffer.from(object.label)) : (object.id?.equals(wanted) ?? false);
      });
    current.search = this.#visible(current)
      .filter(matches)
      .map(({ handle }) => toHandle(handle));
  }

  C_FindObjects(session: Uint8Array, maxObjectCount: number): Uint8Array[] {
    this.#enter('C_FindObjects', true, session);
    const { search } = this.#session(session);
    return search ? search.splice(0, maxObjectCount) : fail('OPERATION_NOT_INITIALIZED');
  }

  C_FindObjectsFinal(session: Uint8Array): void {
    this.#enter('C_FindObjectsFinal', true, session);
    this.#session(session).search = null;
  }

  C_GetAttributeValue(
    session: Uint8Array,
    object: Uint8Array,
    template: { type: number }[],
  ): { type: number; value: Uint8Array }[] {
    this.#enter('C_GetAttributeValue', true, session);
    const found = this.#visible(this.#session(session)).find(({ handle }) => handle === fromHandle(object));
    if (!found) return fail('OBJECT_HANDLE_INVALID');
    return template.map(({ type }) => {
      const value =
        type === 0x3 ? Buffer.from(found.label) : type === 0x102 ? found.id : type === 0x11 ? found.value : null;
      return value ? { type, value } : fail('ATTRIBUTE_TYPE_INVALID');
    });
  }

  C_SignInit(session: Uint8Array, { mechanism }: { mechanism: number }, key: Uint8Array): void {
    this.#enter('C_SignInit', true, session);
    const current = this.#session(session);
    if (current.signWith !== null) fail('OPERATION_ACTIVE');
    if (mechanism !== 0x40) fail('MECHANISM_INVALID');
    if (!this.#isLoggedIn(current)) fail('USER_NOT_LOGGED_IN');
    const found = this.#visible(current).find(({ handle, pem }) => handle === fromHandle(key) && pem !== null);
    current.signWith = found?.pem ?? fail('KEY_HANDLE_INVALID');
  }

  C_Sign(session: Uint8Array, data: Uint8Array): Uint8Array {
    if (this.#enter('C_Sign', true, session) === 'hang') forever();
    return this.#signature(session, data);
  }

  async C_SignAsync(session: Uint8Array, data: Uint8Array): Promise<Uint8Array> {
    if (this.#enter('C_Sign', true, session) === 'hang') await new Promise(() => undefined);
    return this.#signature(session, data);
  }

  #signature(session: Uint8Array, data: Uint8Array): Uint8Array {
    const current = this.#session(session);
    const pem = current.signWith ?? fail('OPERATION_NOT_INITIALIZED');
    current.signWith = null;
    return sign('sha256', data, createPrivateKey(pem));
  }

  /** Counts the call, then lets the script speak. */
  #enter(name: Exclude<MockFunction, 'C_SignAsync'>, mustRun = true, session?: Uint8Array): 'hang' | undefined {
    this.calls.push(name);
    if (mustRun && !this.#initialised) fail('CRYPTOKI_NOT_INITIALIZED');
    const fault = this.#state(({ faults }) => {
      for (const entry of faults) {
        if (entry.fault.on !== name) continue;
        if (entry.after > 0) {
          entry.after -= 1;
          continue;
        }
        if (entry.times === 0) continue;
        entry.times -= 1;
        return entry.fault;
      }
      return undefined;
    });
    return fault && this.#apply(fault, session);
  }

  #apply({ do: kind, on }: MockFault, session: Uint8Array | undefined): 'hang' | undefined {
    const current = session && this.#sessions.get(fromHandle(session));
    const reader = current?.reader ?? 0;
    if (current) current.signWith = on === 'C_Sign' ? null : current.signWith;
    const change = (card: number | null): void =>
      this.#state(({ readers }) => {
        const entry = readers[reader];
        if (!entry) return;
        entry.card = card;
        entry.generation += 1;
      });
    if (kind === 'hang') {
      if (on !== 'C_Sign') forever();
      return 'hang';
    }
    if (kind === 'crash') {
      if (process.platform === 'win32') process.abort();
      process.kill(process.pid, 'SIGSEGV');
      forever();
    }
    if (kind === 'reset') {
      this.#loggedIn.delete(reader);
      return fail('USER_NOT_LOGGED_IN');
    }
    if (kind === 'remove') {
      change(null);
      return fail('TOKEN_NOT_PRESENT');
    }
    if (typeof kind === 'object' && 'replaceBy' in kind) {
      change(kind.replaceBy);
      return fail('SESSION_HANDLE_INVALID');
    }
    if (typeof kind === 'object') {
      throw new MockPkcs11Error(kind.ckr, kind.ckr >= 0x80000000 ? 'CKR_VENDOR_DEFINED' : 'CKR_MOCK');
    }
    return undefined;
  }

  #setup(): ReturnType<MockStore['setup']> {
    return this.#store?.setup() ?? fail('CRYPTOKI_NOT_INITIALIZED');
  }

  #state<T>(
    use: Parameters<MockStore['update']>[0] extends (state: infer State) => unknown ? (state: State) => T : never,
  ): T {
    return this.#store ? this.#store.update(use) : fail('CRYPTOKI_NOT_INITIALIZED');
  }

  #card(index: number): StoredCard {
    return this.#setup().cards[index] ?? fail('TOKEN_NOT_PRESENT');
  }

  #reader(slot: Uint8Array): { reader: number; card: number | null; generation: number } {
    const reader = fromHandle(slot);
    return this.#state(({ readers }) => {
      const entry = readers[reader];
      return entry ? { reader, ...entry } : fail('SLOT_ID_INVALID');
    });
  }

  #session(handle: Uint8Array): Session {
    const session = this.#sessions.get(fromHandle(handle)) ?? fail('SESSION_HANDLE_INVALID');
    const { card, generation } = this.#reader(toHandle(session.reader));
    if (card !== session.card || generation !== session.generation) fail('SESSION_HANDLE_INVALID');
    return session;
  }

  #isLoggedIn({ reader, generation }: Session): boolean {
    return this.#loggedIn.get(reader) === generation;
  }

  #visible(session: Session): MockObject[] {
    const open = this.#isLoggedIn(session);
    return objectsOf(this.#card(session.card)).filter(({ secret }) => open || !secret);
  }
}
