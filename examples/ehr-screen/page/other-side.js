// What others do, for whoever tries the screen alone. A real software has nothing of this.
import { ask } from './api.js';
import { el, region } from './dom.js';
import { outcome, running } from './messages.js';

const acts = [
  ['report', 'L’hôpital dépose un compte rendu'],
  ['admission', 'L’hôpital annonce une admission'],
  ['discharge', 'L’hôpital annonce une sortie'],
  ['refusal', 'La plateforme refusera le prochain dépôt'],
  ['block', 'Le patient vous bloque'],
];

export function otherSidePart({ key }, done) {
  const result = outcome();
  const buttons = acts.map(([act, label]) => {
    const button = el('button', { type: 'button' }, label);
    const work = running(button, result, async () => {
      await ask('/api/other-side', { key, act });
      if (act === 'refusal') result.say('C’est entendu.');
      else await done('C’est fait.');
    });
    button.addEventListener('click', work);
    return button;
  });
  return region(
    'other-side',
    'L’autre côté (simulateur)',
    el('p', { class: 'note' }, 'Pour essayer seul : ce que font l’hôpital, la plateforme et le patient.'),
    el('div', { class: 'buttons' }, ...buttons),
    result.place,
  );
}
