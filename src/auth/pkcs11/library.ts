import { isAbsolute, win32 } from 'node:path';
import { existsSync } from 'node:fs';
import { TerrESanteError } from '../../errors.ts';

interface Place {
  readonly platform: string;
  readonly arch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Absolute paths where the Cryptolib CPS v5 installs its PKCS#11 library, the best first; empty for
 * a system it does not serve. A process loads only a library of its own word size.
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
 */
export function findLibrary(
  option: string | undefined,
  place: Place = { platform: process.platform, arch: process.arch, env: process.env },
  exists: (path: string) => boolean = existsSync,
): string {
  if (option !== undefined) {
    if (!isAbsolute(option) || option.includes('\0')) {
      throw new TerrESanteError('TE_CONFIG_INVALID', 'Le chemin de la bibliothèque PKCS#11 doit être absolu.', {
        details: { option: 'library' },
      });
    }
    return option;
  }

  const paths = cryptolibPaths(place);
  const found = paths.find(exists);
  if (found === undefined) {
    throw new TerrESanteError(
      'TE_CONFIG_INVALID',
      'La Cryptolib CPS est introuvable : installez-la, ou indiquez le chemin de sa bibliothèque PKCS#11.',
      { details: { option: 'library', searched: paths } },
    );
  }

  return found;
}
