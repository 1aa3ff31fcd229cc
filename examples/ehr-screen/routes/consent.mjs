// The creation of a dossier, and the entry into its circle. The box of the page is never ticked in advance, and nothing
// here ticks it.
import { personOf } from './person.mjs';

/** The professional becomes the treating doctor of the circle (TRE_R259). */
const role = 'PCP';

/**
 * @param body - `consent`: the box; `givenBy`, `representative`, `relation`, `mode`: how the consent was collected
 * @throws TerrESanteError `TE_CONSENT_REQUIRED` while the box is not ticked, and those of `dossier.create`
 */
export async function create(world, body) {
  const { patient } = personOf(world, body);
  const consent = collected(world, patient, ['dossier-creation', 'join-circle'], body);
  const { created } = await world.te.dossier.create(patient, { consent, joinAs: role });
  return { created };
}

/** The same for a dossier that others created. */
export async function join(world, body) {
  const { patient } = personOf(world, body);
  await world.te.careCircle.join(patient, { consent: collected(world, patient, ['join-circle'], body), role });
  return {};
}

/** The receipt of the consent, which the practice keeps; without a ticked box there is none. */
function collected({ te, now }, patient, kinds, { consent, givenBy, representative, relation, mode }) {
  if (consent !== true) return undefined;
  return te.consent.record(patient, {
    kinds,
    givenBy,
    ...(givenBy === 'legal-representative' && { representative: { name: representative, relation } }),
    mode,
    collectedAt: new Date(now()).toISOString(),
  });
}
