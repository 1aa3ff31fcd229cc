import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { catalogueVersion } from '../../conformance/kit.ts';
import type { ConformanceConfig } from '../../conformance/index.ts';
import type { Command } from '../io.ts';
import { say } from '../language.ts';
import { leaveFile, outputFolder } from '../options.ts';
import { adapter } from './adapter.ts';

/** `terr-esante conformance init` */
export const init: Command = async (args, io) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { name: { type: 'string', default: 'LPS' }, version: { type: 'string', default: '1.0' } },
  });
  const folder = await outputFolder(positionals[0] ?? 'conformite');
  const config: ConformanceConfig = {
    kit: 1,
    catalogue: catalogueVersion,
    product: { name: values.name, version: values.version },
    profiles: ['mail-only'],
    driver: { kind: 'command', run: ['node', 'adaptateur.mjs'] },
    declined: [],
    logs: [],
    waivers: 'conformance.waivers.json',
  };

  await leaveFile(join(folder, 'conformance.json'), `${JSON.stringify(config, null, 2)}\n`, 'wx');
  await leaveFile(join(folder, 'conformance.waivers.json'), '[]\n', 'wx');
  await leaveFile(join(folder, 'adaptateur.mjs'), adapter, 'wx');
  io.out(
    say(io, {
      fr: `${folder} : conformance.json, conformance.waivers.json, adaptateur.mjs. Ensuite : terr-esante conformance run --config ${join(folder, 'conformance.json')}\n`,
      en: `${folder}: conformance.json, conformance.waivers.json, adaptateur.mjs. Next: terr-esante conformance run --config ${join(folder, 'conformance.json')}\n`,
    }),
  );
  return 0;
};
