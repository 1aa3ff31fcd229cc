import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

import { submission } from '../../client/world.ts';
import { skipBecause } from '../../helpers/require-tool.ts';
import { depositOf } from './raw.ts';
import { openScene } from './scene.ts';

/** The package of Debian belongs to its own interpreter. */
const python = '/usr/bin/python3';
const real = resolve(import.meta.dirname, '../../real');
const data = process.env['TERR_DATA'];

function zeepMissing(): boolean {
  if (data === undefined) return skipBecause('TERR_DATA names no folder with schemas');
  try {
    execFileSync(python, ['-c', 'import zeep'], { stdio: 'ignore' });
    return false;
  } catch {
    return skipBecause('not installed: python3-zeep');
  }
}

describe.skipIf(zeepMissing())('the registry of the simulator', { timeout: 120_000 }, () => {
  it('answers a client that this project did not write', async () => {
    const scene = await openScene();
    const folder = mkdtempSync(join(tmpdir(), 'zeep-'));
    const sent = await submission();
    const { payload, content, sha1 } = await depositOf(sent);
    const [objects = ''] = /<rim:RegistryObjectList>[^]*<\/rim:RegistryObjectList>/.exec(payload) ?? [];
    const { entryUuid: id, uniqueId } = sent.documents[0]!.entry;

    const settings = {
      ...scene.simulator.registry,
      authority: join(folder, 'ca.pem'),
      assertion: await scene.assertion(),
      objects: objects.replace('>', ' xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0">'),
      document: content.toString('base64'),
      id,
      uniqueId,
    };
    writeFileSync(settings.authority, scene.simulator.caPem);
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
    const description = readFileSync(join(real, 'soap-peer/xds.wsdl'), 'utf8').replaceAll(
      '@XSD@',
      join(data ?? '', 'xsd'),
    );
    writeFileSync(join(folder, 'xds.wsdl'), description);

    try {
      const script = [join(real, 'soap-client/xds.py'), join(folder, 'xds.wsdl'), join(folder, 'settings.json')];
      const { stdout } = await promisify(execFile)(python, script);
      const status = 'urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:';
      expect(JSON.parse(stdout)).toEqual({
        first: [`${status}Success`, []],
        again: [`${status}Failure`, ['XDSDuplicateUniqueIdInRegistry']],
        entries: 1,
        document: ['text/xml', sha1],
        noAction: [expect.stringContaining('Sender'), expect.stringContaining('MessageAddressingHeaderRequired')],
        changed: [expect.stringContaining('Sender'), expect.stringContaining('InvalidSecurityToken')],
      });
    } finally {
      await scene.close();
      rmSync(folder, { recursive: true });
    }
  });
});
