import { needed, type Checks } from '../../internal/border.ts';
import {
  anyText,
  anything,
  callback,
  choice,
  count,
  flag,
  listOf,
  methods,
  number,
  options,
  patient,
  runtime,
  text,
  wait,
} from '../../internal/option-checks.ts';
import type { DepositState } from '../receipt/model.ts';
import { depositStates } from '../receipt/states.ts';
import type { OutboxStore } from './model.ts';
import type { DepositFilter, EraseOptions, OutboxCarrier, OutboxOptions } from './outbox-model.ts';
import type { RetryPolicy } from './retry-policy.ts';

/** What an outbox is made with. */
export const outboxChecks: Checks<OutboxOptions> = {
  store: needed(
    methods<OutboxStore>(
      'add',
      'get',
      'claim',
      'save',
      'content',
      'nextDue',
      'list',
      'addUnmatched',
      'unmatched',
      'close',
    ),
  ),
  carrier: needed(methods<OutboxCarrier>('compose', 'send')),
  // It is asked for when a mail is named after it.
  senderDomain: anyText,
  findOut: callback,
  runtime,
  // The observer says which methods a logger has, the policy and the senders which values they
  // take.
  logger: anything,
  owner: text,
  sends: flag,
  reportSenders: anything,
  onChange: callback,
  onError: callback,
  concurrency: count(1),
  sendTimeoutMs: wait,
  leaseMarginMs: wait,
  pollMs: wait,
  retry: options<RetryPolicy>({
    expireAfterMs: number(),
    maxAttempts: number(),
    firstDelayMs: number(),
    longestDelayMs: number(),
  }),
};

export const listChecks: Checks<DepositFilter> = {
  states: listOf(choice(...(Object.keys(depositStates) as DepositState[]))),
  patient,
};

export const eraseChecks: Checks<EraseOptions> = { waiting: choice('refuse', 'cancel') };

export const stopChecks: Checks<{ readonly graceMs?: number | undefined }> = { graceMs: wait };
