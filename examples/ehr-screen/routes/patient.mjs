// One patient: each part of the screen is asked for by itself, so that one that fails leaves the others.
import { section } from './error-view.mjs';
import { newsOf, stateView, unknownState } from './day.mjs';
import { depositsOf } from './deposit.mjs';
import { alertsOf } from './alerts.mjs';
import { doctor, personOf, personView } from './person.mjs';

export async function patient(world, body) {
  const { te } = world;
  const person = personOf(world, body);
  const shown = await stateOf(te, person);
  const isOpen = shown.state === 'exists' && shown.membership !== 'not-member';

  const [news, documents, circle, alerts] = await Promise.all([
    newsOf(te, person, shown.state),
    isOpen ? section(() => documentsOf(te, person)) : null,
    isOpen ? section(() => circleOf(world, person)) : null,
    isOpen ? section(() => alertsOf(world, person)) : null,
  ]);
  return { ...personView(person), ...shown, news, documents, circle, alerts, deposits: depositsOf(world, person) };
}

async function stateOf(te, { patient }) {
  try {
    return stateView(await te.dossier.status(patient, { refresh: true }));
  } catch (error) {
    return unknownState(error);
  }
}

const confidentialities = { N: 'Normal', R: 'Restreint', V: 'Très restreint' };

async function documentsOf(te, { patient }) {
  const { documents } = await te.documents.list(patient);
  return documents.map(({ uniqueId, title, typeLabel, submittedAt, confidentiality }) => ({
    uniqueId,
    title,
    type: typeLabel,
    submittedAt,
    confidentiality: confidentialities[confidentiality] ?? null,
  }));
}

/** Roles of a circle that the example knows the word of (TRE_R259); another one is shown by its code. */
const roles = { PCP: 'Médecin traitant' };

/** Shown and not kept: the patient may change it at any time. */
async function circleOf({ te, professional }, { patient }) {
  const { members, former, blocked } = await te.careCircle.get(patient);
  const nameOf = ({ ids, displayName }) => {
    return ids.some(({ value }) => value === professional.nationalId) ? `${doctor(professional)} (vous)` : displayName;
  };
  const view = (member) => ({
    name: nameOf(member),
    role: roles[member.role] ?? member.role,
    since: member.since,
    contacts: member.contacts.map(({ value }) => value),
  });
  return { members: members.map(view), former: former.map(view), blocked: blocked.map(nameOf) };
}
