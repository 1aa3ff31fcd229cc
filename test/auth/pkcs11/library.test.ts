import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exitName } from '../../../src/auth/pkcs11/exit-name.ts';
import { mapFailure, Pkcs11Failure } from '../../../src/auth/pkcs11/failure.ts';
import { hasRoomOnPool, loadKoffi } from '../../../src/auth/pkcs11/koffi/library.ts';
import { libraryMachines } from '../../../src/auth/pkcs11/library-machine.ts';
import { cryptolibPaths, findLibrary } from '../../../src/auth/pkcs11/library.ts';

const windows = { SystemRoot: String.raw`C:\Windows` };
const w64 = String.raw`C:\Windows\System32\cps3_pkcs11_w64.dll`;

describe('where the Cryptolib is looked for', () => {
  it.each([
    ['win32', 'x64', [w64]],
    ['win32', 'arm64', [w64]],
    [
      'win32',
      'ia32',
      [String.raw`C:\Windows\SysWOW64\cps3_pkcs11_w32.dll`, String.raw`C:\Windows\System32\cps3_pkcs11_w32.dll`],
    ],
    ['darwin', 'arm64', ['/usr/local/lib/libcps3_pkcs11_osx.dylib']],
    ['linux', 'x64', ['/opt/santesocial/CPS/lib/libcps3_pkcs11_lux.so', '/usr/lib64/libcps3_pkcs11_lux.so']],
    ['linux', 'arm64', []],
    ['aix', 'ppc64', []],
  ])('%s %s', (platform, arch, paths) => {
    expect(cryptolibPaths({ platform, arch, env: windows })).toEqual(paths);
  });

  const look = (platform: string, arch: string, files: Readonly<Record<string, readonly string[] | null>>): unknown => {
    try {
      return findLibrary(
        undefined,
        { platform, arch, env: windows },
        { exists: (path) => path in files, machines: (path) => files[path] ?? null },
      );
    } catch (error) {
      return error;
    }
  };

  it('takes the one that is there and fits', () => {
    expect(look('win32', 'x64', { [w64]: ['x64'] })).toBe(w64);
    expect(look('win32', 'arm64', { [w64]: ['arm64', 'x64'] })).toBe(w64);
    expect(look('win32', 'arm64', { [w64]: null })).toBe(w64);
  });

  it('on Windows for ARM names the processor that the library asks for, and what was tried', () => {
    expect(look('win32', 'arm64', { [w64]: ['x64'] })).toMatchObject({
      code: 'TE_CONFIG_INVALID',
      message: expect.stringContaining('faite pour x64, ce programme pour arm64'),
      details: { option: 'library', searched: [w64], library: ['x64'], process: 'win32-arm64' },
    });
  });

  it('says that a system is not served, or that nothing is installed', () => {
    expect(look('linux', 'arm64', {})).toMatchObject({
      code: 'TE_CONFIG_INVALID',
      message: expect.stringContaining('linux-arm64'),
      details: { searched: [] },
    });
    expect(look('win32', 'x64', {})).toMatchObject({ code: 'TE_CONFIG_INVALID', details: { searched: [w64] } });
  });

  it("refuses the host's library for another processor, and leaves an unknown file to the loader", () => {
    const place = { platform: 'linux', arch: 'arm64', env: {} };
    const disk = (machines: readonly string[] | null) => ({ exists: () => true, machines: () => machines });
    expect(() => findLibrary('/lib/card.so', place, disk(['x64']))).toThrow(/arm64/);
    expect(findLibrary('/lib/card.so', place, disk(null))).toBe('/lib/card.so');
    expect(() => findLibrary('card.so', place, disk(null))).toThrow(
      expect.objectContaining({ code: 'TE_CONFIG_INVALID' }),
    );
  });
});

