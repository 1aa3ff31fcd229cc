// The main process of an Electron application: bundled, packed in an asar archive with the child
// outside, and run by Node from what the archive holds. Electron itself runs in a workflow.
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPackageWithOptions, extractAll, listPackage } from '@electron/asar';
import { build as esbuild } from 'esbuild';
import { copyChildFiles, esbuildOptions, judge } from './bundles.mjs';

export async function checkElectron({ consumer, scratch, run, say }) {
  const sources = join(scratch, 'electron/sources');
  const resources = join(scratch, 'electron/resources');
  const archive = join(resources, 'app.asar');
  mkdirSync(sources, { recursive: true });
  mkdirSync(resources, { recursive: true });

  await esbuild({
    ...esbuildOptions(join(consumer, 'electron-main.mjs')),
    format: 'cjs',
    external: [...esbuildOptions('').external, 'electron'],
    outfile: join(sources, 'main.cjs'),
  });
  copyChildFiles(consumer, sources);
  writeFileSync(join(sources, 'package.json'), '{"name":"practice","version":"1.0.0","main":"main.cjs"}\n');
  await createPackageWithOptions(sources, archive, { unpack: '{pkcs11-child,mock-pkcs11}.cjs' });

  const outside = join(resources, 'app.asar.unpacked/pkcs11-child.cjs');
  if (!existsSync(outside)) throw new Error('the child is not outside of the archive');
  if (!listPackage(archive).includes('/main.cjs')) throw new Error('the main process is not in the archive');

  // Node reads no archive: what it holds takes its place, under its name, the unpacked files apart.
  const run1 = join(scratch, 'electron/run');
  mkdirSync(run1, { recursive: true });
  const whole = join(scratch, 'electron/whole');
  extractAll(archive, whole);
  mkdirSync(join(run1, 'app.asar'));
  for (const file of ['main.cjs', 'package.json']) cpSync(join(whole, file), join(run1, 'app.asar', file));
  cpSync(join(resources, 'app.asar.unpacked'), join(run1, 'app.asar.unpacked'), { recursive: true });

  judge('Electron', run(process.execPath, ['app.asar/main.cjs'], run1, { ELECTRON_RUN_AS_NODE: '1' }));
  say('an Electron main process: bundled, packed with @electron/asar, its child outside, run by Node');
}
