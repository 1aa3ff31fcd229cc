import { stat } from 'node:fs/promises';
import { TerrESanteError } from '../../errors.ts';
import {
  createOutbox,
  openPostgresStore,
  openSpoolStore,
  type Outbox,
  type OutboxStore,
} from '../../transport/index.ts';
import { daysAgo, smallFile, usageError } from '../options.ts';

/** The words of a command that say which store. */
export interface StoreWords {
  readonly spool?: string | undefined;
  readonly 'database-env'?: string | undefined;
  readonly schema?: string | undefined;
  readonly 'key-file'?: string | undefined;
  readonly 'new-key-file'?: string | undefined;
  readonly 'older-than'?: string | undefined;
}

/** Opening makes a spool that is absent: a misspelt folder would be an empty outbox. */
async function spoolFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (!found?.isDirectory()) throw usageError('--spool : ce dossier est absent.', '--spool: this folder is absent.');
  return path;
}

/** Opens the store; a spool that is only looked at may be in use by another program. */
async function openStore(words: StoreWords, more: { readOnly?: boolean; purgeBefore?: string }): Promise<OutboxStore> {
  const { spool, schema, 'database-env': variable, 'key-file': keyFile } = words;
  if ((spool === undefined) === (variable === undefined)) {
    throw usageError('--spool ou --database-env est attendu.', '--spool or --database-env is expected.');
  }

  const key = keyFile === undefined ? undefined : await keyOf(keyFile);
  if (spool !== undefined) return openSpoolStore({ folder: await spoolFolder(spool), key, ...more });

  const connectionString = variable === undefined ? undefined : process.env[variable];
  if (connectionString === undefined) {
    throw usageError('--database-env : cette variable est absente.', '--database-env: this variable is absent.');
  }

  return openPostgresStore({ connectionString, schema, key, ...more });
}

/** The outbox over a store; nothing is sent from here. */
export async function openOutbox(words: StoreWords, readOnly: boolean): Promise<Outbox> {
  const store = await openStore(words, { readOnly });
  const never = (): Promise<never> => Promise.reject(new TerrESanteError('TE_UNSUPPORTED', "Rien ne part d'ici."));
  return createOutbox({ store, carrier: { compose: never, send: never }, senderDomain: '', sends: false });
}

/** The bytes of a key; what is wrong with them is said without them. */
const keyOf = (path: string): Promise<Uint8Array> => smallFile(path, 32);

/** Encrypts a spool anew: the present key opens it, the new one closes every file. */
export async function rotateKey(words: StoreWords, signal: AbortSignal): Promise<void> {
  const { spool, 'database-env': variable, 'key-file': keyFile, 'new-key-file': newKeyFile } = words;
  if (spool === undefined || variable !== undefined) {
    throw usageError(
      "rotate-key change la clé d'un dossier : --spool est attendu, sans --database-env.",
      'rotate-key changes the key of a spool: --spool is expected, without --database-env.',
    );
  }
  if (keyFile === undefined || newKeyFile === undefined) {
    throw usageError('--key-file et --new-key-file sont attendus.', '--key-file and --new-key-file are expected.');
  }

  const [formerKey, key] = [await keyOf(keyFile), await keyOf(newKeyFile)];
  if (Buffer.compare(formerKey, key) === 0) {
    throw usageError('La nouvelle clé est la clé présente.', 'The new key is the present one.');
  }

  const keys = { folder: await spoolFolder(spool), key, formerKey };
  // A folder that is no spool, or of another key, is left as it is.
  await (await openSpoolStore({ ...keys, readOnly: true })).close();
  await (await openSpoolStore(keys, { signal })).close();
}

/** Removes the deposits that ended more than so many days ago. */
export async function purge(words: StoreWords): Promise<string> {
  const purgeBefore = daysAgo(words['older-than']);
  await (await openStore(words, { purgeBefore })).close();
  return purgeBefore;
}
