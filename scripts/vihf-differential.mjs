// Compares the canonical bytes of many generated assertions with those of xmlsec1, and the verdicts of the
// verifier and of the simulator on as many damaged and forged ones.
// usage: node scripts/vihf-differential.mjs [COUNT] [SEED]
//   10000 assertions by default. Needs xmlsec1 and openssl.
import { spawnSync } from 'node:child_process';

const [count = '10000', seed = String(Date.now() % 2 ** 31)] = process.argv.slice(2);
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    'test/auth/vihf-differential.test.ts',
    'test/simulator/assertion-differential.slow.test.ts',
  ],
  {
    stdio: 'inherit',
    env: { ...process.env, VIHF_DIFFERENTIAL: count, VIHF_MUTANTS: count, VIHF_SEED: seed, CI_REQUIRE_ALL: '1' },
  },
);
process.exit(status ?? 1);
