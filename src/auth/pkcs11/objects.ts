import { CKA, CKO, CKR } from './constants.ts';
import { step, toFailure } from './failure.ts';
import type { Pkcs11Module } from './module.ts';

export interface CardObject {
  /** `CKA_ID` in hexadecimal; empty when the object has none. */
  readonly id: string;
  readonly label: string;
  readonly value: Uint8Array;
}

/** Attributes to search by. */
export type Template = { type: number; value: number | Uint8Array }[];

const maxObjects = 128;
const maxObjectBytes = 65_536;

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Runs a call whose failure changes nothing: the process releases what a lost card leaves. */
export function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // See above.
  }
}

/** Finds and reads the objects of a card through an open session. */
export class CardObjects {
  readonly #module: Pkcs11Module;

  constructor(module: Pkcs11Module) {
    this.#module = module;
  }

  find(handle: Uint8Array, template: Template): Uint8Array[] {
    step('C_FindObjectsInit', () => this.#module.C_FindObjectsInit(handle, template));
    try {
      return step('C_FindObjects', () => this.#module.C_FindObjects(handle, maxObjects));
    } finally {
      quietly(() => this.#module.C_FindObjectsFinal(handle));
    }
  }

  /** Certificates or data objects, with a label or all of them; oversized ones are left out. */
  ofClass(handle: Uint8Array, kind: number, label?: string): CardObject[] {
    const template: Template = [{ type: CKA.CLASS, value: kind }];
    if (label !== undefined) template.push({ type: CKA.LABEL, value: Buffer.from(label, 'utf8') });

    return this.find(handle, template).flatMap((object) => {
      const value = this.#attribute(handle, object, CKA.VALUE);
      if (!value || value.length > maxObjectBytes) return [];

      const id = kind === CKO.CERTIFICATE ? this.#attribute(handle, object, CKA.ID) : null;
      return [{ id: id ? hex(id) : '', label: label ?? this.label(handle, object), value }];
    });
  }

  label(handle: Uint8Array, object: Uint8Array): string {
    const bytes = this.#attribute(handle, object, CKA.LABEL);
    return bytes ? Buffer.from(bytes).toString('utf8').replaceAll('\0', '').trim() : '';
  }

  /** An object without the attribute is no failure: `null`. */
  #attribute(handle: Uint8Array, object: Uint8Array, type: number): Uint8Array | null {
    try {
      const [attribute] = this.#module.C_GetAttributeValue(handle, object, [{ type }]);
      return attribute?.value ? new Uint8Array(attribute.value) : null;
    } catch (error) {
      const failure = toFailure(error, 'C_GetAttributeValue');
      if (failure.ckr === CKR.ATTRIBUTE_TYPE_INVALID || failure.ckr === CKR.ATTRIBUTE_SENSITIVE) return null;
      throw failure;
    }
  }
}
