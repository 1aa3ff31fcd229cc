import { TerrESanteError } from '../../errors.ts';
import { mailOrigin } from '../mss/patient-mailbox.ts';
import type { MailReport } from '../receipt/report.ts';
import { waits } from './entry.ts';
import { entryIdIn } from './identity.ts';
import type { OutboxEntry, OutboxStore, UnmatchedReport } from './model.ts';
import type { EraseOptions, ErasedDeposits } from './outbox-model.ts';

/** Writers that change the same entry at the same time: more than this is a loop. */
const maxRounds = 20;

/** Whether an entry is of this patient. */
export function isOfPatient({ patient }: OutboxEntry, scopes: ReadonlySet<string>): boolean {
  return typeof patient === 'string' && scopes.has(patient);
}

/** What an erasure works on. */
export interface ErasureParts {
  readonly store: OutboxStore;
  /** Whether a deposit is one of those that the caller may see. */
  readonly isSeen: (entry: OutboxEntry) => boolean;
  /** Gives a deposit up that waits. @throws TerrESanteError `TE_CONFLICT` when it is being sent */
  readonly cancel: (id: string) => Promise<unknown>;
}

/**
 * Removes the deposits of a patient and the reports that are tied to them. Every step leaves
 * deposits that a second call finds and removes.
 *
 * @throws TerrESanteError `TE_CONFLICT` while one waits (`reason: 'waiting'`, nothing is removed)
 *   or is being sent (`reason: 'sending'`), `TE_UNSUPPORTED` when the store cannot remove
 */
export async function erasePatient(
  parts: ErasureParts,
  scopes: ReadonlySet<string>,
  { waiting = 'refuse' }: EraseOptions,
): Promise<ErasedDeposits> {
  const { store } = parts;
  if (!store.erase) {
    throw new TerrESanteError('TE_UNSUPPORTED', "Ce magasin de la boîte d'envoi ne sait pas effacer.", {
      details: { operation: 'store.erase' },
    });
  }

  const { mine, unassigned } = await depositsOf(parts, scopes);
  const queued = mine.filter(waits);
  if (queued.length > 0 && waiting === 'refuse') throw stillWaiting(queued.length);
  if (queued.some(({ work }) => work === 'sending')) throw beingSent();
  for (const { id } of queued) await parts.cancel(id);

  const reports = await reportsOf(store, mine);
  const { deposits, left } = await removeAll(
    store,
    mine.map(({ id }) => id),
    reports,
  );
  return { deposits, cancelled: queued.length, left, reports: reports.length, unassigned };
}

async function depositsOf(
  { store, isSeen }: ErasureParts,
  scopes: ReadonlySet<string>,
): Promise<{ readonly mine: readonly OutboxEntry[]; readonly unassigned: number }> {
  const mine: OutboxEntry[] = [];
  let unassigned = 0;

  for await (const entry of store.list()) {
    if (!isSeen(entry)) continue;
    if (isOfPatient(entry, scopes)) mine.push(entry);
    if (entry.patient === undefined) unassigned += 1;
  }
  return { mine, unassigned };
}

/** Removes entries as they are now; one that a report changes meanwhile is read again. */
async function removeAll(
  store: OutboxStore,
  ids: readonly string[],
  reports: readonly UnmatchedReport[],
): Promise<Pick<ErasedDeposits, 'deposits' | 'left'>> {
  let [deposits, left] = [0, 0];
  let wanted = ids;

  for (let round = 0; round < maxRounds; round += 1) {
    const entries = (await Promise.all(wanted.map((id) => store.get(id)))).filter((entry) => entry !== null);
    if (entries.length === 0 && (round > 0 || reports.length === 0)) return { deposits, left };
    if (entries.some(waits)) throw beingSent();

    const removed = (await store.erase?.({ entries, reports: round === 0 ? reports : [] })) ?? 0;
    deposits += removed;
    if (removed === entries.length) return { deposits, left: left + entries.filter(mayBeElsewhere).length };

    const still = (await Promise.all(entries.map(({ id }) => store.get(id)))).map((entry) => entry?.id);
    left += entries.filter((entry) => !still.includes(entry.id) && mayBeElsewhere(entry)).length;
    wanted = still.filter((id) => id !== undefined);
  }
  throw new TerrESanteError('TE_CONFLICT', 'Les dépôts sont modifiés par un autre programme.', { retryable: true });
}

/** The message was handed over, or may have been. */
const mayBeElsewhere = ({ work, outcomeUnknown, previous }: OutboxEntry): boolean =>
  work === 'done' || outcomeUnknown || previous.length > 0;

/** Reports that bear the identifier of a deposit, or speak of the mailbox of its patient. */
async function reportsOf(store: OutboxStore, entries: readonly OutboxEntry[]): Promise<readonly UnmatchedReport[]> {
  const ids = new Set(entries.map(({ id }) => id));
  const mailboxes = new Set(entries.map(({ envelope }) => envelope.to.toLowerCase()).filter(isPatientMailbox));
  const found: UnmatchedReport[] = [];

  for await (const item of store.unmatched()) {
    const { envelopeId, messageIds, recipients } = item.report;
    // A report that a host or an earlier version wrote may not say where it comes from.
    const source = item.report.source as MailReport['source'] | undefined;
    const identifiers = [envelopeId, ...messageIds].map((identifier) => identifier && entryIdIn(identifier));
    const addresses = [source?.from, ...recipients.flatMap(({ original, final }) => [original, final])];
    const isTied =
      identifiers.some((id) => id && ids.has(id)) ||
      addresses.some((address) => typeof address === 'string' && mailboxes.has(address.toLowerCase()));
    if (isTied) found.push(item);
  }
  return found;
}

const isPatientMailbox = (address: string): boolean => mailOrigin(address) === 'patient';

function stillWaiting(count: number): TerrESanteError {
  return new TerrESanteError(
    'TE_CONFLICT',
    `Des dépôts de ce patient attendent encore d'être envoyés (${String(count)}) : annulez-les, ou attendez leur envoi.`,
    { details: { reason: 'waiting', waiting: count } },
  );
}

function beingSent(): TerrESanteError {
  return new TerrESanteError('TE_CONFLICT', "Un dépôt de ce patient est en cours d'envoi : recommencez ensuite.", {
    details: { reason: 'sending' },
    retryable: true,
  });
}
