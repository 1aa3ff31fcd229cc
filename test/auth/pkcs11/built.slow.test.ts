import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { skipBecause } from '../../helpers/require-tool.ts';

const root = new URL('../../../', import.meta.url).pathname;
const skip = !existsSync(`${root}dist/cjs/testing/mock-card/pkcs11.cjs`) && skipBecause('not built');

const body = `
  const card = await createMockCard({ faults: [{ on: 'C_Sign', do: 'crash' }] });
  const provider = card.provider({ isolation: 'child-process' });
  const first = await provider.sign('rsa-sha256', Buffer.from('x')).catch((error) => error.code);
  const second = await provider.sign('rsa-sha256', Buffer.from('x'));
  await provider.sign('rsa-sha256', Buffer.from('x'));
  console.log(first, second.length);
`;

describe.skipIf(skip)('the built package finds its child and its mock module', () => {
  // A provider left open must not keep its host alive: neither script closes it.
  it.each([
    ['ES modules', ['--input-type=module', '-e', `import { createMockCard } from 'terr-esante-sdk/testing';${body}`]],
    [
      'CommonJS',
      [
        '--input-type=commonjs',
        '-e',
        `const { createMockCard } = require('terr-esante-sdk/testing');(async () => {${body}})();`,
      ],
    ],
  ])('%s', (_format, args) => {
    const folder = mkdtempSync(join(tmpdir(), 'te-built-'));
    const env = { ...process.env, TMPDIR: folder };
    const output = execFileSync(process.execPath, args, { cwd: root, env, encoding: 'utf8', timeout: 30_000 });
    rmSync(folder, { recursive: true });
    expect(output).toBe('TE_MIDDLEWARE_ERROR 256\n');
  });
});
