/** Mutation testing; `npm run mutation` chooses what is changed and which tests run. */
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.config.ts', related: false },
  ignoreStatic: true,
  coverageAnalysis: 'perTest',
  reporters: ['clear-text'],
  clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
  tempDirName: '.tmp/stryker',
  concurrency: 2,
  timeoutMS: 20_000,
};
