// Admissions and discharges. The platform does not list subscriptions: the practice keeps those it took.
import { facility } from '../world/hospital.mjs';
import { personOf } from './person.mjs';

const words = { admission: 'Admission', discharge: 'Sortie' };

/** Both kinds of event, at the hospital of the example. */
export async function subscribe(world, body) {
  const { te, subscriptions } = world;
  const { key, patient } = personOf(world, body);
  const taken = subscriptions.get(key) ?? [];
  for (const type of Object.keys(words)) {
    if (!taken.some((one) => one.type === type)) taken.push(await te.alerts.subscribe(patient, { type, facility }));
    subscriptions.set(key, taken);
  }
  return {};
}

/** Where the subscriptions stand, and what they brought. */
export async function alertsOf({ te, subscriptions }, { key }) {
  const taken = subscriptions.get(key) ?? [];
  if (taken.length === 0) return { subscriptions: [], alerts: [], isComplete: true };

  const { alerts, isComplete } = await te.alerts.list(taken);
  return {
    subscriptions: taken.map(({ type, isActive }) => ({ label: words[type], isActive })),
    alerts: alerts.map(({ type, occurredAt, facility: place, text }) => ({
      type,
      label: words[type],
      occurredAt,
      place: place?.name ?? null,
      text,
    })),
    isComplete,
  };
}
