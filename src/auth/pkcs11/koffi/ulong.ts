import { CKR } from '../constants.ts';
import { Pkcs11Failure } from '../failure.ts';

/**
 * One or several `CK_ULONG` in memory of our own, whose address is given to the library. Read as
 * bytes: a handle or a number of slots needs no arithmetic, and may be above 2^53.
 */
export class UlongCells {
  readonly bytes: Buffer;
  readonly #size: number;

  constructor(size: number, count = 1) {
    this.#size = size;
    this.bytes = Buffer.from(new ArrayBuffer(size * count));
  }

  /** The number of a cell; above 2^53 it loses its low digits, and is refused as too large. */
  number(index = 0): number {
    return Number(valueOf(this.#cell(index)));
  }

  /** The bytes of a cell, copied: the form in which handles travel. */
  handle(index = 0): Buffer {
    return Buffer.from(this.#cell(index));
  }

  set(value: number): this {
    if (this.#size === 8) this.bytes.writeBigUInt64LE(BigInt(value));
    else this.bytes.writeUInt32LE(value);
    return this;
  }

  #cell(index: number): Buffer {
    return this.bytes.subarray(index * this.#size, (index + 1) * this.#size);
  }
}

function valueOf(bytes: Buffer): bigint {
  return bytes.length === 8 ? bytes.readBigUInt64LE() : BigInt(bytes.readUInt32LE());
}

/**
 * The number that a handle is, for a parameter of C.
 *
 * @throws Pkcs11Failure the bytes are no handle of this system
 */
export function handleValue(handle: Uint8Array, size: number, step: string): bigint {
  if (handle.length !== size) throw new Pkcs11Failure({ ckr: CKR.SESSION_HANDLE_INVALID, step });
  return valueOf(Buffer.from(handle.buffer, handle.byteOffset, handle.byteLength));
}
