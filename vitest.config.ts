import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that end in `.slow.test.ts` run by `npm run test:slow` and in CI, not while somebody waits. */
const slow = process.env['TEST_SLOW'] === '1';

/** What takes longest, of more than two hundred files: the examples, doors of every option, stores, failures. */
const long =
  /\/(?:docs\/examples|transport\/outbox-store|simulator\/intake|border\/border|cli\/document|client\/(?:outbox-why|failures|portal\/launch)|auth\/pkcs11\/(?:native|softhsm))\.test\.ts$/;

/** The longest files begin first: one that begins last leaves the other cores idle for its whole length. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const [first, rest] = [true, false].map((wanted) =>
      sorted.filter(({ moduleId }) => long.test(moduleId) === wanted),
    );
    return [...(first ?? []), ...(rest ?? [])];
  }
}

export default defineConfig({
  test: {
    include: [process.env['MUTATION_TESTS'] ?? (slow ? 'test/**/*.slow.test.ts' : 'test/**/*.test.ts')],
    exclude: ['**/node_modules/**', ...(slow ? [] : ['test/**/*.slow.test.ts'])],
    globalSetup: ['test/setup/key-pool.ts'],
    setupFiles: ['test/setup/shared-keys.ts'],
    sequence: { sequencer: LongestFirst },
    maxWorkers: availableParallelism(),
    // Files that share a worker share its modules: reading the sources anew for each took a third of the time.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    coverage: { provider: 'v8', include: ['src/**'], exclude: ['src/cli/**'] },
  },
});
