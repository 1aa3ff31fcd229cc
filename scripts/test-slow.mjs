// The suites that take minutes: bulk corpora, fuzz, fault after fault on sockets, kills in
// mid-call.
// usage: npm run test:slow [-- VITEST ARGUMENTS]
import { spawnSync } from 'node:child_process';

const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, TEST_SLOW: '1' },
});
process.exit(status ?? 1);
