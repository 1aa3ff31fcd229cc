import { join } from 'node:path';

import { reportKey } from '../identity.ts';
import type { UnmatchedReport } from '../model.ts';
import type { Seal } from '../seal.ts';
import type { SpoolFiles } from './files.ts';
import { writeWhole } from './whole-file.ts';

/**
 * Reports that no deposit could be found for: one file each, so that the same report is kept once.
 */
export class UnmatchedReports {
  readonly #files: SpoolFiles;
  readonly #spool: string;
  readonly #seal: Seal;

  constructor(files: SpoolFiles, spool: string, seal: Seal) {
    this.#files = files;
    this.#spool = spool;
    this.#seal = seal;
  }

  get #folder(): string {
    return join(this.#spool, 'unmatched');
  }

  async add(item: UnmatchedReport): Promise<void> {
    const bytes = this.#seal.close(Buffer.from(JSON.stringify(item), 'utf8'), 'unmatched');
    await writeWhole(this.#files, this.#spool, join(this.#folder, reportKey(item)), bytes);
    await this.#files.syncFolder(this.#folder);
  }

  names(): Promise<readonly string[]> {
    return this.#files.names(this.#folder);
  }

  async read(name: string): Promise<UnmatchedReport> {
    const bytes = await this.#files.readAll(join(this.#folder, name));
    return JSON.parse(Buffer.from(this.#seal.open(bytes, 'unmatched')).toString('utf8')) as UnmatchedReport;
  }
}
