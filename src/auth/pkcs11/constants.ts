/**
 * Numbers of PKCS#11 (Cryptoki 2.20) that the card needs. Written here so that nothing native is
 * loaded to read them.
 */
export const CKF = {
  TOKEN_PRESENT: 0x1,
  OS_LOCKING_OK: 0x2,
  SERIAL_SESSION: 0x4,
  PROTECTED_AUTHENTICATION_PATH: 0x100,
  USER_PIN_COUNT_LOW: 0x10000,
  USER_PIN_FINAL_TRY: 0x20000,
  USER_PIN_LOCKED: 0x40000,
} as const;

export const CKA = { CLASS: 0x0, LABEL: 0x3, VALUE: 0x11, ID: 0x102 } as const;
export const CKO = { DATA: 0, CERTIFICATE: 1, PRIVATE_KEY: 3 } as const;
export const CKU_USER = 1;
export const CKM_SHA256_RSA_PKCS = 0x40;

export const CKR = {
  SLOT_ID_INVALID: 0x3,
  GENERAL_ERROR: 0x5,
  ATTRIBUTE_SENSITIVE: 0x11,
  ATTRIBUTE_TYPE_INVALID: 0x12,
  DEVICE_ERROR: 0x30,
  DEVICE_REMOVED: 0x32,
  FUNCTION_CANCELED: 0x50,
  MECHANISM_INVALID: 0x70,
  OBJECT_HANDLE_INVALID: 0x82,
  OPERATION_ACTIVE: 0x90,
  PIN_INCORRECT: 0xa0,
  PIN_INVALID: 0xa1,
  PIN_LEN_RANGE: 0xa2,
  PIN_LOCKED: 0xa4,
  SESSION_HANDLE_INVALID: 0xb3,
  TOKEN_NOT_PRESENT: 0xe0,
  TOKEN_NOT_RECOGNIZED: 0xe1,
  USER_ALREADY_LOGGED_IN: 0x100,
  USER_NOT_LOGGED_IN: 0x101,
  USER_PIN_NOT_INITIALIZED: 0x102,
  CRYPTOKI_ALREADY_INITIALIZED: 0x191,
} as const;

const names = new Map<number, string>(Object.entries(CKR).map(([name, value]) => [value, `CKR_${name}`]));

/** `CKR_PIN_INCORRECT`, or `CKR_0x00000054` for a number that is not handled one by one. */
export function ckrName(ckr: number): string {
  return names.get(ckr) ?? `CKR_0x${ckr.toString(16).padStart(8, '0')}`;
}
