import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { whenFree } from '../../internal/held-file.ts';
import type { KitWorld } from '../driver/model.ts';
import { kitFiles } from './pdf.ts';

/**
 * Leaves in a folder what a software in any language needs: the world in JSON, certificates in PEM,
 * and the PDF files that acts name. Readable by their owner only.
 */
export async function writeWorld(world: KitWorld): Promise<void> {
  const { folder, caPem, structureCertificate, card } = world;
  await mkdir(join(folder, 'files'), { recursive: true });

  const { caPem: _ca, structureCertificate: _certificate, folder: _folder, ...told } = world;
  const { pfx: _pfx, ...cardTold } = card;
  const contents: Readonly<Record<string, string | Uint8Array>> = {
    'world.json': `${JSON.stringify({ ...told, card: cardTold }, null, 2)}\n`,
    'ca.pem': caPem,
    'card.p12': card.pfx,
    'structure.pem': structureCertificate.certPem,
    'structure-key.pem': structureCertificate.keyPem,
    ...Object.fromEntries(Object.entries(kitFiles).map(([name, make]) => [`files/${name}`, make()])),
  };

  for (const [name, content] of Object.entries(contents)) {
    await whenFree(() => writeFile(join(folder, name), content, { mode: 0o600 }));
  }
}
