/**
 * What the card provider calls of PKCS#11: the class of this package on `koffi`, or in its place
 * the class `PKCS11` of the package `pkcs11js`, or a stand-in of a test. A failing call throws an
 * error whose `code` is the `CKR_*` number.
 *
 * @see PKCS #11 v2.20, section 11
 * @group PKCS#11
 */
export interface Pkcs11Module {
  /**
   * True when `C_Login` takes the PIN as bytes, and no argument for a reader with its own pad. Else
   * it is given a text, as `pkcs11js` asks: a text cannot be zeroed.
   */
  readonly pinAsBytes?: boolean | undefined;
  load(path: string): void;
  close(): void;
  C_Initialize(options?: { flags?: number }): void;
  C_Finalize(): void;
  C_GetSlotList(tokenPresent?: boolean): Uint8Array[];
  C_GetSlotInfo(slot: Uint8Array): { slotDescription: string; flags: number };
  C_GetTokenInfo(slot: Uint8Array): { flags: number };
  C_OpenSession(slot: Uint8Array, flags: number): Uint8Array;
  C_CloseSession(session: Uint8Array): void;
  C_GetSessionInfo(session: Uint8Array): { state: number };
  C_Login(session: Uint8Array, userType: number, pin?: string | Uint8Array): void;
  C_Logout(session: Uint8Array): void;
  C_FindObjectsInit(session: Uint8Array, template: { type: number; value?: number | Uint8Array }[]): void;
  C_FindObjects(session: Uint8Array, maxObjectCount: number): Uint8Array[];
  C_FindObjectsFinal(session: Uint8Array): void;
  C_GetAttributeValue(
    session: Uint8Array,
    object: Uint8Array,
    template: { type: number }[],
  ): { type: number; value: Uint8Array | undefined }[];
  C_SignInit(session: Uint8Array, mechanism: { mechanism: number }, key: Uint8Array): void;
  C_Sign(session: Uint8Array, data: Uint8Array, signature: Uint8Array): Uint8Array;
  C_SignAsync(session: Uint8Array, data: Uint8Array, signature: Uint8Array): Promise<Uint8Array>;
}
