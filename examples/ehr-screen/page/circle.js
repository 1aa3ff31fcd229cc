// Who takes part in the care of the patient, now: the patient may change it at any time.
import { el, region } from './dom.js';
import { refusalView } from './messages.js';
import { moment } from './words.js';

export function circlePart({ circle }) {
  if (circle.error) return region('circle', 'Cercle de soins', refusalView(circle.error));

  const { members, former, blocked } = circle.value;
  return region(
    'circle',
    'Cercle de soins',
    members.length === 0 && el('p', {}, 'Personne pour l’instant.'),
    el('ul', { class: 'rows', 'aria-label': 'Membres du cercle' }, ...members.map(memberView)),
    former.length > 0 &&
      el('p', { class: 'note' }, `N’en font plus partie : ${former.map(({ name }) => name).join(', ')}.`),
    blocked.length > 0 && el('p', { class: 'note' }, `Bloqués par le patient : ${blocked.join(', ')}.`),
  );
}

function memberView({ name, role, since, contacts }) {
  const what = [role ?? 'rôle inconnu', since ? `depuis le ${moment(since)}` : 'date d’entrée inconnue', ...contacts];
  return el('li', {}, el('div', {}, el('strong', {}, name), el('p', { class: 'note' }, what.join(', '))));
}
