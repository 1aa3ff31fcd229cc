// The list of the day: names at once, states as the platform answers.
import { ask, askEach } from './api.js';
import { byId, el, hidden } from './dom.js';
import { stateIcon } from './icons.js';
import { refusalView, viewOf } from './messages.js';
import { birth, day, news } from './words.js';

const cards = new Map();

/** Shows who comes today. `open` is called with the key of the patient that was chosen. */
export async function showDay(open) {
  const { date, professional, practice, patients, limit } = await ask('/api/day');
  byId('who').textContent = `${professional}, ${practice}`;
  byId('day-note').textContent = `${day(date)} : ${patients.length} patients, ${limit} au plus.`;
  for (const patient of patients) cards.set(patient.key, cardOf(patient, open));
  byId('people').replaceChildren(...[...cards.values()].map(({ item }) => item));
  await refreshDay();
}

function cardOf({ key, at, name, birthDate }, open) {
  const state = el('span', { class: 'card-state' }, el('span', { class: 'note' }, 'Dossier : en attente'));
  const button = el(
    'button',
    { type: 'button', class: 'card', onclick: () => open(key) },
    el('span', { class: 'at' }, at),
    el('span', { class: 'name' }, name, hidden(', ')),
    el('span', { class: 'note' }, birth(birthDate), hidden(', ')),
    state,
  );
  return { item: el('li', {}, button), button, state };
}

/** Asks for the states of all, and for the number over all followed dossiers. */
export async function refreshDay() {
  const list = byId('people');
  list.setAttribute('aria-busy', 'true');
  byId('day-error').replaceChildren();
  try {
    for await (const state of askEach('/api/states')) showState(state);
    await showTotal();
  } catch (error) {
    byId('day-error').replaceChildren(refusalView(viewOf(error), 'alert'));
  } finally {
    list.setAttribute('aria-busy', 'false');
  }
}

async function showTotal() {
  const { count, why } = await ask('/api/total');
  byId('total').textContent = `Dossiers suivis : ${news(count)}${count === null && why ? ` (${why.message})` : ''}`;
}

/** The state of one patient: of the list, or of the patient who was just looked at. */
export function showState({ key, state, label, news: number, missing, wrong, error }) {
  const reasons = missing.length > 0 ? `Il manque : ${missing.join(', ')}.` : wrong.join(' ');
  const said = reasons || error?.message || '';
  cards
    .get(key)
    ?.state.replaceChildren(
      stateIcon(state, label),
      ...(number ? [badge(number.count)] : []),
      ...(said ? [el('span', { class: 'reason' }, said)] : []),
    );
}

/** The number beside the icon: a question mark when it is not known. */
export function badge(count) {
  const shown = el('span', { 'aria-hidden': 'true' }, count === null ? '?' : String(count));
  const kind = count === null ? 'unknown' : count === 0 ? 'none' : 'some';
  return el('span', { class: `badge ${kind}`, title: news(count) }, shown, hidden(`, ${news(count)}`));
}

export function markCurrent(key) {
  for (const [one, { button }] of cards) {
    if (one === key) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
  }
}
