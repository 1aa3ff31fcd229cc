import { existsSync } from 'node:fs';
import { isAbsolute, win32 } from 'node:path';
import { TerrESanteError } from '../../errors.ts';
import { libraryMachines } from './library-machine.ts';

interface Place {
  readonly platform: string;
  readonly arch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What is looked at on the disk; a test gives its own. */
interface Disk {
  exists(path: string): boolean;
  /** Processors that a library is made for, `null` when that is not known. */
  machines(path: string): readonly string[] | null;
}

/**
 * Absolute paths where the Cryptolib CPS v5 installs its PKCS#11 library, the best first; empty for
 * a system it does not serve. A process loads only a library made for its own processor: on Windows
 * for ARM the name is that of 64 bits, and the file says whether it is one.
 *
 * @see ANS, Cryptolib CPS v5, installation
 */
export function cryptolibPaths({ platform, arch, env }: Place): string[] {
  switch (platform) {
    case 'win32': {
      const root = env['SystemRoot'] ?? env['windir'] ?? String.raw`C:\Windows`;
      return arch === 'ia32'
        ? ['SysWOW64', 'System32'].map((folder) => win32.join(root, folder, 'cps3_pkcs11_w32.dll'))
        : [win32.join(root, 'System32', 'cps3_pkcs11_w64.dll')];
    }

    case 'darwin':
      return ['/usr/local/lib/libcps3_pkcs11_osx.dylib'];

    case 'linux':
      return arch === 'x64'
        ? ['/opt/santesocial/CPS/lib/libcps3_pkcs11_lux.so', '/usr/lib64/libcps3_pkcs11_lux.so']
        : [];

    default:
      return [];
  }
}

/**
 * The library to load: the host's, otherwise the installed one. The loader never searches: paths
 * are absolute.
 *
 * @throws TerrESanteError `TE_CONFIG_INVALID`; its details say what was tried
 */
export function findLibrary(
  option: string | undefined,
  place: Place = { platform: process.platform, arch: process.arch, env: process.env },
  disk: Disk = { exists: existsSync, machines: libraryMachines },
): string {
  if (option !== undefined) {
    if (!isAbsolute(option) || option.includes('\0')) {
      throw new TerrESanteError('TE_CONFIG_INVALID', 'Le chemin de la bibliothèque PKCS#11 doit être absolu.', {
        details: { option: 'library' },
      });
    }
    const madeFor = otherMachines(option, place, disk);
    if (madeFor) throw wrongMachine([option], place, madeFor);
    return option;
  }

  const searched = cryptolibPaths(place);
  const present = searched.filter((path) => disk.exists(path));
  const fitting = present.find((path) => otherMachines(path, place, disk) === null);
  if (fitting !== undefined) return fitting;

  const [first] = present;
  if (first !== undefined) throw wrongMachine(searched, place, otherMachines(first, place, disk) ?? []);
  throw absent(searched, place);
}

/** The processors of a library when this process is not among them; `null` when it may load. */
function otherMachines(path: string, { arch }: Place, disk: Disk): readonly string[] | null {
  const machines = disk.machines(path);
  return machines === null || machines.includes(arch) ? null : machines;
}

function wrongMachine(
  searched: readonly string[],
  { platform, arch }: Place,
  madeFor: readonly string[],
): TerrESanteError {
  const wanted = madeFor.join(' ou ');
  return new TerrESanteError(
    'TE_CONFIG_INVALID',
    `La bibliothèque PKCS#11 est faite pour ${wanted}, ce programme pour ${arch} : lancez-le avec un Node (ou un Electron) pour ${wanted}.`,
    { details: { option: 'library', searched, library: madeFor, process: `${platform}-${arch}` } },
  );
}

function absent(searched: readonly string[], { platform, arch }: Place): TerrESanteError {
  const message =
    searched.length === 0
      ? `La Cryptolib CPS n'a pas d'emplacement connu pour ${platform}-${arch} : indiquez le chemin de sa bibliothèque PKCS#11.`
      : 'La Cryptolib CPS est introuvable : installez-la, ou indiquez le chemin de sa bibliothèque PKCS#11.';
  return new TerrESanteError('TE_CONFIG_INVALID', message, {
    details: { option: 'library', searched, process: `${platform}-${arch}` },
  });
}
