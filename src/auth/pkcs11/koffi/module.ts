import { CKR } from '../constants.ts';
import { Pkcs11Failure } from '../failure.ts';
import type { Pkcs11Module } from '../module.ts';
import { functionsOf, type FunctionName, type FunctionTable } from './functions.ts';
import { layoutOf, type Layout } from './layout.ts';
import { hasRoomOnPool, type Koffi, type NativeLibrary } from './library.ts';
import { handleValue, UlongCells } from './ulong.ts';

/** More than any machine has readers: a larger count is garbage. */
const maxSlots = 256;
/**
 * More than any object of a card: a larger length is garbage, or an attempt to exhaust the memory.
 */
const maxAttributeBytes = 1_048_576;

/** Given by the library for an attribute that it does not have: `~0`, whatever the size. */
const isUnavailable = (length: number): boolean => length === 0xffffffff || length >= Number.MAX_SAFE_INTEGER;

/** An attribute as it lies in memory. */
interface NativeAttribute {
  type: number;
  pValue: Uint8Array | null;
  ulValueLen: number | bigint;
}

const text = (bytes: Iterable<number>): string => Buffer.from(Uint8Array.from(bytes)).toString('utf8');

/**
 * PKCS#11 through `koffi`, without code of ours to compile. What the library fills lies in our
 * memory.
 */
export class KoffiPkcs11 implements Pkcs11Module {
  readonly pinAsBytes = true;
  readonly #koffi: Koffi;
  readonly #layout: Layout;
  #library: NativeLibrary | null = null;
  #functions: FunctionTable | null = null;

  constructor(koffi: Koffi) {
    this.#koffi = koffi;
    this.#layout = layoutOf(koffi);
  }

  load(path: string): void {
    const library = this.#koffi.load(path);
    try {
      this.#functions = functionsOf(this.#koffi, library, this.#layout);
    } catch (error) {
      library.unload();
      throw error;
    }
    this.#library = library;
  }

  /**
   * The functions are forgotten before the library: the address of one that is gone would crash.
   */
  close(): void {
    const library = this.#library;
    this.#functions = null;
    this.#library = null;
    library?.unload();
  }

  C_Initialize({ flags = 0 }: { flags?: number } = {}): void {
    const none = { createMutex: null, destroyMutex: null, lockMutex: null, unlockMutex: null, reserved: null };
    this.#call('C_Initialize', { ...none, flags });
  }

  C_Finalize(): void {
    this.#call('C_Finalize', null);
  }

  C_GetSlotList(tokenPresent = false): Uint8Array[] {
    const present = tokenPresent ? 1 : 0;
    const count = this.#cells();
    this.#call('C_GetSlotList', present, null, count.bytes);

    const length = this.#atMost(maxSlots, count.number(), 'C_GetSlotList');
    if (length === 0) return [];

    // A reader may be plugged in between the two calls: room for some more.
    const room = length + 8;
    const slots = this.#cells(room);
    this.#call('C_GetSlotList', present, slots.bytes, count.set(room).bytes);

    const found = this.#atMost(room, count.number(), 'C_GetSlotList');
    return Array.from({ length: found }, (_, index) => slots.handle(index));
  }

  C_GetSlotInfo(slot: Uint8Array): { slotDescription: string; flags: number } {
    const info = {} as { slotDescription: Iterable<number>; flags: number | bigint };
    this.#call('C_GetSlotInfo', this.#handle(slot, 'C_GetSlotInfo'), info);
    return { slotDescription: text(info.slotDescription), flags: Number(info.flags) };
  }

  C_GetTokenInfo(slot: Uint8Array): { flags: number } {
    const info = {} as { flags: number | bigint };
    this.#call('C_GetTokenInfo', this.#handle(slot, 'C_GetTokenInfo'), info);
    return { flags: Number(info.flags) };
  }

  C_OpenSession(slot: Uint8Array, flags: number): Uint8Array {
    const session = this.#cells();
    this.#call('C_OpenSession', this.#handle(slot, 'C_OpenSession'), flags, null, null, session.bytes);
    return session.handle();
  }

  C_CloseSession(session: Uint8Array): void {
    this.#call('C_CloseSession', this.#handle(session, 'C_CloseSession'));
  }

  C_GetSessionInfo(session: Uint8Array): { state: number } {
    const info = {} as { state: number | bigint };
    this.#call('C_GetSessionInfo', this.#handle(session, 'C_GetSessionInfo'), info);
    return { state: Number(info.state) };
  }

  /**
   * The library reads the PIN where it lies: no copy is made here. Without a PIN the reader's pad
   * asks.
   */
  C_Login(session: Uint8Array, userType: number, pin?: string | Uint8Array): void {
    const bytes = typeof pin === 'string' ? Buffer.from(pin, 'utf8') : pin;
    this.#call('C_Login', this.#handle(session, 'C_Login'), userType, bytes ?? null, bytes?.length ?? 0);
  }

  C_Logout(session: Uint8Array): void {
    this.#call('C_Logout', this.#handle(session, 'C_Logout'));
  }

