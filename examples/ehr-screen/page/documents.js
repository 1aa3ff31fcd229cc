// The documents of the dossier, and the one that is read.
import { ask } from './api.js';
import { byId, el, region } from './dom.js';
import { outcome, refusalView, running } from './messages.js';
import { moment } from './words.js';

export function documentsPart({ key, documents }) {
  const result = outcome();
  if (documents.error) return region('documents', 'Documents', refusalView(documents.error));
  if (documents.value.length === 0) return region('documents', 'Documents', el('p', {}, 'Aucun document.'));

  const items = documents.value.map(({ uniqueId, title, type, submittedAt, confidentiality }) => {
    const button = el('button', { type: 'button', 'aria-label': `Ouvrir ${title}` }, 'Ouvrir');
    button.addEventListener(
      'click',
      running(button, result, () => read(key, uniqueId, title)),
    );
    const what = [type, moment(submittedAt), confidentiality ?? 'confidentialité inconnue'].join(', ');
    return el('li', {}, el('div', {}, el('strong', {}, title), el('p', { class: 'note' }, what)), button);
  });
  return region('documents', 'Documents', el('ul', { class: 'rows' }, ...items), result.place);
}

/** Shows a document in a frame without any right: it runs nothing and reaches nothing. */
async function read(key, uniqueId, title) {
  const { page, pdf } = await ask('/api/document', { key, uniqueId });
  const reader = byId('reader');
  const close = el('button', { type: 'button', onclick: () => reader.close() }, 'Fermer');
  reader.replaceChildren(
    el('div', { class: 'title' }, el('h2', { id: 'reader-title' }, title), close),
    ...(pdf ? [el('p', {}, el('a', { href: pdf, target: '_blank', rel: 'noopener' }, 'Ouvrir le PDF'))] : []),
    el('iframe', { src: page, sandbox: '', title: `Contenu : ${title}` }),
  );
  reader.showModal();
}
