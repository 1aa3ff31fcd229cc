// The page as a whole.
import { refreshDay, showDay } from './day.js';
import { byId } from './dom.js';
import { refusalView, viewOf } from './messages.js';
import { backToDay, openPatient, refreshPatient } from './patient.js';
import { wasOpened } from './portal.js';

byId('refresh-day').addEventListener('click', () => void refreshDay());

byId('back').addEventListener('click', backToDay);

// Back from the portal: what was read there is new no more.
window.addEventListener('focus', () => {
  if (wasOpened()) void refreshPatient().then(refreshDay);
});

try {
  await showDay((key) => void openPatient(key));
} catch (error) {
  byId('people').setAttribute('aria-busy', 'false');
  byId('day-error').replaceChildren(refusalView(viewOf(error), 'alert'));
}
