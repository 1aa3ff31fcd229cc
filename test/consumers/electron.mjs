// The main process of an Electron application: bundled, packed in an asar archive with the child
// outside, and run by Node from what the archive holds. Electron itself runs in a workflow.
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPackageWithOptions, extractAll, listPackage } from '@electron/asar';
import { build as esbuild } from 'esbuild';
import { copyChildFiles, esbuildOptions, judge } from './bundles.mjs';

/** Bundles `electron-main.mjs` of the consumer and packs it; gives the path of the archive. */
export async function packElectron(consumer, folder) {
  const sources = join(folder, 'sources');
  const archive = join(folder, 'resources/app.asar');
  mkdirSync(sources, { recursive: true });
  mkdirSync(join(folder, 'resources'), { recursive: true });

  const { external, ...options } = esbuildOptions(join(consumer, 'electron-main.mjs'));
  await esbuild({ ...options, format: 'cjs', external: [...external, 'electron'], outfile: join(sources, 'main.cjs') });
  copyChildFiles(consumer, sources);
  writeFileSync(join(sources, 'package.json'), '{"name":"practice","version":"1.0.0","main":"main.cjs"}\n');
  await createPackageWithOptions(sources, archive, { unpack: '{pkcs11-child,mock-pkcs11}.cjs' });

  if (!existsSync(`${archive}.unpacked/pkcs11-child.cjs`)) throw new Error('the child is not outside of the archive');
  if (!listPackage(archive).some((path) => /main\.cjs$/.test(path))) throw new Error('no main process in the archive');
  return archive;
}

/** Node reads no archive: what it holds takes its place, under its name, the unpacked files apart. */
function layOut(archive, folder) {
  const whole = join(folder, 'whole');
  extractAll(archive, whole);
  mkdirSync(join(folder, 'app.asar'), { recursive: true });
  for (const file of ['main.cjs', 'package.json']) cpSync(join(whole, file), join(folder, 'app.asar', file));
  cpSync(`${archive}.unpacked`, join(folder, 'app.asar.unpacked'), { recursive: true });
}

export async function checkElectron({ consumer, scratch, run, say }) {
  const archive = await packElectron(consumer, join(scratch, 'electron'));
  const folder = join(scratch, 'electron/run');
  layOut(archive, folder);

  judge('Electron', run(process.execPath, ['app.asar/main.cjs'], folder, { ELECTRON_RUN_AS_NODE: '1' }));
  say('an Electron main process: bundled, packed with @electron/asar, its child outside, run by Node');
}
