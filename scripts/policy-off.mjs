// Switches each rule that the code enforces off (legal, of a configuration, of a descriptor), one at a time, runs the
// tests of its area and prints the test that failed. A rule that no test misses, or that is no longer where it was,
// ends the run with 1.
// usage: npm run policy [-- LEG|CFG|DESC|LEG-NN...]
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

import { policyRules } from './policy-rules.mjs';

const wanted = process.argv.slice(2);
const chosen = policyRules.filter(
  ({ id }) => wanted.length === 0 || wanted.some((word) => id === word || id.startsWith(`${word}-`)),
);
if (chosen.length === 0) {
  console.error(`usage: npm run policy [-- ${[...new Set(policyRules.map(({ id }) => id))].join('|')}]`);
  process.exit(2);
}

/** The tests of a file that fail now. */
function failures(test) {
  const run = spawnSync('node_modules/.bin/vitest', ['run', '--maxWorkers=1', '--reporter=json', test], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const start = run.stdout.indexOf('{"numTotalTestSuites"');
  const report = start === -1 ? null : JSON.parse(run.stdout.slice(start));
  return (report?.testResults ?? []).flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
  );
}

let kept = 0;
for (const { id, what, test, also, ...first } of chosen) {
  const edits = [first, ...(also ? [also] : [])].map((edit) => ({ ...edit, source: readFileSync(edit.file, 'utf8') }));
  const lost = edits.find(({ source, on }) => source.split(on).length !== 2);
  if (lost) {
    console.log(`${id} ${what}\n  NOT FOUND once in ${lost.file}`);
    continue;
  }

  const restore = () => {
    for (const { file, source } of edits) writeFileSync(file, source);
  };
  const stop = () => {
    restore();
    process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);

  let failed = [];
  try {
    for (const { file, source, on, off } of edits)
      writeFileSync(
        file,
        source.replace(on, () => off),
      );
    failed = failures(test);
  } finally {
    restore();
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, stop);
  }

  if (failed.length > 0) kept += 1;
  const more = failed.length > 1 ? ` (and ${failed.length - 1} more)` : '';
  console.log(`${id} ${what}\n  ${failed[0] ?? `NO TEST of ${test} failed`}${more}`);
}

console.log(`${kept} of ${chosen.length} rules are held by a test`);
process.exit(kept === chosen.length ? 0 : 1);
