import type { OutboxEntry } from './model.ts';
import type { Depositor } from './outbox-model.ts';

/** Whether an entry is of this depositor; `null` is who looks after the whole outbox. */
export function isOf({ depositor, envelope }: OutboxEntry, who: Depositor | null): boolean {
  if (!who) return true;

  const isNamed = depositor !== undefined && depositor !== null;
  return isNamed ? depositor === who.id : envelope.from.toLowerCase() === who.address.toLowerCase();
}

/** The messages of a depositor bear the domain of that depositor's mailbox. */
export function senderDomainOf(who: Depositor | null): string | null {
  return who && who.address.slice(who.address.lastIndexOf('@') + 1).toLowerCase();
}