  C_FindObjectsInit(session: Uint8Array, template: { type: number; value?: number | Uint8Array }[]): void {
    const attributes = template.map(({ type, value }): NativeAttribute => {
      const bytes = typeof value === 'number' ? this.#cells().set(value).bytes : (value ?? null);
      return { type, pValue: bytes, ulValueLen: bytes?.length ?? 0 };
    });
    this.#call('C_FindObjectsInit', this.#handle(session, 'C_FindObjectsInit'), attributes, attributes.length);
  }

  C_FindObjects(session: Uint8Array, maxObjectCount: number): Uint8Array[] {
    const objects = this.#cells(maxObjectCount);
    const count = this.#cells();
    const handle = this.#handle(session, 'C_FindObjects');
    this.#call('C_FindObjects', handle, objects.bytes, maxObjectCount, count.bytes);

    const found = this.#atMost(maxObjectCount, count.number(), 'C_FindObjects');
    return Array.from({ length: found }, (_, index) => objects.handle(index));
  }

  C_FindObjectsFinal(session: Uint8Array): void {
    this.#call('C_FindObjectsFinal', this.#handle(session, 'C_FindObjectsFinal'));
  }

  C_GetAttributeValue(
    session: Uint8Array,
    object: Uint8Array,
    template: { type: number }[],
  ): { type: number; value: Uint8Array | undefined }[] {
    return template.map(({ type }) => ({ type, value: this.#attribute(session, object, type) }));
  }

  C_SignInit(session: Uint8Array, { mechanism }: { mechanism: number }, key: Uint8Array): void {
    const plain = { mechanism, pParameter: null, ulParameterLen: 0 };
    this.#call('C_SignInit', this.#handle(session, 'C_SignInit'), plain, this.#handle(key, 'C_SignInit'));
  }

  C_Sign(session: Uint8Array, data: Uint8Array, signature: Uint8Array): Uint8Array {
    const length = this.#cells().set(signature.length);
    this.#call('C_Sign', this.#handle(session, 'C_Sign'), data, data.length, signature, length.bytes);
    return this.#signed(signature, length);
  }

  /**
   * On a thread of the pool, so that the loop stays free, when such a thread has the stack for it.
   */
  async C_SignAsync(session: Uint8Array, data: Uint8Array, signature: Uint8Array): Promise<Uint8Array> {
    if (!hasRoomOnPool(this.#koffi)) return this.C_Sign(session, data, signature);

    const length = this.#cells().set(signature.length);
    const sign = this.#function('C_Sign');
    const handle = this.#handle(session, 'C_Sign');

    // The closure keeps the memory alive that the other thread reads and writes.
    const ckr = await new Promise<number>((resolve, reject) => {
      sign.async(handle, data, data.length, signature, length.bytes, (error: Error | null, rv: number | bigint) => {
        if (error) reject(error);
        else resolve(Number(rv));
      });
    });
    if (ckr !== 0) throw new Pkcs11Failure({ ckr, step: 'C_Sign' });
    return this.#signed(signature, length);
  }

  #signed(signature: Uint8Array, length: UlongCells): Uint8Array {
    return signature.subarray(0, this.#atMost(signature.length, length.number(), 'C_Sign'));
  }

  /** `undefined`: the object has no such attribute, or one that is no part of a card. */
  #attribute(session: Uint8Array, object: Uint8Array, type: number): Uint8Array | undefined {
    const name = 'C_GetAttributeValue';
    const handles = [this.#handle(session, name), this.#handle(object, name)];

    const asked: [NativeAttribute] = [{ type, pValue: null, ulValueLen: 0 }];
    this.#call(name, ...handles, asked, 1);
    const length = Number(asked[0].ulValueLen);
    if (isUnavailable(length) || length > maxAttributeBytes) return undefined;
    if (length === 0) return new Uint8Array(0);

    const value = Buffer.from(new ArrayBuffer(length));
    const read: [NativeAttribute] = [{ type, pValue: value, ulValueLen: length }];
    this.#call(name, ...handles, read, 1);
    return value.subarray(0, this.#atMost(length, Number(read[0].ulValueLen), name));
  }

  /** A number that the library gave, when it is possible: past it lies memory that is not ours. */
  #atMost(most: number, given: number, step: string): number {
    if (given > most) throw new Pkcs11Failure({ ckr: CKR.GENERAL_ERROR, step });
    return given;
  }

  #cells(count = 1): UlongCells {
    return new UlongCells(this.#layout.ulongBytes, count);
  }

  #handle(handle: Uint8Array, step: string): bigint {
    return handleValue(handle, this.#layout.ulongBytes, step);
  }

  #function(name: FunctionName): FunctionTable[FunctionName] {
    if (!this.#functions) throw new Pkcs11Failure({ step: name, reason: 'not-open' });
    return this.#functions[name];
  }

  #call(name: FunctionName, ...args: unknown[]): void {
    const ckr = Number(this.#function(name)(...args));
    if (ckr !== 0) throw new Pkcs11Failure({ ckr, step: name });
  }
}
