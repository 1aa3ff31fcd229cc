// The portal of the platform, opened on the patient that is shown: in a window of the software, or in the default browser.
import { TerrESanteError } from 'terr-esante-sdk';
import { personOf } from './person.mjs';

/**
 * One opening, to be used once. `embedded`: the form that a window posts. `default`: an address of this machine
 * that says nothing, for the browser of the user.
 */
export async function openPortal(world, body) {
  const { te, launches } = world;
  const { patient } = personOf(world, body);
  const launch = await te.portal.launch({ page: 'dossier', patient }, { window: body.window });
  if (launch.kind === 'loopback') launches.set(launch.correlationId, launch);
  return { id: launch.correlationId, kind: launch.kind, url: launch.url, fields: launch.fields };
}

/**
 * Waits until the browser has taken the opening: from then on the counts start again.
 *
 * @throws TerrESanteError `TE_TIMEOUT` when nobody came
 */
export async function handedOver({ launches }, { id }) {
  const launch = launches.get(id);
  if (!launch) throw new TerrESanteError('TE_NOT_FOUND', "Cette ouverture du portail n'existe pas.");
  try {
    return { at: await launch.handedOver() };
  } finally {
    launches.delete(id);
  }
}
