import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { TerrESanteError } from '../../errors.ts';
import type { ByteSource } from '../../internal/bytes.ts';

/** Where the demo leaves what it made; without a folder it keeps nothing. */
export class Output {
  readonly #folder: string | null;

  constructor(folder: string | null) {
    this.#folder = folder;
  }

  async write(name: string, content: string | Uint8Array | ByteSource): Promise<void> {
    if (this.#folder === null) return;
    const path = join(this.#folder, name);
    try {
      await mkdir(dirname(path), { recursive: true });
      if (typeof content === 'string' || content instanceof Uint8Array) await writeFile(path, content);
      else await pipeline(content.open(), createWriteStream(path));
    } catch (cause) {
      throw new TerrESanteError('TE_INPUT_INVALID', "Le dossier de sortie n'est pas accessible en écriture.", {
        cause,
      });
    }
  }

  async writeJson(name: string, value: unknown): Promise<void> {
    await this.write(name, `${JSON.stringify(value, null, 2)}\n`);
  }
}
