import { generateKeyPair } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const size = 10;

/**
 * Global set-up: makes the RSA keys of one run. A key takes 50 to 300 ms to make and every test
 * file is a process of its own, so making them anew in each file cost minutes. `shared-keys.ts`
 * hands them out.
 */
export default async function makeKeyPool(): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'terr-keys-'));
  const file = join(folder, 'keys.json');
  const make = promisify(generateKeyPair);

  const pairs = await Promise.all(Array.from({ length: size }, () => make('rsa', { modulusLength: 2048 })));
  const keys = pairs.map(({ privateKey }) => privateKey.export({ format: 'pem', type: 'pkcs8' }));
  writeFileSync(file, JSON.stringify(keys), { mode: 0o600 });
  process.env['TEST_KEY_POOL'] = file;

  return () => {
    rmSync(folder, { recursive: true, force: true });
  };
}
