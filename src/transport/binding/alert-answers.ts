import type { AlertFacility, AlertMessages, AlertRecord, AlertSubscriptionRecord, AlertType } from './alerts.ts';
import type { CareCircleContact } from './care-circle.ts';
import { notUnderstood, type JsonAnswer } from './json-answer.ts';
import { identifier } from './simulator-records.ts';

const types: readonly AlertType[] = ['admission', 'discharge'];
const contactSystems: readonly CareCircleContact['system'][] = ['phone', 'email', 'mss', 'other'];

/** Answers of a binding of the host. */
export function alertMessages(answer: JsonAnswer): AlertMessages {
  return {
    messages: answer.list('messages').map(alertRecord),
    unread: answer.count('unread'),
    isComplete: answer.flagOrNull('isComplete') ?? false,
  };
}

function alertRecord(answer: JsonAnswer): AlertRecord {
  return {
    id: answer.text('id', 200),
    subscription: answer.text('subscription', 64),
    type: answer.oneOf('type', types),
    facility: facilityOrNull(answer),
    occurredAt: momentOrNull(answer, 'occurredAt'),
    emittedAt: answer.timeOrNull('emittedAt'),
    receivedAt: answer.timeOrNull('receivedAt'),
    title: textOrNull(answer, 'title'),
    text: textOrNull(answer, 'text'),
    isCancelled: answer.flagOrNull('isCancelled') ?? false,
    replaces: answer.has('replaces') ? answer.texts('replaces') : [],
  };
}

export function alertSubscription(answer: JsonAnswer): AlertSubscriptionRecord {
  const statuses = ['requested', 'active', 'error', 'off'] as const;
  return {
    id: answer.text('id', 64),
    status: answer.has('status') ? answer.oneOf('status', statuses) : null,
    problem: textOrNull(answer, 'problem'),
    type: answer.has('type') ? answer.oneOf('type', types) : null,
    facility: facilityOrNull(answer),
    reason: textOrNull(answer, 'reason'),
    mailbox: answer.textOrNull('mailbox'),
    askedAt: answer.timeOrNull('askedAt'),
    from: answer.timeOrNull('from'),
    until: answer.timeOrNull('until'),
  };
}

function facilityOrNull(answer: JsonAnswer): AlertFacility | null {
  if (!answer.has('facility')) return null;
  const facility = answer.object('facility');
  return {
    ids: facility.list('ids', 20).map(identifier),
    name: facility.textOrNull('name'),
    contacts: facility.list('contacts', 20).map((contact) => ({
      system: contact.oneOf('system', contactSystems),
      value: contact.text('value', 200),
    })),
    address: facility.textOrNull('address'),
  };
}

export const textOrNull = (answer: JsonAnswer, name: string): string | null =>
  answer.has(name) ? answer.text(name, 2_000) : null;

/** A time, or the day, month or year of it. */
export function momentOrNull(answer: JsonAnswer, name: string): string | null {
  const value = answer.textOrNull(name);
  if (value === null || value.includes('T')) return answer.timeOrNull(name);
  if (!/^\d{4}(?:-\d{2}(?:-\d{2})?)?$/.test(value) || Number.isNaN(Date.parse(value))) throw notUnderstood(name);
  return value;
}
