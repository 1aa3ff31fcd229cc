import { homedir } from 'node:os';
import { win32 } from 'node:path';

import { TerrESanteError } from '../../../errors.ts';

/** Where the process runs, as a test may give it. */
export interface Place {
  readonly platform: NodeJS.Platform;
  /** The profile of the account. */
  readonly home: string;
}

const here = (): Place => ({ platform: process.platform, home: homedir() });

/**
 * Whether files of a folder are closed to the other accounts of the machine. Where modes count,
 * they are: the spool makes them for their owner. Windows ignores modes and takes the access list
 * of the parent: that of a profile lets in its account and the administrators, another folder lets
 * in every user unless somebody has changed its list.
 */
export function isPrivatePlace(folder: string, { platform, home }: Place = here()): boolean {
  if (platform !== 'win32') return true;

  const way = win32.relative(win32.resolve(home), win32.resolve(folder));
  return !win32.isAbsolute(way) && way !== '..' && !way.startsWith(`..${win32.sep}`);
}

/** Told once, through `onError` of the outbox that sends: the store works all the same. */
export const readableByOthers = (): TerrESanteError =>
  new TerrESanteError(
    'TE_OUTBOX',
    "La boîte d'envoi est en clair dans un dossier que d'autres comptes du poste peuvent lire : donnez une clé (key), ou fermez le dossier (icacls) et dites-le (folderIsPrivate).",
    { details: { reason: 'readable-by-others' } },
  );
