// The deposit of a document, and the way of each deposit until it is in the dossier or refused.
import { ask } from './api.js';
import { box, byId, el, field, fill, hidden, region } from './dom.js';
import { outcome, running } from './messages.js';

/** How often the page asks as long as a deposit is on its way, in milliseconds. */
const everyMs = 500;

let form = null;

export function depositPart(view, done) {
  const place = el('div');
  const result = outcome();
  void (form ??= ask('/api/deposit-form')).then(
    (choices) => place.replaceChildren(formOf(view, choices, done)),
    (error) => {
      form = null;
      result.refuse(error);
    },
  );
  const ways = el('ul', { id: 'deposits', 'aria-live': 'polite', 'aria-label': 'Dépôts de ce patient' });
  return region('deposit', 'Déposer un document', place, result.place, ways);
}

function formOf({ key }, { kinds, confidentialities }, done) {
  const kind = el('select');
  const title = el('input', { type: 'text', maxlength: '128', autocomplete: 'off' });
  const type = el('select');
  const confidentiality = el('select');
  const file = el('input', { type: 'file', accept: 'application/pdf' });
  const fileField = field('Fichier PDF (sans fichier : un courrier fictif)', file);
  const consent = box('Le patient, informé, consent explicitement à ce dépôt.');

  fill(
    kind,
    kinds.map(({ kind: code, label }) => ({ code, label })),
  );
  fill(confidentiality, confidentialities);
  const chosen = () => kinds.find((one) => one.kind === kind.value);
  const setType = () => {
    title.value = chosen().types.find(({ code }) => code === type.value).label;
  };
  const setKind = () => {
    const { types, takesPdf } = chosen();
    fill(type, types);
    type.disabled = types.length === 1;
    fileField.hidden = !takesPdf;
    setType();
  };
  kind.addEventListener('change', setKind);
  type.addEventListener('change', setType);
  setKind();

  const button = el('button', { type: 'submit', class: 'main' }, 'Déposer');
  const result = outcome();
  const submit = running(button, result, async () => {
    await ask('/api/deposit', {
      key,
      kind: kind.value,
      title: title.value,
      type: type.value,
      confidentiality: confidentiality.value,
      consent: consent.control.checked,
      pdf: await base64Of(file.files[0]),
    });
    consent.control.checked = false;
    result.say('Dépôt écrit : il part de lui-même.');
    void follow(key, done);
  });

  return el(
    'form',
    { onsubmit: submit, novalidate: true },
    field('Document', kind),
    field('Titre', title),
    field('Type', type),
    field('Confidentialité', confidentiality),
    fileField,
    consent.whole,
    button,
    result.place,
  );
}

async function base64Of(file) {
  if (!file) return null;
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return btoa(text);
}

let following = null;

/** Asks until each deposit of the patient has come to its end, then reads the dossier again. */
async function follow(key, done) {
  if (following === key) return;
  following = key;
  try {
    for (;;) {
      const { deposits } = await ask('/api/deposits', { key });
      if (following !== key) return;
      showDeposits(deposits);
      // "Processed" is the last that a mail says; the dossier may say more in a moment.
      if (deposits.every(({ state }) => ['visible', 'rejected', 'undeliverable', 'expired'].includes(state))) break;
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
    await done();
  } catch {
    // The screen itself says when it is away.
  } finally {
    if (following === key) following = null;
  }
}

const shown = new WeakMap();

/** Each deposit with the states it went through; nothing is written again that has not changed. */
export function showDeposits(deposits) {
  const list = byId('deposits');
  const text = JSON.stringify(deposits);
  if (!list || shown.get(list) === text) return;
  shown.set(list, text);
  list.replaceChildren(...deposits.map(depositView));
}

function depositView({ title, state, steps, sentence, reason, code, warnings }) {
  return el(
    'li',
    { class: `way ${state}` },
    el('strong', {}, title),
    el('ol', { 'aria-label': `Étapes : ${title}` }, ...steps.map(({ label }) => el('li', {}, label))),
    el('p', {}, reason ?? sentence),
    code && el('p', { class: 'note' }, `Code ${code}`),
    ...warnings.map((warning) => el('p', { class: 'note' }, hidden('Avertissement : '), warning)),
  );
}
