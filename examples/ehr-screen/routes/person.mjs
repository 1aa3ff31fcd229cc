// From the key that the page sends to the patient of the practice.
import { TerrESanteError } from 'terr-esante-sdk';

/** @throws TerrESanteError `TE_NOT_FOUND` */
export function personOf({ people }, { key }) {
  const person = people.find((one) => one.key === key);
  if (person) return person;
  throw new TerrESanteError('TE_NOT_FOUND', "Ce patient n'est pas dans la liste du jour.");
}

const sexes = { F: 'femme', M: 'homme', I: 'sexe indéterminé' };

/** What identifies a patient on the screen: the five traits, as far as they are known. */
export function personView({ key, at, patient: { traits } }) {
  return {
    key,
    at,
    name: `${traits.birthName ?? ''} ${traits.firstName ?? ''}`.trim(),
    birthDate: traits.birthDate ?? null,
    sex: sexes[traits.sex] ?? null,
    birthPlace: traits.birthPlace?.city ?? null,
  };
}

/** How a professional is named on the screen. */
export const doctor = ({ givenName, familyName }) => `Dr ${givenName} ${familyName}`;
