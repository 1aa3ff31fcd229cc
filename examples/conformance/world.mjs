import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the kit left in a folder for the software under test. */
export async function readWorld(folder) {
  const text = (name) => readFile(join(folder, name), 'utf8');
  const world = JSON.parse(await text('world.json'));

  return {
    ...world,
    folder,
    caPem: await text('ca.pem'),
    structureCertificate: { certPem: await text('structure.pem'), keyPem: await text('structure-key.pem') },
    card: { ...world.card, pfx: await readFile(join(folder, 'card.p12')) },
  };
}
