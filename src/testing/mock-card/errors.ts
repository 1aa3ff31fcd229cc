/** Numbers of PKCS #11 v2.20 that the stand-in answers. */
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
export class MockPkcs11Error extends Error {
  readonly code: number;

  constructor(code: number, name: string) {
    super(`${name}:${code}`);
    this.code = code;
  }
}

/** Ends a call as the middleware would. */
export function fail(name: keyof typeof ckr): never {
  throw new MockPkcs11Error(ckr[name], `CKR_${name}`);
}
