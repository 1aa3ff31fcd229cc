import { mkdir, writeFile } from 'node:fs/promises';
import { pemToDer } from '../auth/certificates/pem.ts';
import { fileSource, type RandomAccessSource } from '../documents/index.ts';
import { isTerrESanteError } from '../errors.ts';
import { foreignCode } from '../internal/foreign-error.ts';
import { fileFailure, isHeld, readWhole, whenFree } from '../internal/held-file.ts';
import { isoUtc } from '../internal/hl7-time.ts';
import { decodeText } from '../internal/text.ts';
import { FileFailure, usageError } from './failure.ts';

export { usageError };

/**
 * A file named on the command line. Its path is printed to the one who typed it, and is in no
 * message.
 */
export async function namedFile(path: string): Promise<RandomAccessSource> {
  try {
    return await fileSource(path);
  } catch (cause) {
    if (isTerrESanteError(cause) && cause.retryable) throw cause;
    throw new FileFailure(
      path,
      'TE_INPUT_INVALID',
      isTerrESanteError(cause) && cause.details['reason'] === 'EISDIR'
        ? 'Un fichier est attendu, pas un dossier.'
        : 'Fichier illisible ou absent.',
      { cause },
    );
  }
}

/** A folder that a command writes to, made when it is absent. */
export async function outputFolder(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true });
    return path;
  } catch (cause) {
    throw new FileFailure(path, 'TE_INPUT_INVALID', "Le dossier de sortie n'est pas accessible en écriture.", {
      cause,
    });
  }
}

/**
 * Writes a file that its owner only can read; on Windows, whoever the access list of the folder
 * lets in. The path never appears in an error.
 */
export async function leaveFile(path: string, content: string | Uint8Array, flag: 'w' | 'wx' = 'w'): Promise<void> {
  try {
    await whenFree(() => writeFile(path, content, { mode: 0o600, flag }));
  } catch (cause) {
    if (isHeld(cause)) throw fileFailure(cause);
    if (foreignCode(cause) === 'EEXIST') {
      throw new FileFailure(path, 'TE_DUPLICATE', "Le fichier à écrire existe déjà : il n'est pas remplacé.", {
        cause,
      });
    }
    throw new FileFailure(path, 'TE_INPUT_INVALID', "Le fichier de sortie n'est pas accessible en écriture.", {
      cause,
    });
  }
}

/** A small file, read whole. */
export async function smallFile(path: string, maxBytes: number): Promise<Uint8Array> {
  const { byteLength } = await namedFile(path);
  if (byteLength > maxBytes) {
    throw new FileFailure(path, 'TE_TOO_LARGE', 'Fichier trop grand.', {
      details: { bytes: byteLength, limit: maxBytes },
    });
  }
  return readWhole(path);
}

/** A PEM file. What it says around its blocks, in whatever encoding, does not count. */
export async function pemFile(path: string): Promise<string> {
  const bytes = await smallFile(path, 4_000_000);
  return decodeText(bytes) ?? Buffer.from(bytes).toString('latin1');
}

/** `--ca`: the certificates of a PEM file, as DER; none without the option. */
export async function anchorsOf(path: string | undefined): Promise<readonly Uint8Array[]> {
  return path === undefined ? [] : pemToDer(await pemFile(path));
}

/** A port; `undefined` without the option. */
export function portNumber(value: string | undefined, option: string, lowest = 1): number | undefined {
  if (value === undefined) return undefined;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : -1;
  if (port < lowest || port > 65_535) {
    throw usageError(
      `--${option} : un nombre de ${lowest} à 65535 est attendu.`,
      `--${option}: a number from ${lowest} to 65535 is expected.`,
    );
  }
  return port;
}

const dayMs = 86_400_000;

/** `--older-than`: the instant so many days ago, ISO 8601. */
export function daysAgo(days: string | undefined): string {
  if (!/^[1-9]\d{0,4}$/.test(days ?? '')) {
    throw usageError('--older-than : un nombre de jours est attendu.', '--older-than: a number of days is expected.');
  }
  return isoUtc(Date.now() - Number(days) * dayMs);
}

/** `--at`: ISO 8601 with offset, in milliseconds. */
export function instant(value: string): number {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/.test(value)
    ? Date.parse(value)
    : NaN;
  if (Number.isNaN(time)) {
    throw usageError(
      '--at : date et heure ISO 8601 avec fuseau attendues, par exemple 2026-03-01T10:00:00Z.',
      '--at: ISO 8601 date and time with an offset expected, for example 2026-03-01T10:00:00Z.',
    );
  }
  return time;
}
