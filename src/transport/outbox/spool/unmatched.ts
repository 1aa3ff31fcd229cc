import { join } from 'node:path';

import { keptAt, maxAside, reasonOf } from '../aside.ts';
import { reportKey } from '../identity.ts';
import type { UnmatchedReport } from '../model.ts';
import type { Seal } from '../seal.ts';
import type { SpoolFiles } from './files.ts';
import { writeWhole } from './whole-file.ts';

const formerPrefix = 'no-deposit-';
const isFormer = (name: string): boolean => /^[0-9a-f]{40}$/.test(name);

/** Names of one reason sort by time; those of an earlier version come first. */
function byAge(left: string, right: string): number {
  if (isFormer(left) !== isFormer(right)) return isFormer(left) ? -1 : 1;
  return left < right ? -1 : 1;
}

/**
 * Reports kept aside: one file each, so that the same report is kept once. The name tells reason,
 * time and report, so that the oldest are found without opening one; an earlier version named the
 * report alone.
 */
export class UnmatchedReports {
  readonly #files: SpoolFiles;
  readonly #spool: string;
  readonly #seal: Seal;
  readonly #limit: number;

  constructor(files: SpoolFiles, spool: string, seal: Seal, limit = maxAside) {
    this.#files = files;
    this.#spool = spool;
    this.#seal = seal;
    this.#limit = limit;
  }

  get #folder(): string {
    return join(this.#spool, 'unmatched');
  }

  async add(item: UnmatchedReport): Promise<void> {
    const bytes = this.#seal.close(Buffer.from(JSON.stringify(item), 'utf8'), 'unmatched');
    const key = reportKey(item);
    const prefix = `${reasonOf(item)}-`;
    const names = await this.names();
    if (names.some((name) => name.endsWith(key))) return;

    const name = `${prefix}${String(keptAt(item)).padStart(15, '0')}-${key}`;
    await writeWhole(this.#files, this.#spool, join(this.#folder, name), bytes);

    const same = names.filter((other) => other.startsWith(prefix) || (prefix === formerPrefix && isFormer(other)));
    for (const oldest of same.sort(byAge).slice(0, Math.max(0, same.length + 1 - this.#limit))) {
      await this.#files.remove(join(this.#folder, oldest));
    }
    await this.#files.syncFolder(this.#folder);
  }

  /** Removes these, for good. */
  async remove(items: readonly UnmatchedReport[]): Promise<void> {
    const keys = items.map(reportKey);
    const names = (await this.names()).filter((name) => keys.some((key) => name.endsWith(key)));
    for (const name of names) await this.#files.remove(join(this.#folder, name));
    if (names.length > 0) await this.#files.syncFolder(this.#folder);
  }

  names(): Promise<readonly string[]> {
    return this.#files.names(this.#folder);
  }

  async read(name: string): Promise<UnmatchedReport> {
    const bytes = await this.#files.readAll(join(this.#folder, name));
    return JSON.parse(Buffer.from(this.#seal.open(bytes, 'unmatched')).toString('utf8')) as UnmatchedReport;
  }
}
