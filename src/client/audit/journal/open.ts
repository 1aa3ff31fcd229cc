import type { Clock } from '../../../internal/runtime.ts';
import { openSealedFolder, type SpoolFiles } from '../../../transport/outbox/spool/sealed-folder.ts';
import { auditWork } from './failure.ts';
import type { StoredAuditJournal } from './model.ts';
import { recordsFolder } from './segments.ts';
import { AuditStore } from './store.ts';

/** What is left of the options once they are checked. */
export interface OpenJournal {
  readonly folder: string;
  readonly key: Uint8Array;
  readonly readOnly: boolean;
  /** `null`: nothing is removed by itself. */
  readonly keepDays?: number | null;
  readonly clock: Clock;
}

/** Opens a journal, over given calls to the disk in tests. */
export function openJournal(
  { folder, key, readOnly, keepDays = null, clock }: OpenJournal,
  files?: SpoolFiles,
): Promise<StoredAuditJournal> {
  return auditWork(async () => {
    const what = { folder, key, readOnly, what: 'audit', parts: [recordsFolder] };
    const opened = await openSealedFolder(what, files);
    const store = new AuditStore(opened, clock, { readOnly, keepDays });
    try {
      await store.begin();
      return store;
    } catch (error) {
      // A journal without a head can still be read and verified.
      if (readOnly) return store;
      await opened.close();
      throw error;
    }
  });
}
