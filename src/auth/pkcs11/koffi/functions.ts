import { Pkcs11Failure } from '../failure.ts';
import type { Koffi, NativeFunction, NativeLibrary, NativeType } from './library.ts';
import type { Layout } from './layout.ts';

/** The functions of the library that the card needs, by name. */
export type FunctionTable = Readonly<Record<FunctionName, NativeFunction>>;

export type FunctionName = keyof ReturnType<typeof signatures>;

/** Place in the function list, and parameters. Bytes and numbers that come back go by address. */
function signatures(koffi: Koffi, { initializeArgs, slotInfo, tokenInfo, sessionInfo, attribute, mechanism }: Layout) {
  const filled = (type: NativeType): NativeType => koffi.out(koffi.pointer(type));

  return {
    C_Initialize: [0, [koffi.pointer(initializeArgs)]],
    C_Finalize: [1, ['void *']],
    C_GetSlotList: [4, ['uint8', 'void *', 'void *']],
    C_GetSlotInfo: [5, ['ulong', filled(slotInfo)]],
    C_GetTokenInfo: [6, ['ulong', filled(tokenInfo)]],
    C_OpenSession: [12, ['ulong', 'ulong', 'void *', 'void *', 'void *']],
    C_CloseSession: [13, ['ulong']],
    C_GetSessionInfo: [15, ['ulong', filled(sessionInfo)]],
    C_Login: [18, ['ulong', 'ulong', 'void *', 'ulong']],
    C_Logout: [19, ['ulong']],
    C_GetAttributeValue: [24, ['ulong', 'ulong', koffi.inout(koffi.pointer(attribute)), 'ulong']],
    C_FindObjectsInit: [26, ['ulong', koffi.pointer(attribute), 'ulong']],
    C_FindObjects: [27, ['ulong', 'void *', 'ulong', 'void *']],
    C_FindObjectsFinal: [28, ['ulong']],
    C_SignInit: [42, ['ulong', koffi.pointer(mechanism), 'ulong']],
    C_Sign: [43, ['ulong', 'void *', 'ulong', 'void *', 'void *']],
  } satisfies Record<string, [place: number, parameters: NativeType[]]>;
}

interface FunctionList {
  readonly version: { readonly major: number; readonly minor: number };
  readonly functions: readonly (bigint | null)[];
}

const notPkcs11 = (step: string, detail: string): Pkcs11Failure =>
  new Pkcs11Failure({ step, reason: 'not-pkcs11', detail });

/**
 * Asks the library for its functions.
 *
 * @throws Pkcs11Failure `not-pkcs11`: it has no `C_GetFunctionList`, gives no list, one of an
 *   unknown version, or one with a hole where a function is needed
 */
export function functionsOf(koffi: Koffi, library: NativeLibrary, layout: Layout): FunctionTable {
  const { version, functions } = functionList(koffi, library, layout);
  // Version 3 keeps the list of version 2 and adds to it; another number is no list at all.
  if (version.major !== 2 && version.major !== 3) {
    throw notPkcs11('C_GetFunctionList', `version ${version.major}.${version.minor}`);
  }

  const table = Object.entries(signatures(koffi, layout)).map(([name, [place, parameters]]) => {
    const address = functions[place] ?? null;
    if (address === null || address === 0n) throw notPkcs11(name, 'absent from the function list');

    return [name, koffi.decode(address, koffi.proto('ulong', parameters))] as const;
  });
  return Object.fromEntries(table) as unknown as FunctionTable;
}

function functionList(koffi: Koffi, library: NativeLibrary, layout: Layout): FunctionList {
  let getFunctionList: NativeFunction;
  try {
    getFunctionList = library.func('C_GetFunctionList', 'ulong', [koffi.out(koffi.pointer('void *', 2))]);
  } catch {
    throw notPkcs11('C_GetFunctionList', 'not exported');
  }

  const found: (bigint | null)[] = [null];
  const ckr = Number(getFunctionList(found));
  if (ckr !== 0) throw new Pkcs11Failure({ ckr, step: 'C_GetFunctionList' });

  const [list] = found;
  if (list === null || list === undefined) throw notPkcs11('C_GetFunctionList', 'no list');
  return koffi.decode(list, layout.functionList) as FunctionList;
}
