import { mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { TerrESanteError } from '../../errors.ts';
import type { ByteSource } from '../../internal/bytes.ts';
import { fileFailure, isHeld, whenFree } from '../../internal/held-file.ts';

/** The patient may be a real one: files are for their owner only. */
const mode = 0o600;

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
      if (typeof content === 'string' || content instanceof Uint8Array) {
        await whenFree(() => writeFile(path, content, { mode }));
      } else await pipeline(content.open(), (await whenFree(() => open(path, 'w', mode))).createWriteStream());
    } catch (cause) {
      if (isHeld(cause)) throw fileFailure(cause);
      throw new TerrESanteError('TE_INPUT_INVALID', "Le dossier de sortie n'est pas accessible en écriture.", {
        cause,
      });
    }
  }

  async writeJson(name: string, value: unknown): Promise<void> {
    await this.write(name, `${JSON.stringify(value, null, 2)}\n`);
  }
}
