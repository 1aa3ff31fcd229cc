import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

import { postgresPrograms } from '../../scripts/postgres.mjs';
import { skipBecause } from '../helpers/require-tool.ts';

/** Short, seeded forms of the long runs, on the built package. */
function lastLine(script: string, ...args: string[]): string {
  const path = fileURLToPath(new URL(`../../scripts/${script}.mjs`, import.meta.url));
  return execFileSync(process.execPath, [path, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    .trim()
    .split('\n')
    .at(-1)!;
}

const noPostgres = postgresPrograms() === null && skipBecause('not installed: postgresql');

describe('long runs, in short', () => {
  it('crash, spool', { timeout: 120_000 }, () => {
    expect(lastLine('crash', '--kills', '8', '--seed', '7')).toBe(
      'deposits 20, kills 8, lost 0, twice 0, expired wrongly 0',
    );
  });

  it('crash, spool, with a clock that jumps', { timeout: 120_000 }, () => {
    expect(lastLine('crash', '--kills', '8', '--seed', '7', '--clock-jumps')).toBe(
      'deposits 20, kills 8, lost 0, twice 0, expired wrongly 0',
    );
  });

  it.skipIf(noPostgres)('crash, PostgreSQL, four workers', { timeout: 120_000 }, () => {
    expect(lastLine('crash', '--kills', '4', '--store', 'postgres', '--seed', '7')).toBe(
      'deposits 20, kills 4, lost 0, twice 0, expired wrongly 0',
    );
  });

  it('soak', { timeout: 120_000 }, () => {
    expect(lastLine('soak', '--deposits', '200', '--seed', '7')).toMatch(
      /^deposits 200, wrong state 0, rss first \d+ MB last \d+ MB$/,
    );
  });
});
