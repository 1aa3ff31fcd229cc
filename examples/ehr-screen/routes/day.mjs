// The day's list: who comes, then the state of each dossier as soon as it is known.
import { dossierStates } from 'terr-esante-sdk';
import { errorView } from './error-view.mjs';
import { doctor, personView } from './person.mjs';

export function day({ people, limit, professional, practice, now, wire }) {
  return {
    date: new Date(now()).toISOString(),
    professional: doctor(professional),
    practice,
    wire,
    limit,
    patients: people.map(personView),
  };
}

/** One line for each patient, in the order in which the platform answers. */
export async function* states(world) {
  const { te, people } = world;
  for await (const { index, status, error } of te.dossier.statuses(people.map(({ patient }) => patient))) {
    const person = people[index];
    const shown = status ? stateView(status) : unknownState(error);
    yield { key: person.key, ...shown, news: await newsOf(te, person, shown.state) };
  }
}

/** Documents of all followed dossiers since the professional's last connection. */
export async function total({ te }) {
  try {
    return countView(await te.notifications.countForPractitioner());
  } catch (error) {
    return { count: null, since: null, why: errorView(error) };
  }
}

/** A state of `te.dossier.status` as an icon, a word and a sentence. */
export function stateView({ state, membership, completeness }) {
  const { label, sentence } = dossierStates[state];
  const wrong = completeness.findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  return {
    state,
    label,
    sentence,
    membership,
    missing: completeness.missing.map((trait) => trait.label),
    wrong: completeness.missing.length > 0 ? [] : wrong,
  };
}

/** A question that failed says nothing of the dossier. */
export function unknownState(error) {
  const { label, sentence } = dossierStates.unknown;
  return { state: 'unknown', label, sentence, membership: 'unknown', missing: [], wrong: [], error: errorView(error) };
}

/** The number beside the icon; `null` where there is no dossier to count in. */
export async function newsOf(te, { patient }, state) {
  if (state !== 'exists') return null;
  try {
    return countView(await te.notifications.countForPatient(patient));
  } catch (error) {
    return { count: null, since: null, why: errorView(error) };
  }
}

/** A number that is not known stays `null`, with the reason: never 0. */
function countView({ count, since, partial }) {
  return { count, since, why: partial.length > 0 ? errorView(partial[0]) : null };
}
