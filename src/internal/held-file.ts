import { open, readFile, type FileHandle } from 'node:fs/promises';

import { TerrESanteError } from '../errors.ts';
import { foreignCode } from './foreign-error.ts';
import { pause as wait } from './wait.ts';

/**
 * What Windows answers while another program has a file open without sharing it. Antivirus,
 * indexer and backup do so with each new file, for some milliseconds.
 */
const heldCodes: ReadonlySet<string | null> = new Set(['EBUSY', 'EPERM', 'EACCES']);

/** Growing waits between the tries, in milliseconds: two seconds in all. */
export const heldWaitsMs: readonly number[] = [5, 10, 20, 40, 80, 160, 320, 640, 725];

/** Options of {@link whenFree}. */
export interface HeldOptions {
  /**
   * Only Windows refuses a file that another program has open.
   *
   * @defaultValue that of the process
   */
  readonly platform?: NodeJS.Platform | undefined;
  /** Whether the refusal has another reason, such as a target that is there already. */
  readonly isOver?: (() => Promise<boolean>) | undefined;
  /** Waits, in milliseconds. Tests count them. */
  readonly pause?: ((ms: number) => Promise<unknown>) | undefined;
}

/**
 * Whether Windows said that a file is held, or that access to it is refused: the codes are the
 * same.
 */
export function isHeld(error: unknown, platform: NodeJS.Platform = process.platform): boolean {
  return platform === 'win32' && heldCodes.has(foreignCode(error));
}

/**
 * Renames, links, removes or opens a file; on Windows, tries again while another program holds it.
 * After two seconds it fails with what the system said; elsewhere it does so at once.
 */
export function whenFree<T>(work: () => Promise<T>, options: HeldOptions = {}): Promise<T> {
  const { platform = process.platform } = options;
  return platform === 'win32' ? tryAgain(work, options) : work();
}

async function tryAgain<T>(work: () => Promise<T>, { isOver, pause = wait }: HeldOptions): Promise<T> {
  for (const ms of heldWaitsMs) {
    try {
      return await work();
    } catch (error) {
      if (!isHeld(error, 'win32') || (await isOver?.())) throw error;
    }
    await pause(ms);
  }
  return work();
}

/** The same for work that blocks the process while it waits. */
export function whenFreeSync<T>(
  work: () => T,
  {
    platform = process.platform,
    pause = blockFor,
  }: Pick<HeldOptions, 'platform'> & { pause?: (ms: number) => void } = {},
): T {
  if (platform !== 'win32') return work();

  for (const wait of heldWaitsMs) {
    try {
      return work();
    } catch (error) {
      if (!isHeld(error, 'win32')) throw error;
    }
    pause(wait);
  }
  return work();
}

function blockFor(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** For `rm`, which has a waiting of its own: 1.8 s in all. */
export const removeTree = { recursive: true, force: true, maxRetries: 8, retryDelay: 50 } as const;

/** Codes after which the same call may succeed: what is full or too much today is not for ever. */
const passing: ReadonlySet<string | null> = new Set(['EBUSY', 'EAGAIN', 'EMFILE', 'ENFILE', 'ENOSPC', 'EDQUOT']);

/** Whether a call to the system failed: an error of other code has no name of a call. */
export function isSystemError(error: unknown): boolean {
  return foreignCode(error) !== null && typeof (error as { readonly syscall?: unknown }).syscall === 'string';
}

/**
 * The typed form of a failure of the disk. Its details give the code of the system and never the
 * path, which may name a patient.
 */
export function fileFailure(cause: unknown, platform: NodeJS.Platform = process.platform): TerrESanteError {
  const reason = foreignCode(cause);
  const held = isHeld(cause, platform);

  return new TerrESanteError(
    'TE_FILE_ACCESS',
    held
      ? "Un fichier est tenu par un autre programme (antivirus, sauvegarde, indexation), ou l'accès est refusé."
      : "Un fichier ou un dossier n'est pas accessible.",
    { details: { reason: reason ?? 'unknown' }, retryable: held || passing.has(reason) },
  );
}

/**
 * Opens a file to read it.
 *
 * @throws TerrESanteError `TE_FILE_ACCESS` when another program holds it; another refusal is the
 *   system's own error
 */
export function openToRead(path: string): Promise<FileHandle> {
  return typedWhenHeld(whenFree(() => open(path, 'r')));
}

/** Reads a small file whole, as {@link openToRead}. */
export function readWhole(path: string): Promise<Buffer> {
  return typedWhenHeld(whenFree(() => readFile(path)));
}

async function typedWhenHeld<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw isHeld(error) ? fileFailure(error) : error;
  }
}
