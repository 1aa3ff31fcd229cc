import type { CallOptions } from '../../internal/abort.ts';
import type { Mailbox, MailboxItem } from '../mss/mailbox-model.ts';
import type { Outbox, ReportOutcome } from './outbox-model.ts';

/**
 * Reads the reply mailbox and ties each report to its deposit. Yields every message, with a `null`
 * outcome when it is no report, so that the host stores the cursor and deals with the others; with
 * `watch`, goes on until the signal fires.
 *
 * @group Outbox
 */
export async function* followReports(
  outbox: Pick<Outbox, 'applyReport'>,
  mailbox: Mailbox,
  options: CallOptions & { readonly after?: string | undefined; readonly watch?: boolean | undefined } = {},
): AsyncGenerator<{ readonly item: MailboxItem; readonly outcome: ReportOutcome | null }, void, undefined> {
  const { watch = false, signal, after } = options;
  const items = watch && signal ? mailbox.watch({ after, signal }) : mailbox.read({ after, signal });

  for await (const item of items) {
    yield { item, outcome: item.report ? await outbox.applyReport(item.report) : null };
  }
}
