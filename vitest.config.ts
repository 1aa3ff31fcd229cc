import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Files that end in `.slow.test.ts` run by `npm run test:slow` and in CI, not while somebody waits. */
const slow = process.env['TEST_SLOW'] === '1';

export default defineConfig({
  test: {
    include: [process.env['MUTATION_TESTS'] ?? (slow ? 'test/**/*.slow.test.ts' : 'test/**/*.test.ts')],
    exclude: ['**/node_modules/**', ...(slow ? [] : ['test/**/*.slow.test.ts'])],
    globalSetup: ['test/setup/key-pool.ts'],
    setupFiles: ['test/setup/shared-keys.ts'],
    maxWorkers: availableParallelism(),
    // Files that share a worker share its modules: reading the sources anew for each took a third of the time.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    coverage: { provider: 'v8', include: ['src/**'], exclude: ['src/cli/**'] },
  },
});
