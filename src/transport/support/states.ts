import type { SupportState } from '../binding/support.ts';

/**
 * What each status of a task means of a request. That `failed` and `entered-in-error` are told as
 * refusals, with their reason, is a choice; `ready` takes the place of an acceptance that goes
 * without saying.
 *
 * @see HL7 FHIR R4, Task, TaskStatus
 */
const states: Readonly<Record<string, SupportState>> = {
  draft: 'draft',
  requested: 'sent',
  received: 'received',
  accepted: 'accepted',
  ready: 'accepted',
  rejected: 'rejected',
  failed: 'rejected',
  'entered-in-error': 'rejected',
  'in-progress': 'in-progress',
  'on-hold': 'in-progress',
  completed: 'completed',
  cancelled: 'cancelled',
};

/** `null` for a word of no state. */
export function stateOf(status: unknown): SupportState | null {
  return typeof status === 'string' && Object.hasOwn(states, status) ? (states[status] ?? null) : null;
}

/** The words by which a server knows some states. */
export function statusesOf(wanted: readonly SupportState[]): readonly string[] {
  return Object.entries(states).flatMap(([status, state]) => (wanted.includes(state) ? [status] : []));
}

/**
 * States in which who asked may withdraw: nobody has begun. That is a choice, which follows from
 * the order of the states.
 *
 * @see HL7 FHIR R4, Task, state machine
 */
export const withdrawableStates: ReadonlySet<SupportState | null> = new Set(['sent', 'received', 'accepted']);
