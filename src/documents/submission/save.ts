import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TerrESanteError } from '../../errors.ts';
import type { ByteSource } from '../../internal/bytes.ts';
import { fileFailure, isSystemError, removeTree, whenFree } from '../../internal/held-file.ts';
import type { Submission } from '../model/submission.ts';
import { namesChecks, planXdm, type XdmOptions } from '../xdm/package.ts';
import { optionsOf, reading, textOf } from '../../internal/border.ts';

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Keeps a submission on the disk as the folder that its archive would unpack to, with the same
 * identifiers and hashes.
 *
 * Written beside, forced to the disk, then renamed: the folder is there whole or not at all. Only
 * the owner can read it; on Windows, those whom the access list of the parent lets in. Where it may
 * be kept, and for how long, is for the host to decide: it holds health data in clear.
 *
 * @param parent - An existing folder of the host.
 * @throws TerrESanteError `TE_DUPLICATE` when the folder exists already, `TE_INPUT_INVALID` when a
 *   document changed, `TE_FILE_ACCESS` when the disk refuses
 * @group Submission
 */
export async function saveSubmission(
  submission: Submission,
  parent: string,
  options?: Pick<XdmOptions, 'sender' | 'application'>,
): Promise<{
  /** Folder named after the uniqueId of the submission set. */
  readonly folder: string;
  /** Paths inside it, with `/`. */
  readonly files: readonly string[];
}> {
  textOf('parent', parent);
  const names = optionsOf('options', options, namesChecks);
  const { entries, folder } = reading('submission', () => ({
    ...planXdm(submission, names),
    folder: join(parent, submission.submissionSet.uniqueId),
  }));
  const duplicate = new TerrESanteError('TE_DUPLICATE', 'Cet envoi est déjà conservé.');
  if (await exists(folder)) throw duplicate;

  const beside = `${folder}.${randomBytes(6).toString('hex')}.part`;

  try {
    await mkdir(beside, { mode: 0o700 });
    for (const { name, content } of entries) await writeWhole(join(beside, ...name.split('/')), content);

    // Linux says that a folder of this name is there; Windows says that access is refused.
    const isThere = (): Promise<boolean> => exists(folder);
    await whenFree(() => rename(beside, folder), { isOver: isThere }).catch(async (error: unknown) => {
      throw (await isThere()) ? duplicate : error;
    });
  } catch (error) {
    await rm(beside, removeTree).catch(() => undefined);
    throw isSystemError(error) ? fileFailure(error) : error;
  }

  return { folder, files: entries.map(({ name }) => name) };
}

/** One file, forced to the disk; a content that changed meanwhile is refused. */
async function writeWhole(path: string, content: ByteSource): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await whenFree(() => open(path, 'wx', 0o600));

  try {
    let length = 0;
    for await (const chunk of content.open()) {
      await file.write(chunk);
      length += chunk.length;
    }

    if (length !== content.byteLength) {
      throw new TerrESanteError('TE_INPUT_INVALID', "Un contenu a changé pendant l'écriture.");
    }

    await file.sync();
  } finally {
    await file.close();
  }
}
