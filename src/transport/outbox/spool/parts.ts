import type { DueQueue } from '../due-queue.ts';
import type { Seal } from '../seal.ts';
import { storeWork } from '../store-failure.ts';
import type { Entries } from './entries.ts';
import type { SpoolFiles } from './files.ts';
import type { Journal } from './journal.ts';
import type { SpoolLayout } from './layout.ts';
import type { SpoolLock } from './lock-hold.ts';
import type { Messages } from './messages.ts';
import type { Reserve } from './reserve.ts';

/** Runs work on the disk; its failure becomes `TE_OUTBOX`. */
export const spoolWork = <T>(work: () => Promise<T>): Promise<T> =>
  storeWork("Le disque de la boîte d'envoi a refusé une opération.", work);

/** What an open spool is made of. */
export interface SpoolParts {
  readonly files: SpoolFiles;
  readonly layout: SpoolLayout;
  readonly seal: Seal;
  readonly entries: Entries;
  readonly messages: Messages;
  readonly journal: Journal;
  readonly due: DueQueue;
  readonly reserve: Reserve;
  readonly lock: SpoolLock;
  /** What was seen at the opening and stops nothing; a claim each reports them. */
  readonly warnings: Error[];
  /** Failures that the next claim reports. */
  readonly problems: Error[];
}
