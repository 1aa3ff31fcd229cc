// The patient who is looked at: what is known, and what can be done.
import { ask } from './api.js';
import { alertsPart } from './alerts.js';
import { circlePart } from './circle.js';
import { creationPart, joinPart } from './consent.js';
import { badge, markCurrent, showState } from './day.js';
import { depositPart, showDeposits } from './deposit.js';
import { documentsPart } from './documents.js';
import { byId, el } from './dom.js';
import { stateIcon } from './icons.js';
import { refusalView, viewOf } from './messages.js';
import { otherSidePart } from './other-side.js';
import { portalPart } from './portal.js';
import { birth, news } from './words.js';

let current = null;

/** Parts of the current patient in which the user types: they outlive a refresh. */
const kept = new Map();

/** Opens a patient: the focus goes to the name, so that a reader of the screen follows. */
export async function openPatient(key) {
  current = key;
  kept.clear();
  markCurrent(key);
  byId('said').textContent = '';
  byId('patient').hidden = false;
  document.querySelector('main').dataset.view = 'patient';
  await refreshPatient();
  byId('patient-name')?.focus();
}

export function backToDay() {
  document.querySelector('main').dataset.view = 'day';
  byId('day-title').focus();
}

/**
 * Reads everything of the patient again.
 *
 * @param {string} [said] - what was done, for those who do not see the change
 */
export async function refreshPatient(said = '') {
  const key = current;
  if (key === null) return;
  const place = byId('patient-body');
  place.setAttribute('aria-busy', 'true');
  try {
    const view = await ask('/api/patient', { key });
    if (key !== current) return;
    showState(view);
    keepFocus(place, () => place.replaceChildren(...wholeOf(view)));
    showDeposits(view.deposits);
    byId('said').textContent = said;
  } catch (error) {
    place.replaceChildren(refusalView(viewOf(error), 'alert'));
  } finally {
    place.setAttribute('aria-busy', 'false');
  }
}

/** Most parts are made anew: the focus stays where it was, or on the same button, or goes to the name. */
function keepFocus(place, render) {
  const before = document.activeElement;
  const isInside = place.contains(before);
  const name = isInside ? nameOf(before) : '';
  render();
  if (!isInside) return;
  const same = [...place.querySelectorAll('button')].find((button) => nameOf(button) === name);
  (place.contains(before) ? before : (same ?? byId('patient-name'))).focus();
}

const nameOf = (element) => element.getAttribute('aria-label') ?? element.textContent;

function wholeOf(view) {
  const parts = [];
  if (view.state === 'absent') parts.push(keep(creationPart, view));
  if (view.state === 'exists' && view.membership === 'not-member') parts.push(keep(joinPart, view));
  else if (view.state === 'exists') {
    parts.push(
      keep(portalPart, view),
      documentsPart(view),
      keep(depositPart, view),
      circlePart(view),
      alertsPart(view, refreshPatient),
      keep(otherSidePart, view),
    );
  }
  return [headOf(view), el('div', { class: 'parts' }, ...parts)];
}

function keep(part, view) {
  if (!kept.has(part)) kept.set(part, part(view, refreshPatient));
  return kept.get(part);
}

function headOf({ name, birthDate, sex, birthPlace, state, label, sentence, news: number, missing, wrong, error }) {
  const traits = [birth(birthDate), sex, birthPlace].filter(Boolean).join(', ');
  return el(
    'div',
    { class: 'head' },
    el(
      'div',
      { class: 'title' },
      el('h2', { id: 'patient-name', tabindex: '-1' }, name),
      el('button', { type: 'button', onclick: () => void refreshPatient() }, 'Relire le dossier'),
    ),
    el('p', { class: 'note' }, traits),
    el('p', { class: 'what' }, stateIcon(state, label), el('span', {}, sentence)),
    number &&
      el('p', { id: 'news' }, badge(number.count), el('span', { 'aria-hidden': 'true' }, ` ${news(number.count)}`)),
    number?.why && refusalView(number.why),
    missing.length > 0 && missingPart(missing),
    ...wrong.map((text) => el('p', { class: 'reason' }, text)),
    error && refusalView(error),
  );
}

/** What the software lacks "to create or to open": each item by its label. */
function missingPart(missing) {
  return el(
    'div',
    { class: 'missing' },
    el('h3', { id: 'missing-title' }, 'Éléments manquants'),
    el('ul', { 'aria-labelledby': 'missing-title' }, ...missing.map((label) => el('li', {}, label))),
  );
}
