// The creation of a dossier, with the consent of the patient.
import { ask } from './api.js';
import { box, el, field, fill, region } from './dom.js';
import { outcome, running } from './messages.js';

export function creationPart({ key }, done) {
  const consent = box(
    'Le patient, informé, accepte la création de son dossier et mon entrée dans son cercle de soins.',
  );
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
  const representative = el('input', { type: 'text', autocomplete: 'off' });
  const relation = el('input', { type: 'text', autocomplete: 'off' });
  const who = el(
    'div',
    { hidden: true },
    field('Nom du représentant', representative),
    field('Lien avec le patient', relation),
  );
  givenBy.addEventListener('change', () => {
    who.hidden = givenBy.value === 'patient';
  });

  const button = el('button', { type: 'submit', class: 'main' }, 'Créer le dossier');
  const result = outcome();
  const submit = running(button, result, async () => {
    await ask('/api/create', {
      key,
      consent: consent.control.checked,
      givenBy: givenBy.value,
      representative: representative.value,
      relation: relation.value,
      mode: mode.value,
    });
    await done('Le dossier est créé.');
  });

  const doctor = document.getElementById('who').textContent;
  return region(
    'creation',
    'Créer le dossier',
    el(
      'p',
      { class: 'note' },
      `Patient informé par ${doctor}, qui devient son médecin traitant dans le cercle de soins.`,
    ),
    el(
      'form',
      { onsubmit: submit, novalidate: true },
      field('Consentement donné par', givenBy),
      who,
      field('Recueilli', mode),
      consent.whole,
      button,
      result.place,
    ),
  );
}
