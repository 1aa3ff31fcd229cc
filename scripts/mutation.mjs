// Mutation testing by family: changes one thing at a time in code where a missed rule costs most,
// and runs the tests of that family. Prints the score and the survivors.
// usage: npm run mutation -- identity|signature|outbox|check [--mutate GLOB] [STRYKER OPTIONS]
import { spawnSync } from 'node:child_process';

const families = {
  identity: { mutate: 'src/identity/**/*.ts', tests: 'test/identity/**/*.test.ts' },
  signature: {
    mutate: 'src/auth/xml-signature/*.ts,src/auth/vihf/verify/*.ts,src/auth/certificates/*.ts',
    tests: 'test/{auth/vihf*,auth/certificates*,attack/saml/*}.test.ts',
  },
  outbox: { mutate: 'src/transport/outbox/**/*.ts', tests: 'test/transport/{outbox,spool,retry}*.test.ts' },
  check: { mutate: 'src/documents/check/**/*.ts', tests: 'test/documents/**/*.test.ts' },
};

const [family, ...rest] = process.argv.slice(2);
const chosen = families[family];
if (!chosen) {
  console.error(`usage: npm run mutation -- ${Object.keys(families).join('|')} [--mutate GLOB] [STRYKER OPTIONS]`);
  process.exit(2);
}

// Catalogues are sentences: a changed word is no lost rule.
const mutate = rest.includes('--mutate') ? [] : ['--mutate', `${chosen.mutate},!src/**/*rules*.ts,!src/**/index.ts`];
const { status } = spawnSync('node_modules/.bin/stryker', ['run', ...mutate, ...rest], {
  stdio: 'inherit',
  env: { ...process.env, MUTATION_TESTS: chosen.tests },
});
process.exit(status ?? 1);
