import { closeSync, openSync, readSync } from 'node:fs';

/** Enough for the headers of the three formats. */
const headerBytes = 4_096;

const elfMachines = new Map([
  [0x03, 'ia32'],
  [0x28, 'arm'],
  [0x3e, 'x64'],
  [0xb7, 'arm64'],
]);
const peMachines = new Map([
  [0x14c, ['ia32']],
  [0x8664, ['x64']],
  // One file may hold both codes (ARM64X), and says ARM64.
  [0xaa64, ['arm64', 'x64']],
]);
const machMachines = new Map([
  [0x01000007, 'x64'],
  [0x0100000c, 'arm64'],
]);

/**
 * Which processors a native library is made for, as its header says, in the words of
 * `process.arch`. `null` when the header does not tell: the loader of the system then decides.
 *
 * @see ELF specification; PE/COFF specification; mach-o/loader.h, mach-o/fat.h
 */
export function libraryMachines(path: string): readonly string[] | null {
  const header = readHeader(path);
  return header && (elf(header) ?? pe(header) ?? machO(header));
}

function readHeader(path: string): Buffer | null {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(headerBytes);
      return bytes.subarray(0, readSync(file, bytes, 0, headerBytes, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

function named(name: string | undefined): readonly string[] | null {
  return name === undefined ? null : [name];
}

function elf(header: Buffer): readonly string[] | null {
  if (header.length < 20 || header.readUInt32BE(0) !== 0x7f454c46) return null;
  return named(elfMachines.get(header.readUInt16LE(18)));
}

function pe(header: Buffer): readonly string[] | null {
  if (header.length < 64 || header.toString('latin1', 0, 2) !== 'MZ') return null;

  const start = header.readUInt32LE(60);
  if (start > header.length - 6 || header.toString('latin1', start, start + 4) !== 'PE\0\0') return null;
  return peMachines.get(header.readUInt16LE(start + 4)) ?? null;
}

/** One code, or several in one file. */
function machO(header: Buffer): readonly string[] | null {
  if (header.length < 8) return null;
  if (header.readUInt32LE(0) === 0xfeedfacf) return named(machMachines.get(header.readUInt32LE(4)));
  if (header.readUInt32BE(0) !== 0xcafebabe) return null;

  const found: string[] = [];
  const count = Math.min(header.readUInt32BE(4), 16);
  for (let at = 8; at < 8 + count * 20 && at + 4 <= header.length; at += 20) {
    const name = machMachines.get(header.readUInt32BE(at));
    if (name !== undefined) found.push(name);
  }
  return found.length > 0 ? found : null;
}
