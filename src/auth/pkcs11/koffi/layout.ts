import type { Koffi, NativeType } from './library.ts';

/** How the structures and numbers of PKCS#11 lie in memory on this system. */
export interface Layout {
  /** Bytes of a `CK_ULONG`. */
  readonly ulongBytes: number;
  readonly initializeArgs: NativeType;
  readonly slotInfo: NativeType;
  readonly tokenInfo: NativeType;
  readonly sessionInfo: NativeType;
  readonly attribute: NativeType;
  readonly mechanism: NativeType;
  /** `CK_FUNCTION_LIST` as far as its last function that is called here. */
  readonly functionList: NativeType;
}

/** Functions in a `CK_FUNCTION_LIST`, in the order of the standard, up to `C_Sign`. */
export const listedFunctions = 44;

/**
 * The layout of this system. `CK_ULONG` is the `unsigned long` of C: eight bytes on 64-bit Linux
 * and macOS, four on Windows. Windows packs the structures to one byte, the others align them.
 *
 * @see PKCS #11 v2.20, section 9 and annex on platform and compiler dependent directives
 */
export function layoutOf(koffi: Koffi, platform: string = process.platform): Layout {
  const struct = (members: Record<string, NativeType>): NativeType =>
    platform === 'win32' ? koffi.pack(members) : koffi.struct(members);
  const text = (bytes: number): NativeType => koffi.array('uint8', bytes);

  const version = struct({ major: 'uint8', minor: 'uint8' });
  const versions = { hardwareVersion: version, firmwareVersion: version };

  const initializeArgs = struct({
    createMutex: 'void *',
    destroyMutex: 'void *',
    lockMutex: 'void *',
    unlockMutex: 'void *',
    flags: 'ulong',
    reserved: 'void *',
  });
  const tokenInfo = struct({
    label: text(32),
    manufacturerID: text(32),
    model: text(16),
    serialNumber: text(16),
    flags: 'ulong',
    limits: koffi.array('ulong', 10),
    ...versions,
    utcTime: text(16),
  });

  return {
    ulongBytes: koffi.sizeof('ulong'),
    initializeArgs,
    slotInfo: struct({ slotDescription: text(64), manufacturerID: text(32), flags: 'ulong', ...versions }),
    tokenInfo,
    sessionInfo: struct({ slotID: 'ulong', state: 'ulong', flags: 'ulong', deviceError: 'ulong' }),
    attribute: struct({ type: 'ulong', pValue: 'void *', ulValueLen: 'ulong' }),
    mechanism: struct({ mechanism: 'ulong', pParameter: 'void *', ulParameterLen: 'ulong' }),
    functionList: struct({ version, functions: koffi.array('void *', listedFunctions) }),
  };
}
