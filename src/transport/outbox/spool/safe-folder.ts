import { resolve } from 'node:path';

import { TerrESanteError } from '../../../errors.ts';
import { ifThere, type Seen, type SpoolFiles } from './files.ts';

/** Who runs this program, as a test may give it; `null` where modes and owners say nothing. */
export type Account = number | null;

export const ownAccount = (): Account => process.getuid?.() ?? null;

/** What makes a folder unfit for a spool. */
type Reason = 'link' | 'no-folder' | 'other-owner' | 'writable-by-others';

/** Rights to write of the group and of the others. */
const othersWrite = 0o022;

/**
 * Refuses a folder through which another account could read, replace or add files of the spool: a
 * link leads elsewhere, and who may write into a folder may put one there. What opening a spool
 * empties and moves would then be the files of somebody else.
 *
 * The folders above are the host's affair: systems put links there themselves.
 *
 * @returns `false` when there is nothing of that name
 * @throws TerrESanteError `TE_OUTBOX`, `unsafe-folder`
 */
export async function requireSafeFolder(files: SpoolFiles, path: string, account: Account): Promise<boolean> {
  // Without the separator at the end of the name, which would follow a link.
  const seen = await ifThere(files.look(resolve(path)));
  const reason = seen && reasonAgainst(seen, account);
  if (reason) throw unsafe(reason);
  return seen !== null;
}

function reasonAgainst(seen: Seen, account: Account): Reason | null {
  if (seen.kind === 'link') return 'link';
  if (seen.kind !== 'folder') return 'no-folder';
  if (account === null) return null;

  if (seen.owner !== account) return 'other-owner';
  return (seen.mode & othersWrite) === 0 ? null : 'writable-by-others';
}

const sentences: Readonly<Record<Reason, string>> = {
  link: 'il est un lien, ou en contient un : donnez le dossier lui-même',
  'no-folder': "un fichier se trouve à la place d'un dossier",
  'other-owner': 'il appartient à un autre compte : donnez un sous-dossier que le logiciel crée lui-même',
  'writable-by-others': "d'autres comptes peuvent y écrire : fermez-le (chmod go-w), ou donnez un sous-dossier",
};

const unsafe = (reason: Reason): TerrESanteError =>
  new TerrESanteError('TE_OUTBOX', `Le dossier de la boîte d'envoi est refusé : ${sentences[reason]}.`, {
    details: { reason: 'unsafe-folder', unsafe: reason },
  });
