import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TerrESanteError } from '../../errors.ts';
import { FileFailure } from '../failure.ts';
import { bytesSource, type ByteSource } from '../../internal/bytes.ts';
import { fileFailure, isHeld, removeTree, whenFree } from '../../internal/held-file.ts';

const unwritable = (cause: unknown): TerrESanteError =>
  isHeld(cause)
    ? fileFailure(cause)
    : new TerrESanteError('TE_INPUT_INVALID', "Le dossier de sortie n'est pas accessible en écriture.", { cause });

const duplicate = (place: string): TerrESanteError =>
  new FileFailure(
    place,
    'TE_DUPLICATE',
    'Ce genre de document est déjà dans le dossier de sortie : --replace prend sa place.',
  );

async function present(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * A folder that is written beside its place and takes it when it is whole: it is there entirely or
 * not at all.
 */
export class StagedFolder {
  readonly #place: string;
  readonly #beside: string;

  readonly #parent: string;

  constructor(parent: string, name: string) {
    this.#parent = parent;
    this.#place = join(parent, name);
    this.#beside = join(parent, `.${name}.${randomBytes(6).toString('hex')}.part`);
  }

  /** @throws TerrESanteError `TE_DUPLICATE` when the folder exists and may not be replaced */
  async open(replace: boolean): Promise<void> {
    if (!replace && (await present(this.#place))) {
      throw duplicate(this.#place);
    }

    try {
      await mkdir(this.#parent, { recursive: true });
      await mkdir(this.#beside, { mode: 0o700 });
    } catch (cause) {
      throw unwritable(cause);
    }
  }

  path(name: string): string {
    return join(this.#beside, name);
  }

  async write(name: string, content: Uint8Array | ByteSource): Promise<void> {
    const source = content instanceof Uint8Array ? bytesSource(content) : content;
    const file = await whenFree(() => open(this.path(name), 'wx', 0o600)).catch((cause: unknown) => {
      throw unwritable(cause);
    });
    try {
      for await (const chunk of source.open()) await file.write(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Puts the folder in its place. */
  async commit(): Promise<void> {
    const old = `${this.#beside}.old`;
    const replaced = await present(this.#place);
    try {
      if (replaced) await whenFree(() => rename(this.#place, old));
      await whenFree(() => rename(this.#beside, this.#place), { isOver: () => present(this.#place) });
    } catch (cause) {
      const isThere = await present(this.#place);
      if (replaced && !isThere) await whenFree(() => rename(old, this.#place)).catch(() => undefined);
      throw !replaced && isThere ? duplicate(this.#place) : unwritable(cause);
    }
    // The new one is in place: what stays of the old one is no failure of the work.
    if (replaced) await rm(old, removeTree).catch(() => undefined);
  }

  /** Removes what was written, when it did not take its place. */
  async discard(): Promise<void> {
    await rm(this.#beside, removeTree);
  }
}
