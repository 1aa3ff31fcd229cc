import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { skipBecause } from '../../helpers/require-tool.ts';
import { softhsmLibrary } from '../../helpers/softhsm-token.mjs';

const root = new URL('../../../', import.meta.url).pathname;
const skip =
  (softhsmLibrary === null && skipBecause('not installed: softhsm2')) ||
  (!existsSync(`${root}dist/cjs/auth/pkcs11/child.cjs`) && skipBecause('not built')) ||
  (!existsSync('/proc/self/task') && skipBecause('children are found through /proc'));

// The long run is `node scripts/softhsm-soak.mjs`; this one also shows that the built package finds
// its child.
describe.skipIf(skip)('the soak run, short form', () => {
  it('ends every call with a signature or a typed error', () => {
    const output = execFileSync(
      process.execPath,
      ['scripts/softhsm-soak.mjs', '--json', '--signatures', '100', '--kills', '2'],
      {
        cwd: root,
        encoding: 'utf8',
      },
    );
    const report = JSON.parse(output) as { problems: string[]; phases: { name: string; signed?: number }[] };
    expect(report.problems).toEqual([]);
    expect(report.phases.filter(({ signed }) => signed === 100).map(({ name }) => name)).toEqual([
      'in a row',
      'fifty in parallel',
    ]);
  });
});
