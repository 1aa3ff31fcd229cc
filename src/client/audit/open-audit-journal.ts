import { TerrESanteError } from '../../errors.ts';
import { optionsOf, type Checks } from '../../internal/border.ts';
import { anything, count, flag, runtime } from '../../internal/option-checks.ts';
import { systemRuntime } from '../../internal/runtime.ts';
import type { AuditJournalOptions, StoredAuditJournal } from './journal/model.ts';

const journalChecks: Checks<AuditJournalOptions> = {
  // What is wrong with the folder or the key is an error of the configuration.
  folder: anything,
  key: anything,
  readOnly: flag,
  keepDays: count(1),
  runtime,
};

/**
 * Opens a journal of accesses: a folder of sealed records, each of which holds the digest of the
 * one before. Given to `createClient` as `audit`, it has each access on the disk before the host
 * has its result. One program at a time writes; others may look, with `readOnly`.
 *
 * Who has no key can neither read nor write a record. Who has the folder can remove records, which
 * `verify` tells; against who puts an older copy of the whole folder in its place, note `last` of a
 * verification elsewhere and give it to the next one.
 *
 * @throws TerrESanteError `TE_AUDIT`, `details.reason`: `locked`, `unsafe-folder`, `unreadable`
 *   (another key), `head`, `absent` (`readOnly` and no journal), or the code of the system;
 *   `TE_CONFIG_INVALID` without a folder, or with a key that is none; `TE_INPUT_INVALID`
 *
 * @example
 * ```ts
 * import { randomBytes } from 'node:crypto';
 * import { mkdtemp } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { openAuditJournal } from 'terr-esante-sdk';
 *
 * const folder = join(await mkdtemp(join(tmpdir(), 'cabinet-')), 'acces');
 * const journal = await openAuditJournal({ folder, key: randomBytes(32) });
 *
 * const { ok, last } = await journal.verify();
 * ok; // true
 * last.sequence; // 0
 * await journal.close();
 * ```
 *
 * @see PGSSI-S, référentiel d'imputabilité; IHE ITI TF-1, 9: Audit Trail and Node Authentication
 * @group Audit
 */
export async function openAuditJournal(options: AuditJournalOptions): Promise<StoredAuditJournal> {
  const {
    folder,
    key,
    readOnly = false,
    keepDays = null,
    runtime: { clock } = systemRuntime,
  } = optionsOf('options', options, journalChecks);
  if (typeof folder !== 'string' || folder.trim() === '' || folder.includes('\0')) {
    throw unset("Le dossier du journal des accès n'est pas indiqué (folder).", 'folder');
  }
  if ((key as unknown) === undefined) {
    throw unset("La clé du journal des accès n'est pas indiquée (key) : il porte des identifiants.", 'key');
  }

  const { openJournal } = await import('./journal/open.ts');
  return openJournal({ folder, key, readOnly, keepDays, clock });
}

function unset(sentence: string, argument: string): TerrESanteError {
  return new TerrESanteError('TE_CONFIG_INVALID', sentence, { details: { argument } });
}
