// What went wrong and what was done, where it happened: read aloud as soon as it is there.
import { Refusal } from './api.js';
import { el } from './dom.js';

/**
 * The sentence of a refusal, what to do about it, and the code for whoever helps.
 *
 * @param {string} [role] - `alert` for what just happened, which is read aloud
 */
export function refusalView({ message, hints, code, reference }, role = 'note') {
  return el(
    'div',
    { class: 'refusal', role },
    el('p', {}, el('strong', {}, message)),
    hints.length > 0 && el('ul', {}, ...hints.map((hint) => el('li', {}, hint))),
    el('p', { class: 'note' }, reference ? `${code}, référence ${reference}` : code),
  );
}

/** A place under a form for what became of it. */
export function outcome() {
  const place = el('div', { class: 'outcome' });
  return {
    place,
    clear: () => place.replaceChildren(),
    say: (text) => place.replaceChildren(el('p', { class: 'done', role: 'status' }, text)),
    refuse: (error) => place.replaceChildren(refusalView(viewOf(error), 'alert')),
  };
}

export function viewOf(error) {
  if (error instanceof Refusal) return error.view;
  return { code: 'ECRAN', message: "L'écran a rencontré une erreur.", hints: [], reference: null };
}

/**
 * Runs what a button starts: not twice at a time, and what is refused is shown. The button is not disabled meanwhile:
 * that would take the focus away from whoever uses a keyboard.
 */
export function running(button, { clear, refuse }, work) {
  return async (event) => {
    event.preventDefault();
    if (button.getAttribute('aria-disabled') === 'true') return;
    button.setAttribute('aria-disabled', 'true');
    clear();
    try {
      await work();
    } catch (error) {
      refuse(error);
    } finally {
      button.removeAttribute('aria-disabled');
    }
  };
}
