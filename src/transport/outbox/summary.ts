import type { TerrESanteErrorCode } from '../../errors.ts';
import type { DepositReceipt, DepositState } from '../receipt/model.ts';
import { depositStates } from '../receipt/states.ts';
import type { OutboxSummary } from './outbox-model.ts';

/** Counts the deposits of an outbox by their receipts. */
export async function summaryOf(receipts: AsyncIterable<DepositReceipt>): Promise<OutboxSummary> {
  const states = Object.fromEntries(Object.keys(depositStates).map((state) => [state, 0])) as Record<
    DepositState,
    number
  >;
  const problems: Partial<Record<TerrESanteErrorCode, number>> = {};
  let oldestWaiting: string | null = null;

  for await (const { state, submittedAt, problem } of receipts) {
    states[state] += 1;
    if (problem) problems[problem.code] = (problems[problem.code] ?? 0) + 1;

    const waits = state === 'queued' || state === 'sending';
    // ISO instants in UTC sort as texts.
    if (waits && (oldestWaiting === null || submittedAt < oldestWaiting)) oldestWaiting = submittedAt;
  }

  return { states, waiting: states.queued + states.sending, oldestWaiting, problems };
}
