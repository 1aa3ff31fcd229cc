import { needed, type Checks } from '../../internal/border.ts';
import { callback, count, either, methods, number, options, record, text, wait } from '../../internal/option-checks.ts';
import type { Mailbox, RetryPolicy } from '../../transport/index.ts';
import type { ClientOutboxOptions, RepliesOptions } from './model.ts';

const mailboxCheck = either<RepliesOptions['mailbox']>(methods<Mailbox>('read', 'close'), callback);

/** The outbox is opened at the first deposit: what is misspelt is told before. */
export const outboxChecks: Checks<ClientOutboxOptions> = {
  store: either<ClientOutboxOptions['store']>(record, callback, memory),
  server: record,
  credentials: record,
  maxConnections: count(1),
  registry: options<NonNullable<ClientOutboxOptions['registry']>>({
    endpoints: needed(options({ register: needed(text), query: needed(text) })),
    security: record,
  }),
  label: text,
  message: record,
  replies: options<RepliesOptions>({ mailbox: mailboxCheck, after: text, onItem: callback }),
  reportSenders: record,
  onChange: callback,
  onError: callback,
  concurrency: count(1),
  leaseMarginMs: wait,
  pollMs: wait,
  sendTimeoutMs: wait,
  retry: options<RetryPolicy>({
    expireAfterMs: number(),
    maxAttempts: number(),
    firstDelayMs: number(),
    longestDelayMs: number(),
  }),
};

function memory(name: string, value: unknown): 'memory' {
  if (value === 'memory') return value;
  return record(name, value);
}
