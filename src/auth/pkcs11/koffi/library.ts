import { Pkcs11Failure } from '../failure.ts';

/** A type of C, known to koffi. */
export type NativeType = string | { readonly __native: never };

/** A function of C. It gives a `CK_RV`: a number, or a BigInt where it would not fit one. */
export interface NativeFunction {
  (...args: unknown[]): number | bigint;
  /** The same on a thread of the pool; the last argument is told the end. */
  async(...args: unknown[]): void;
}

/** An opened library. */
export interface NativeLibrary {
  func(name: string, result: NativeType, parameters: readonly NativeType[]): NativeFunction;
  unload(): void;
}

/** Sizes in bytes. C runs on a stack that koffi brings, not on that of the thread. */
export interface KoffiConfig {
  readonly sync_stack_size: number;
  readonly async_stack_size: number;
}

/**
 * The part of the package `koffi` that the card needs. Written here: its own types would reach the
 * declarations of this package.
 */
export interface Koffi {
  readonly version?: string;
  config(wanted?: Partial<KoffiConfig>): KoffiConfig;
  load(path: string): NativeLibrary;
  /** A structure with the alignment of the system. */
  struct(members: Record<string, NativeType>): NativeType;
  /** A structure without holes between its members. */
  pack(members: Record<string, NativeType>): NativeType;
  array(of: NativeType, length: number): NativeType;
  pointer(to: NativeType, count?: number): NativeType;
  out(type: NativeType): NativeType;
  inout(type: NativeType): NativeType;
  proto(result: NativeType, parameters: readonly NativeType[]): NativeType;
  decode(address: unknown, type: NativeType): unknown;
  sizeof(type: NativeType): number;
}

/**
 * The line of versions that the declarations of this folder were tried with. Another line may
 * marshal otherwise, and a wrong call of C is a crash, not an exception: it is refused by name.
 */
const triedLine = /^3\.3\./;

/**
 * Loads the package `koffi`, which the host installs beside this one.
 *
 * @throws Pkcs11Failure `module-missing`: absent, without a binary for this system, or another
 *   version
 */
export async function loadKoffi(load: () => Promise<unknown> = () => import('koffi')): Promise<Koffi> {
  let loaded: { readonly default?: unknown };
  try {
    loaded = (await load()) as { readonly default?: unknown };
  } catch (error) {
    throw missing(isAbsent(error) ? 'koffi: absent' : `koffi: no binary for ${process.platform}-${process.arch}`);
  }

  const koffi = (loaded.default ?? loaded) as Koffi;
  const version = (koffi.version ?? 'none').slice(0, 20);
  if (!triedLine.test(version)) throw missing(`koffi: version ${version}, not 3.3`);
  growStacks(koffi);
  return koffi;
}

/** What a program gets on Linux; the middleware of a card was written for it. */
const stackBytes = 8 * 1024 * 1024;

/**
 * As much stack as a call without koffi would have: by default it brings 128 KiB to a pool thread.
 */
function growStacks(koffi: Koffi): void {
  if (hasRoomOnPool(koffi)) return;
  try {
    koffi.config({ sync_stack_size: stackBytes, async_stack_size: stackBytes });
  } catch {
    // The host has loaded a library of its own through koffi: the sizes are settled.
  }
}

/** Whether a call on a thread of the pool has the stack it needs; else it is made in place. */
export function hasRoomOnPool(koffi: Koffi): boolean {
  return koffi.config().async_stack_size >= stackBytes;
}

/** The package itself was not found, rather than its binary. */
function isAbsent(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const notFound = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  return notFound && String(message).includes("'koffi'");
}

function missing(detail: string): Pkcs11Failure {
  return new Pkcs11Failure({ step: 'import', reason: 'module-missing', detail });
}
