import { isTerrESanteError, type TerrESanteError, type TerrESanteErrorCode } from '../../errors.ts';
import type { CallOptions } from '../../internal/abort.ts';
import { optionsOf, reading, type Checks } from '../../internal/border.ts';
import { anyText, callback, callChecks, flag, methods } from '../../internal/option-checks.ts';
import type { Mailbox, MailboxItem } from '../mss/mailbox-model.ts';
import type { Outbox, ReportOutcome } from './outbox-model.ts';
import { ownError } from './own-error.ts';

/** A message of the reply mailbox, and what became of the report in it. */
interface FollowedItem {
  readonly item: MailboxItem;
  /** `null` when it is no report, or one that could not be recorded. */
  readonly outcome: ReportOutcome | null;
  /** Why this report could not be recorded, and never will be; `null` otherwise. */
  readonly error: TerrESanteError | null;
}

/** Options of {@link followReports}. */
interface FollowOptions extends CallOptions {
  readonly after?: string | undefined;
  readonly watch?: boolean | undefined;
  /** With `watch`: told of each failure of the mailbox that is made up for. */
  readonly onError?: ((error: TerrESanteError) => void) | undefined;
}

const followChecks: Checks<FollowOptions> = { ...callChecks, after: anyText, watch: flag, onError: callback };

/**
 * Reads the reply mailbox and ties each report to its deposit. Yields every message, with a `null`
 * outcome when it is no report, so that the host stores the cursor and deals with the others; with
 * `watch`, goes on until the signal fires.
 *
 * One report that cannot be recorded does not hold the others: its item bears the `error`. What may
 * pass, such as a store that is away, ends the reading: read again from the last cursor.
 *
 * @throws TerrESanteError `TE_OUTBOX` and others that are `retryable`, `TE_CLOSED`, `TE_CANCELLED`
 *
 * @group Outbox
 */
export async function* followReports(
  outbox: Pick<Outbox, 'applyReport'>,
  mailbox: Mailbox,
  options?: FollowOptions,
): AsyncGenerator<FollowedItem, void, undefined> {
  reading('outbox', () => methods<typeof outbox>('applyReport')('outbox', outbox));
  reading('mailbox', () => methods<Mailbox>('read', 'watch')('mailbox', mailbox));
  const { watch = false, signal, after, onError } = optionsOf('options', options, followChecks);

  const items = watch && signal ? mailbox.watch({ after, signal, onError }) : mailbox.read({ after, signal });

  for await (const item of items) yield { item, ...(await intake(outbox, item)) };
}

async function intake(outbox: Pick<Outbox, 'applyReport'>, item: MailboxItem): Promise<Omit<FollowedItem, 'item'>> {
  try {
    // Of a mailbox of the host: reading a member may throw.
    const { report } = item;
    if (!report) return { outcome: null, error: null };
    return { outcome: await outbox.applyReport(report), error: null };
  } catch (error) {
    if (endsReading(error)) throw error;
    return { outcome: null, error: isTerrESanteError(error) ? error : ownError(error) };
  }
}

/** Failures of the outbox, not of one report. */
const ofOutbox: ReadonlySet<TerrESanteErrorCode> = new Set(['TE_CLOSED', 'TE_CANCELLED', 'TE_TIMEOUT']);

function endsReading(error: unknown): boolean {
  return isTerrESanteError(error) && (error.retryable || ofOutbox.has(error.code));
}
