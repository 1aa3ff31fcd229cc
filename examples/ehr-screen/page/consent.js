// What needs the consent of the patient to the platform: the creation of the dossier, and the entry into its circle.
import { ask } from './api.js';
import { box, byId, el, field, fill, region } from './dom.js';
import { outcome, running } from './messages.js';

export const creationPart = (view, done) =>
  consentPart(view, done, {
    id: 'creation',
    title: 'Créer le dossier',
    sentence: 'Le patient, informé, accepte la création de son dossier et mon entrée dans son cercle de soins.',
    path: '/api/create',
    said: 'Le dossier est créé.',
  });

export const joinPart = (view, done) =>
  consentPart(view, done, {
    id: 'join',
    title: 'Rejoindre le cercle de soins',
    sentence: 'Le patient, informé, accepte mon entrée dans son cercle de soins.',
    path: '/api/join',
    said: 'Vous faites partie du cercle de soins.',
  });

function consentPart({ key }, done, { id, title, sentence, path, said }) {
  const consent = box(sentence);
  const { fields, values } = collecting();
  const button = el('button', { type: 'submit', class: 'main' }, title);
  const result = outcome();
  const submit = running(button, result, async () => {
    await ask(path, { key, consent: consent.control.checked, ...values() });
    await done(said);
  });

  const doctor = byId('who').textContent;
  return region(
    id,
    title,
    el(
      'p',
      { class: 'note' },
      `Patient informé par ${doctor}, qui devient son médecin traitant dans le cercle de soins.`,
    ),
    el('form', { onsubmit: submit, novalidate: true }, ...fields, consent.whole, button, result.place),
  );
}

/** Who gave the consent, and how. */
function collecting() {
  const givenBy = el('select');
  fill(givenBy, [
    { code: 'patient', label: 'Le patient' },
    { code: 'legal-representative', label: 'Son représentant légal' },
  ]);
  const mode = el('select');
  fill(mode, [
    { code: 'oral', label: 'À l’oral' },
    { code: 'written', label: 'Par écrit' },
    { code: 'electronic', label: 'Par voie électronique' },
  ]);
  const name = el('input', { type: 'text', autocomplete: 'off' });
  const relation = el('input', { type: 'text', autocomplete: 'off' });
  const who = el('div', { hidden: true }, field('Nom du représentant', name), field('Lien avec le patient', relation));
  givenBy.addEventListener('change', () => {
    who.hidden = givenBy.value === 'patient';
  });

  return {
    fields: [field('Consentement donné par', givenBy), who, field('Forme du consentement', mode)],
    values: () => ({
      givenBy: givenBy.value,
      representative: name.value,
      relation: relation.value,
      mode: mode.value,
    }),
  };
}
