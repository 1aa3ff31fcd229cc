import type { LocalIdentifier } from '../../identity/index.ts';
import { nodeCrypto } from '../../internal/node-crypto.ts';
import type { AlertRecord, SubscribedPatient } from '../../transport/index.ts';
import { patientScope } from '../../internal/patient-scope.ts';
import type { AlertList, HospitalAlert } from './model.ts';

/** The messages of one event. */
interface Told {
  readonly messages: AlertRecord[];
  readonly patient: LocalIdentifier;
  readonly event: string;
}

/**
 * The events that messages tell, each once, in the order in which they happened.
 *
 * An event that any message takes back is taken back, in whatever order the messages arrived. A
 * message whose place another one takes counts no more: where it told of another event, that event
 * did not happen.
 */
export function eventsOf(
  messages: readonly AlertRecord[],
  subscriptions: readonly SubscribedPatient[],
): Pick<AlertList, 'alerts' | 'cancelled'> {
  const replaced = new Set(messages.flatMap(({ replaces }) => replaces));
  const patients = new Map(subscriptions.map(({ id, patient }) => [id, patient]));
  const events = new Map<string, Told>();

  for (const message of messages) {
    const patient = patients.get(message.subscription);
    if (!patient) continue;

    const event = eventName(message, patient);
    const told = events.get(event) ?? { messages: [], patient, event };
    told.messages.push(message);
    events.set(event, told);
  }

  const all = [...events.values()].map((told) => alertOf(told, replaced)).sort(byTime);
  return {
    alerts: all.filter(({ isCancelled }) => !isCancelled),
    cancelled: all.filter(({ isCancelled }) => isCancelled),
  };
}

/** Patient, type, place and instant. Without an instant nothing says that two are one. */
function eventName({ id, type, facility, occurredAt }: AlertRecord, patient: LocalIdentifier): string {
  const ids = (facility?.ids ?? []).map(({ system, value }) => JSON.stringify([system, value])).sort();
  const place = ids.length > 0 ? ids : [facility?.name ?? ''];
  const parts = [patientScope(patient), type, place, occurredAt ?? ['untimed', id]];
  return nodeCrypto().createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** The first message of those that still count names it; it is told as the last one has it. */
function alertOf({ messages, patient, event }: Told, replaced: ReadonlySet<string>): HospitalAlert {
  const counting = messages.filter(({ id }) => !replaced.has(id));
  const isCancelled = counting.length === 0 || counting.some((message) => message.isCancelled);
  const ordered = [...(counting.length > 0 ? counting : messages)].sort(byArrival);
  const [first, last] = [ordered[0] as AlertRecord, ordered.at(-1) as AlertRecord];
  return { ...last, id: first.id, event, patient, isCancelled };
}

const text = (value: string | null): string => value ?? '';
const compare = (left: string, right: string): number => Number(left > right) - Number(left < right);

function byArrival(left: AlertRecord, right: AlertRecord): number {
  return compare(text(left.receivedAt), text(right.receivedAt)) || compare(left.id, right.id);
}

/** What has no time comes last: nobody knows when it was. */
function byTime(left: HospitalAlert, right: HospitalAlert): number {
  const isTimed = Number(left.occurredAt === null) - Number(right.occurredAt === null);
  return isTimed || compare(text(left.occurredAt), text(right.occurredAt)) || compare(left.id, right.id);
}
