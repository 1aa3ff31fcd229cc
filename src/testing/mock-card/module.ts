import { createPrivateKey, sign } from 'node:crypto';
import type { Pkcs11Module } from '../../auth/index.ts';
import { fail, MockPkcs11Error } from './errors.ts';
import { crash, forever, takeFault, type FaultyFunction } from './faults.ts';
import type { MockFault } from './model.ts';
import { attributeOf, fromHandle, matches, objectsOf, toHandle, type MockObject } from './objects.ts';
import { comparePin, tokenFlags, triesOf } from './pin.ts';
import type { MockState, MockStore, StoredCard } from './state.ts';

const CKF_TOKEN_PRESENT = 0x1;
const CKM_SHA256_RSA_PKCS = 0x40;

interface Session {
  readonly reader: number;
  readonly card: number;
  readonly generation: number;
  search: Uint8Array[] | null;
  signWith: string | null;
}

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
    return { slotDescription: `Lecteur fictif ${reader + 1}`, flags: card === null ? 0 : CKF_TOKEN_PRESENT };
  }

  C_GetTokenInfo(slot: Uint8Array): { flags: number } {
    this.#enter('C_GetTokenInfo');

    const { card } = this.#reader(slot);
    if (card === null) return fail('TOKEN_NOT_PRESENT');
    if (this.#card(card).kind === 'vitale') fail('TOKEN_NOT_RECOGNIZED');

    const { pinPad } = this.#setup();
    return { flags: this.#state((state) => tokenFlags(triesOf(state, card), pinPad)) };
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
    const verdict = this.#state((state) => comparePin(state, setup, card, pin));
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

    current.search = this.#visible(current)
      .filter((object) => matches(object, template))
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

    return template.map(({ type }) => ({ type, value: attributeOf(found, type) ?? fail('ATTRIBUTE_TYPE_INVALID') }));
  }

  C_SignInit(session: Uint8Array, { mechanism }: { mechanism: number }, key: Uint8Array): void {
    this.#enter('C_SignInit', true, session);

    const current = this.#session(session);
    if (current.signWith !== null) fail('OPERATION_ACTIVE');
    if (mechanism !== CKM_SHA256_RSA_PKCS) fail('MECHANISM_INVALID');
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

  /** Counts the call, then plays the fault that the script has for it. */
  #enter(name: FaultyFunction, mustRun = true, session?: Uint8Array): 'hang' | undefined {
    this.calls.push(name);
    if (mustRun && !this.#initialised) fail('CRYPTOKI_NOT_INITIALIZED');

    const fault = this.#state(({ faults }) => takeFault(faults, name));
    return fault && this.#play(fault, session);
  }

  #play({ do: kind, on }: MockFault, handle: Uint8Array | undefined): 'hang' | undefined {
    const session = handle && this.#sessions.get(fromHandle(handle));
    const reader = session?.reader ?? 0;
    // A failed signature ends the operation.
    if (session && on === 'C_Sign') session.signWith = null;

    switch (kind) {
      case 'hang':
        if (on !== 'C_Sign') forever();
        return 'hang';

      case 'crash':
        return crash();

      case 'reset':
        this.#loggedIn.delete(reader);
        return fail('USER_NOT_LOGGED_IN');

      case 'remove':
        this.#put(null, reader);
        return fail('TOKEN_NOT_PRESENT');

      default:
        if ('ckr' in kind) {
          throw new MockPkcs11Error(kind.ckr, kind.ckr >= 0x80000000 ? 'CKR_VENDOR_DEFINED' : 'CKR_MOCK');
        }
        this.#put(kind.replaceBy, reader);
        return fail('SESSION_HANDLE_INVALID');
    }
  }

  /** Puts a card into a reader, or takes it out; sessions of before are dead. */
  #put(card: number | null, reader: number): void {
    this.#state(({ readers }) => {
      const entry = readers[reader];
      if (!entry) return;

      entry.card = card;
      entry.generation += 1;
    });
  }

  #setup(): ReturnType<MockStore['setup']> {
    return this.#store?.setup() ?? fail('CRYPTOKI_NOT_INITIALIZED');
  }

  #state<T>(use: (state: MockState) => T): T {
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
