// The portal of the platform: in a window of the software, or in the default browser.
import { ask } from './api.js';
import { el, region } from './dom.js';
import { outcome, running } from './messages.js';

let opened = false;

/** Whether the portal was opened since this was asked last. */
export function wasOpened() {
  const was = opened;
  opened = false;
  return was;
}

export function portalPart({ key }) {
  const result = outcome();
  const embedded = el('button', { type: 'button' }, 'Ouvrir dans une fenêtre du logiciel');
  const standard = el('button', { type: 'button' }, 'Ouvrir dans le navigateur par défaut');
  embedded.addEventListener(
    'click',
    running(embedded, result, () => inWindow(key, result)),
  );
  standard.addEventListener(
    'click',
    running(standard, result, () => inBrowser(key, result)),
  );

  return region(
    'portal',
    'Portail Terr-eSanté',
    el('p', { class: 'note' }, 'Ouvrir le portail est une connexion : les nombres repartent de zéro.'),
    el('div', { class: 'buttons' }, embedded, standard),
    result.place,
  );
}

/**
 * What an embedded browser does: the form is posted in a window of its own. The portal may not be put in a frame
 * (`frame-ancestors`), and gets no hold of this page (`noopener`).
 */
async function inWindow(key, result) {
  const { url, fields } = await ask('/api/portal', { key, window: 'embedded' });
  if (fields) post(url, fields);
  // A portal that is opened by its address alone: that one may hold an INS, and is shown nowhere else.
  else window.open(url, '_blank', 'noopener,noreferrer');
  opened = true;
  result.say('Le portail s’ouvre dans une fenêtre. Au retour, les nombres sont relus.');
}

function post(url, fields) {
  const form = el('form', { method: 'post', action: url, target: '_blank', rel: 'noopener', hidden: true });
  for (const [name, value] of Object.entries(fields)) form.append(el('input', { type: 'hidden', name, value }));
  document.body.append(form);
  form.submit();
  form.remove();
}

/** An address of this machine, good once and for a minute: a real software gives it to the system (`open`, `start`). */
async function inBrowser(key, result) {
  const { id, url } = await ask('/api/portal', { key, window: 'default' });
  window.open(url, '_blank', 'noopener,noreferrer');
  result.say('En attente du navigateur…');
  await ask('/api/handed-over', { id });
  opened = true;
  result.say('Le navigateur a reçu la page. Au retour, les nombres sont relus.');
}
