import { isTerrESanteError, TerrESanteError } from '../../errors.ts';
import { archiveFaults, type ArchiveFault } from './faults.ts';

/** Limits of an archive that comes from outside. @group XDM */
export interface ZipLimits {
  readonly maxEntries: number;
  /** Longest file, once inflated. */
  readonly maxEntryBytes: number;
  /** All files together, once inflated. */
  readonly maxTotalBytes: number;
  /** Largest ratio of the inflated to the compressed size, above one mebibyte. */
  readonly maxRatio: number;
}

export const defaultZipLimits: ZipLimits = {
  maxEntries: 1000,
  maxEntryBytes: 1024 * 1024 * 1024,
  maxTotalBytes: 2 * 1024 * 1024 * 1024,
  maxRatio: 200,
};

export function archiveError(reason: ArchiveFault): TerrESanteError {
  return new TerrESanteError('TE_ARCHIVE_INVALID', `Archive refusée : ${archiveFaults[reason].fr}.`, {
    details: { reason },
  });
}

/**
 * An error of the library as an error of the archive. Only its kind is kept: its message may quote
 * a file name, which may hold a patient's name.
 */
export function foreignArchiveError(error: unknown): TerrESanteError {
  const isOurs = isTerrESanteError(error) && error instanceof TerrESanteError;
  return isOurs ? error : archiveError('structure');
}