describe('the processor that a library is made for', () => {
  const folder = mkdtempSync(join(tmpdir(), 'te-machine-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const file = (bytes: Uint8Array): string => {
    const path = join(folder, 'library');
    writeFileSync(path, bytes);
    return path;
  };
  const at = (length: number, ...parts: readonly (readonly [number, Uint8Array])[]): Buffer => {
    const bytes = Buffer.alloc(length);
    for (const [offset, part] of parts) bytes.set(part, offset);
    return bytes;
  };
  const elf = (machine: number): Buffer => at(64, [0, Buffer.from('\x7fELF')], [18, Buffer.from([machine, 0])]);
  const pe = (...machine: number[]): Buffer =>
    at(
      512,
      [0, Buffer.from('MZ')],
      [60, Buffer.from([0x80])],
      [0x80, Buffer.from('PE\0\0')],
      [0x84, Buffer.from(machine)],
    );
  const mach = (cpu: number): Buffer => at(32, [0, Buffer.from([0xcf, 0xfa, 0xed, 0xfe, cpu, 0, 0, 1])]);
  const fat = at(
    64,
    [0, Buffer.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2])],
    [8, Buffer.from([1, 0, 0, 7])],
    [28, Buffer.from([1, 0, 0, 12])],
  );

  it.each([
    ['ELF x86-64', elf(0x3e), ['x64']],
    ['ELF AArch64', elf(0xb7), ['arm64']],
    ['PE x64', pe(0x64, 0x86), ['x64']],
    ['PE i386', pe(0x4c, 0x01), ['ia32']],
    ['PE ARM64, which may hold both', pe(0x64, 0xaa), ['arm64', 'x64']],
    ['Mach-O arm64', mach(12), ['arm64']],
    ['Mach-O of two', fat, ['x64', 'arm64']],
    ['an unknown machine', elf(0xff), null],
    ['an unknown PE', pe(0xff, 0xff), null],
    ['a PE header outside the file', at(64, [0, Buffer.from('MZ')], [60, Buffer.from([0xff, 0xff, 0xff, 0x7f])]), null],
    ['a cut header', Buffer.from('MZ'), null],
    ['text', Buffer.from('#!/bin/sh\n'.repeat(20)), null],
    ['nothing', Buffer.alloc(0), null],
  ])('%s', (_name, bytes, machines) => {
    expect(libraryMachines(file(bytes))).toEqual(machines);
  });

  it('a folder or an absent file tells nothing', () => {
    expect(libraryMachines(folder)).toBeNull();
    expect(libraryMachines(join(folder, 'absent'))).toBeNull();
  });

  it('of this very program is its own', () => {
    expect(libraryMachines(process.execPath)).toContain(process.arch);
  });
});

describe('koffi that is not there', () => {
  const absent = Object.assign(new Error("Cannot find package 'koffi' imported from /app/x.js"), {
    code: 'ERR_MODULE_NOT_FOUND',
  });
  const noBinary = new Error('Cannot find the native Koffi module; did you bundle it correctly?');

  it.each([
    ['absent', () => Promise.reject(absent), 'koffi: absent'],
    ['without its binary', () => Promise.reject(noBinary), `koffi: no binary for ${process.platform}-${process.arch}`],
    ['of another line', () => Promise.resolve({ default: { version: '2.15.1' } }), 'koffi: version 2.15.1, not 3.3'],
    ['without a version', () => Promise.resolve({}), 'koffi: version none, not 3.3'],
  ])('%s is named, with the command', async (_name, load, detail) => {
    const failure = await loadKoffi(load).catch((error: unknown) => error);
    expect(mapFailure(failure as Pkcs11Failure).error).toMatchObject({
      code: 'TE_PEER_MISSING',
      message: expect.stringMatching(/npm install koffi@~3\.3\.4 .*--ignore-scripts/),
      details: { detail },
    });
  });
});

describe('the stack that koffi brings', () => {
  const small = { sync_stack_size: 2_097_152, async_stack_size: 131_072 };

  it('is made as large as that of a program', async () => {
    let sizes = small;
    const config = (wanted?: Partial<typeof small>): typeof small => (sizes = { ...sizes, ...wanted });
    const koffi = await loadKoffi(() => Promise.resolve({ version: '3.3.4', config }));
    expect(sizes).toEqual({ sync_stack_size: 8_388_608, async_stack_size: 8_388_608 });
    expect(hasRoomOnPool(koffi)).toBe(true);
  });

  it('stays as the host has settled it, and no thread of the pool is used then', async () => {
    const config = (wanted?: object): typeof small => {
      if (wanted) throw new Error('Cannot change Koffi configuration once a library has been loaded');
      return small;
    };
    expect(hasRoomOnPool(await loadKoffi(() => Promise.resolve({ version: '3.3.9', config })))).toBe(false);
  });
});

describe('how a child ended', () => {
  it.each([
    [null, 'SIGSEGV', 'SIGSEGV'],
    [0, null, '0'],
    [134, null, '134'],
    [3_221_225_477, null, '0xC0000005 (ACCESS_VIOLATION)'],
    [-1_073_741_819, null, '0xC0000005 (ACCESS_VIOLATION)'],
    [3_221_226_505, null, '0xC0000409 (STACK_BUFFER_OVERRUN)'],
    [0xc0001234, null, '0xC0001234'],
    [null, null, 'unknown'],
  ])('%s %s is %s', (code, signal, name) => {
    expect(exitName(code, signal)).toBe(name);
  });

  it('is in the error', () => {
    const failure = new Pkcs11Failure({ step: 'C_Sign', reason: 'process-ended', exit: exitName(3_221_225_477, null) });
    expect(mapFailure(failure).error.details).toMatchObject({ exit: '0xC0000005 (ACCESS_VIOLATION)' });
  });
});
