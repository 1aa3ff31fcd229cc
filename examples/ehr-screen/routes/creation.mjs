// The creation of a dossier. The box of the page is never ticked in advance, and nothing here ticks it.
import { personOf } from './person.mjs';

/** The professional becomes the treating doctor of the circle (TRE_R259). */
const role = 'PCP';

/**
 * @param body - `consent`: the box; `givenBy`, `representative`, `relation`, `mode`: how the consent was collected
 * @throws TerrESanteError `TE_CONSENT_REQUIRED` while the box is not ticked, and those of `dossier.create`
 */
export async function create(world, body) {
  const { te } = world;
  const { patient } = personOf(world, body);
  const { consent, created } = await te.dossier.create(patient, {
    consent: collected(world, patient, body),
    joinAs: role,
  });
  return { created, givenBy: consent.givenBy, mode: consent.mode, collectedAt: consent.collectedAt };
}

/** The receipt of the consent, which the practice keeps; without a ticked box there is none. */
function collected({ te, now }, patient, { consent, givenBy, representative, relation, mode }) {
  if (consent !== true) return undefined;
  return te.consent.record(patient, {
    kinds: ['dossier-creation', 'join-circle'],
    givenBy,
    ...(givenBy === 'legal-representative' && { representative: { name: representative, relation } }),
    mode,
    collectedAt: new Date(now()).toISOString(),
  });
}
