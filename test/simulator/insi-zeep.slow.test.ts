import { execFile, execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { createInsiServer } from '../../src/simulator/index.ts';
import { skipBecause } from '../helpers/require-tool.ts';

/** The package of Debian belongs to its own interpreter. */
const python = '/usr/bin/python3';
const real = resolve(import.meta.dirname, '../real');

function zeepMissing(): boolean {
  try {
    execFileSync(python, ['-c', 'import zeep'], { stdio: 'ignore' });
    return false;
  } catch {
    return skipBecause('not installed: python3-zeep');
  }
}

const oid = '1.2.250.1.213.1.4.8';

describe.skipIf(zeepMissing())('the simulated INSi', { timeout: 60_000 }, () => {
  it('answers a client that this project did not write', async () => {
    const server = await createInsiServer({
      people: [
        {
          ins: { value: '109076322083489', oid },
          insHistory: [{ value: '209076322083439', oid }],
          traits: {
            birthName: 'ECETINSI',
            firstName: 'PIERRE',
            birthFirstNames: ['PIERRE'],
            sex: 'M',
            birthDate: '2009-07-14',
          },
        },
      ],
    });
    const script = [resolve(real, 'soap-client/insi.py'), resolve(real, 'soap-peer/insi.wsdl'), server.url];
    const { stdout } = await promisify(execFile)(python, script);
    await server.close();

    expect(JSON.parse(stdout)).toEqual({
      code: '00',
      number: '1090763220834',
      history: 1,
      none: '01',
      fault: ['soap:Sender', expect.stringContaining('siram_40')],
    });
  });
});
