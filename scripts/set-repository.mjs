// Where the project is published, for `npm publish`: repository, homepage and bugs of package.json from
// one variable. Until it is known the fields are absent: a wrong address would be worse.
//   TERR_REPOSITORY=https://forge.example/group/terr-esante-sdk node scripts/set-repository.mjs
//   node scripts/set-repository.mjs --check    fails when a field is absent (before npm publish)
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const path = join(resolve(import.meta.dirname, '..'), 'package.json');
const manifest = JSON.parse(readFileSync(path, 'utf8'));
const fields = ['repository', 'homepage', 'bugs'];

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** The three fields, just after the licence; other fields keep their order. */
function withFields(address) {
  const added = {
    repository: { type: 'git', url: `git+${address}.git` },
    homepage: `${address}#readme`,
    bugs: { url: `${address}/issues` },
  };
  const kept = Object.entries(manifest).filter(([name]) => !fields.includes(name));
  return Object.fromEntries(
    kept.flatMap(([name, value]) => (name === 'license' ? [[name, value], ...Object.entries(added)] : [[name, value]])),
  );
}

if (process.argv.includes('--check')) {
  const absent = fields.filter((name) => manifest[name] === undefined);
  if (absent.length > 0) fail(`package.json has no ${absent.join(', ')}: set TERR_REPOSITORY and run this script`);
} else {
  const given = (process.env.TERR_REPOSITORY ?? '').replace(/(\.git)?\/*$/, '');
  if (!/^https:\/\/[\w.-]+\/[\w./-]+$/.test(given)) fail('TERR_REPOSITORY wants the https address of the repository');
  writeFileSync(path, `${JSON.stringify(withFields(given), null, 2)}\n`);
  console.log(`repository, homepage and bugs say ${given}`);
}
