// A suite of Jest in CommonJS, without a flag: what lazy imports must hold.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const suite = `
const { createPkcs12Provider } = require('terr-esante-sdk/auth');
const { createTestHierarchy } = require('terr-esante-sdk/testing');
const { checkIns } = require('terr-esante-sdk/identity');

test('identity, a key of a PKCS#12 file, its signature', async () => {
  expect(checkIns('285019999999936').ok).toBe(true);
  const { professional } = await createTestHierarchy();
  const { pfx, password } = professional.signature;
  const provider = await createPkcs12Provider({ pfx, password });
  expect((await provider.sign('rsa-sha256', Buffer.from('x'))).length).toBe(256);
});
`;

export function checkJest({ consumer, run, say }) {
  const folder = join(consumer, 'jest');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  writeFileSync(join(folder, 'sdk.test.js'), suite);
  const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
  run(process.execPath, [jest, '--rootDir', folder, '--silent', '--watchman=false', '--runInBand'], folder);
  say('Jest, CommonJS, without a flag');
}
