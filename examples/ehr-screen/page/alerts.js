// Admissions to the hospital and discharges from it.
import { ask } from './api.js';
import { el, region } from './dom.js';
import { outcome, refusalView, running } from './messages.js';
import { moment } from './words.js';

export function alertsPart({ key, alerts }, done) {
  const title = 'Alertes d’hospitalisation';
  const result = outcome();
  const button = el('button', { type: 'button' }, 'S’abonner aux alertes');
  button.addEventListener(
    'click',
    running(button, result, async () => {
      await ask('/api/subscribe', { key });
      await done('Abonnement demandé.');
    }),
  );
  if (alerts.error) return region('alerts', title, refusalView(alerts.error));

  const { subscriptions, alerts: told, isComplete } = alerts.value;
  if (subscriptions.length === 0) {
    return region(
      'alerts',
      title,
      el('p', { class: 'note' }, 'Hôpital d’essai : admissions et sorties.'),
      button,
      result.place,
    );
  }
  return region(
    'alerts',
    title,
    el('p', { class: 'note' }, subscriptions.map(subscriptionView).join(', ')),
    !isComplete && el('p', { class: 'reason' }, 'Il peut manquer des alertes.'),
    told.length === 0 && el('p', {}, 'Aucune alerte.'),
    el('ul', { class: 'rows', 'aria-label': 'Alertes reçues' }, ...told.map(alertView)),
  );
}

/** A subscription that was only asked for promises nothing. */
const subscriptionView = ({ label, isActive }) => `${label} : ${isActive ? 'abonné' : 'demandé'}`;

function alertView({ type, label, occurredAt, place, text }) {
  const what = [moment(occurredAt), place ?? 'lieu inconnu', text].filter(Boolean).join(', ');
  return el('li', { class: `alert ${type}` }, el('div', {}, el('strong', {}, label), el('p', { class: 'note' }, what)));
}
