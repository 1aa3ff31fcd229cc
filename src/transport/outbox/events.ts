import type { TerrESanteErrorCode } from '../../errors.ts';
import type { Observer } from '../../internal/observer.ts';
import type { DepositState } from '../receipt/model.ts';
import { refusedStates } from '../receipt/receipt.ts';
import { stateOf } from '../receipt/track.ts';
import type { OutboxEntry } from './model.ts';

/**
 * A deposit has a new state, on the channel `terr-esante:deposit`. Names documents by their
 * uniqueId, and nothing of a patient.
 *
 * @group Observability
 */
export interface DepositEvent {
  /** uniqueId of the first document. */
  readonly uniqueId: string;
  readonly state: DepositState;
  readonly channel: 'mssante' | 'xds' | 'fhir';
  /** Attempts to send so far. */
  readonly attempts: number;
  /** Size of the message. */
  readonly byteLength: number;
  /** Milliseconds since the deposit was taken. */
  readonly ageMs: number;
  /** Why the last attempt failed; `null` when none did. */
  readonly code: TerrESanteErrorCode | null;
  readonly smtpCode: number | null;
  /** The envelope identifier, which the mail carries (RFC 3461). */
  readonly correlationId: string;
  /** ISO 8601 instant. */
  readonly at: string;
}

/** An attempt failed, and another one is planned: `terr-esante:retry`. @group Observability */
export interface RetryEvent {
  readonly uniqueId: string;
  /** The attempt that failed: 1 for the first. */
  readonly attempts: number;
  readonly code: TerrESanteErrorCode;
  readonly smtpCode: number | null;
  /** ISO 8601 instant of the next attempt. */
  readonly nextAttemptAt: string;
  readonly correlationId: string;
  /** ISO 8601 instant. */
  readonly at: string;
}

/** The first document; an entry of a store of the host that names none has its id. */
const nameOf = ({ uniqueIds, id }: OutboxEntry): string => uniqueIds[0] ?? id;

const iso = (ms: number): string => new Date(ms).toISOString();

/** Tells that an entry changed. */
export function tellDeposit(observer: Observer, entry: OutboxEntry, now: number): void {
  observer.tell(
    'deposit',
    () => depositEvent(entry, now),
    ({ uniqueId, state }) => ({
      level: levelOf(state),
      message: `deposit ${uniqueId} is ${state}`,
    }),
  );

  const { work, lastError, attempts, track } = entry;
  // Queued again by a failure, which is the fact that was just recorded. The host that asks for
  // another attempt sets the count back.
  const isRetry = work === 'queued' && attempts > 0 && track.evidence.at(-1)?.source === 'submission';
  if (isRetry && lastError !== null) tellRetry(observer, entry, lastError, now);
}

function depositEvent(entry: OutboxEntry, now: number): DepositEvent {
  const { track, lastError } = entry;

  return {
    uniqueId: nameOf(entry),
    state: stateOf(track),
    channel: entry.channel,
    attempts: entry.attempts,
    byteLength: entry.byteLength,
    // The clock may have been set back since.
    ageMs: Math.max(0, now - entry.createdAt),
    code: lastError?.code ?? null,
    smtpCode: lastError?.smtpCode ?? null,
    correlationId: track.envelopeId,
    at: iso(now),
  };
}

function tellRetry(
  observer: Observer,
  entry: OutboxEntry,
  { code, smtpCode }: NonNullable<OutboxEntry['lastError']>,
  now: number,
): void {
  const make = (): RetryEvent => ({
    uniqueId: nameOf(entry),
    attempts: entry.attempts,
    code,
    smtpCode,
    nextAttemptAt: iso(entry.nextAt),
    correlationId: entry.track.envelopeId,
    at: iso(now),
  });

  observer.tell('retry', make, ({ uniqueId, attempts, nextAttemptAt }) => ({
    level: 'warn',
    message: `attempt ${String(attempts)} of deposit ${uniqueId} failed with ${code}, next one at ${nextAttemptAt}`,
  }));
}

function levelOf(state: DepositState): 'debug' | 'info' | 'error' {
  if (refusedStates.has(state)) return 'error';
  return state === 'queued' || state === 'sending' ? 'debug' : 'info';
}
