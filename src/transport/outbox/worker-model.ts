import type { TerrESanteError } from '../../errors.ts';
import type { Runtime } from '../../internal/runtime.ts';
import type { DepositAcceptance, DepositMessage, DepositProgress } from '../deposit.ts';
import type { DepositedDocument, DepositReceipt } from '../receipt/model.ts';
import type { OutboxEntry, OutboxStore } from './model.ts';
import type { RetryPolicy } from './retry-policy.ts';

/** Hands one message over. */
export type OutboxSend = (
  message: DepositMessage,
  options: { readonly signal: AbortSignal; readonly timeoutMs: number; readonly depositor: string | null },
) => Promise<DepositAcceptance>;

/**
 * Asks the far side whether the documents are there: before a message whose outcome is unknown is
 * sent again, and when the far side answers that it has them already (`TE_DUPLICATE`). `present`
 * only for the same documents: compare `documents` with the hashes of the registry.
 *
 * @group Outbox
 */
export type FindOut = (
  uniqueIds: readonly string[],
  options: {
    readonly signal: AbortSignal;
    readonly documents: readonly DepositedDocument[];
    /** Who deposited, where several share the outbox. */
    readonly depositor: string | null;
    /** The message as it is kept. */
    readonly message: () => Promise<DepositMessage>;
  },
) => Promise<'present' | 'absent' | 'unknown'>;

/** How the worker works. @group Outbox */
export interface WorkerOptions {
  /** Messages in flight. @defaultValue `3` */
  readonly concurrency?: number | undefined;
  /** Longest time for one message. @defaultValue `600_000` */
  readonly sendTimeoutMs?: number | undefined;
  /**
   * How much longer the lease is; more than the clocks of the machines may differ.
   *
   * @defaultValue `60_000`
   */
  readonly leaseMarginMs?: number | undefined;
  /** How often a store that others also fill is asked. @defaultValue `1_000` */
  readonly pollMs?: number | undefined;
  readonly retry?: RetryPolicy | undefined;
}

/** Told how far a message is. */
export type ProgressListener = (progress: DepositProgress) => void;

/** How an attempt for a claim ended. */
export interface AttemptEnd {
  readonly claim: OutboxEntry;
  readonly fact: 'sent' | 'not-sent';
  readonly edit: (entry: OutboxEntry) => OutboxEntry;
}

/**
 * Ends that the store did not take (a full disk, a database that is away), by the id of the entry.
 * They live as long as the outbox: what is in here is never sent again by this process.
 */
export type OwedRecords = Map<string, AttemptEnd>;

/** What a worker is made of. */
export interface WorkerParts extends WorkerOptions {
  readonly store: OutboxStore;
  /** The wire of `send`. */
  readonly channel: DepositReceipt['channel'];
  readonly whenUnknown: 'resend' | 'wait';
  readonly send: OutboxSend;
  readonly findOut?: FindOut | undefined;
  readonly runtime: Runtime;
  /** Names this worker among those that share the store. */
  readonly owner: string;
  /** An attempt begins, for an entry that this worker has claimed. */
  readonly began: (entry: OutboxEntry) => void;
  readonly changed: (entry: OutboxEntry) => void;
  readonly failed: (error: TerrESanteError) => void;
  /** Who wants to know how far the message of an entry is. */
  readonly progressOf?: ((entry: OutboxEntry) => ProgressListener | undefined) | undefined;
  /** What the store refused to record: it outlives the worker. */
  readonly owed?: OwedRecords | undefined;
}
