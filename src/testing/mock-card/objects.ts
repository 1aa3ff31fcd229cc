import type { StoredCard } from './state.ts';

/** Attribute types and object classes of PKCS #11 v2.20. */
export const CKA = { CLASS: 0x0, LABEL: 0x3, VALUE: 0x11, ID: 0x102 } as const;
const CKO = { DATA: 0, CERTIFICATE: 1, PRIVATE_KEY: 3 } as const;

/** One object of a card. */
export interface MockObject {
  readonly handle: number;
  readonly class: number;
  readonly id: Buffer | null;
  readonly label: string;
  readonly value: Buffer | null;
  readonly pem: string | null;
  /** Seen only after the PIN. */
  readonly secret: boolean;
}

const firstHandle = 100;
const bare = { id: null, value: null, pem: null, secret: false };
const idBytes = (last: number): Buffer => Buffer.from([0, last]);
const decode = (value: string): Buffer => Buffer.from(value, 'base64');

/** Every object of a card, with the handles that the stand-in gives them. */
export function objectsOf({ kind, certificates, keys, data }: StoredCard): MockObject[] {
  const all: Omit<MockObject, 'handle'>[] = [
    ...certificates.map(({ id, label, value }) => ({
      ...bare,
      class: CKO.CERTIFICATE,
      id: idBytes(id),
      label,
      value: decode(value),
    })),

    ...keys.map(({ id, label, pem }) => ({
      ...bare,
      class: CKO.PRIVATE_KEY,
      id: idBytes(id),
      label,
      pem,
      secret: kind === 'cps',
    })),

    ...data.map(({ label, value, secret }) => ({ ...bare, class: CKO.DATA, label, value: decode(value), secret })),
  ];

  return all.map((object, index) => ({ ...object, handle: firstHandle + index }));
}

/** Whether an object has every attribute of a search. */
export function matches(
  object: MockObject,
  template: readonly { type: number; value?: number | Uint8Array }[],
): boolean {
  return template.every(({ type, value }) => {
    if (type === CKA.CLASS) return object.class === value;

    const wanted = Buffer.from(value as Uint8Array);
    return type === CKA.LABEL ? wanted.equals(Buffer.from(object.label)) : (object.id?.equals(wanted) ?? false);
  });
}

/** The bytes of an attribute, `null` when the object has none of that type. */
export function attributeOf(object: MockObject, type: number): Buffer | null {
  switch (type) {
    case CKA.LABEL:
      return Buffer.from(object.label);
    case CKA.ID:
      return object.id;
    case CKA.VALUE:
      return object.value;
    default:
      return null;
  }
}

/** Handles are eight bytes, as `pkcs11js` gives them. */
export function toHandle(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function fromHandle(bytes: Uint8Array): number {
  return Buffer.from(bytes).readUInt32LE();
}
