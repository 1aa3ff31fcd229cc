import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestHierarchy } from '../../src/testing/index.ts';
import { missing, skipBecause } from '../helpers/require-tool.ts';
import { createSoftToken, softhsmLibrary, type SoftToken } from '../helpers/softhsm-token.mjs';

const root = new URL('../../', import.meta.url).pathname;
const skip =
  (softhsmLibrary === null && skipBecause('not installed: softhsm2')) ||
  (!existsSync(`${root}dist/esm/cli/main.js`) && skipBecause('not built')) ||
  missing('script');

describe.skipIf(skip)('terr-esante card on a terminal', () => {
  let token: SoftToken;
  beforeAll(async () => {
    const { professional } = await createTestHierarchy();
    const practice = { name: 'CABINET FICTIF', structureId: '499900000011001', sector: 'SA07' };
    token = createSoftToken({ ...professional, practices: { 1: practice } });
  });
  afterAll(() => token.close());

  it('asks the PIN, does not show it, and reads the practices', async () => {
    const command = `${process.execPath} dist/esm/cli/main.js card --practices --library ${token.library} --pass-env SOFTHSM2_CONF`;
    const terminal = spawn('script', ['-qec', command, '/dev/null'], {
      cwd: root,
      env: { ...process.env, ...token.env, LC_ALL: 'fr_FR.UTF-8' },
    });
    let shown = '';
    const code = await new Promise((resolve) => {
      terminal.on('exit', resolve);
      terminal.stdout.on('data', (chunk: Buffer) => {
        const asked = shown.includes('Code porteur');
        shown += chunk.toString();
        if (!asked && shown.includes('Code porteur')) terminal.stdin.write('1234\r');
      });
    });
    expect(shown).toContain('499900000011001, secteur SA07');
    expect(shown.replaceAll(/\d{5,}/g, '')).not.toContain('1234');
    expect(code).toBe(0);
  });
});
