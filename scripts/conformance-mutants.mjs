// The kit's own test: each mistake of the naked example must fail its scenario by its rule, and nothing outside its
// blast list may move. `--short` runs the scenarios that some mutant is about, `--only M19` some mutants.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { linkExample } from './link-conformance-example.mjs';

const root = resolve(import.meta.dirname, '..');
const mutants = JSON.parse(readFileSync(join(root, 'examples/conformance/mutants.json'), 'utf8'));
const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    one: { type: 'string' },
    ehr: { type: 'string', default: 'naked' },
  },
});

/** One run in this process, told as one line of JSON. */
async function runOne(mutant) {
  const { runConformance } = await import('../dist/esm/conformance/index.js');
  const log = join(mkdtempSync(join(tmpdir(), 'kit-mutant-')), 'ehr.log');
  Object.assign(process.env, { EHR_LOG: log, EHR_MUTANT: mutant });

  const { scenarios } = await runConformance({
    config: {
      kit: 1,
      catalogue: '2027.01',
      product: { name: `naked ${mutant}`, version: '1' },
      profiles: ['mail-only'],
      driver: { kind: 'command', run: [process.execPath, join(root, 'examples/conformance/naked/main.mjs')] },
      logs: [log],
    },
    ...(values.short && { only: [...new Set(mutants.map(({ scenario }) => scenario))] }),
    seed: 7,
  });
  const told = scenarios.map(({ id, verdict, reason, assertions }) => {
    const broken = assertions.filter(({ outcome }) => outcome === 'broken').map(({ rule }) => rule);
    return { id, verdict, reason, broken };
  });
  process.stdout.write(`${JSON.stringify(told)}\n`);
}

const matches = (glob, id) => new RegExp(`^${glob.replaceAll('*', '.*')}$`).test(id);

/** What is wrong with how a mutant was caught; empty when nothing is. */
function wrongOf({ scenario, rule, blast }, results, before) {
  const own = results.find(({ id }) => id === scenario);
  const wrong = [];
  const isCaught = (own.verdict === 'failed' || own.verdict === 'warning') && own.broken.includes(rule);
  if (!isCaught) wrong.push(`${scenario} ${own.verdict} ${own.reason ?? ''} by ${own.broken.join(' ')}`);

  for (const { id, verdict } of results) {
    const isExpected = id === scenario || blast.some((glob) => matches(glob, id));
    const was = before.find((result) => result.id === id);
    if (!isExpected && was.verdict !== verdict) wrong.push(`${id} moved: ${was.verdict} to ${verdict}`);
  }
  return wrong;
}

async function runMutant(mutant) {
  const words = [import.meta.filename, '--one', mutant, ...(values.short ? ['--short'] : [])];
  const { stdout } = await promisify(execFile)(process.execPath, words, { maxBuffer: 64_000_000 });
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

async function main() {
  const begin = performance.now();
  const before = await runMutant('none');
  const moved = before.filter(({ verdict, reason }) => !['passed'].includes(verdict) && reason !== 'filtered');
  console.log(
    `without a mistake: ${before.length} scenarios, not passed: ${moved.map(({ id }) => id).join(' ') || 'none'}`,
  );

  const asked = mutants.filter(({ mutant }) => !values.only || values.only.includes(mutant));
  const waiting = [...asked];
  let missed = moved.length;
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const wrong = wrongOf(next, await runMutant(next.mutant), before);
      console.log(`${next.mutant} ${wrong.length === 0 ? 'caught' : 'MISSED'} by ${next.scenario} ${next.rule}`);
      for (const line of wrong) console.log(`    ${line}`);
      if (wrong.length > 0) missed += 1;
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));
  console.log(`${asked.length} mutants, ${missed} missed, ${Math.round((performance.now() - begin) / 1000)} s`);
  process.exitCode = missed === 0 ? 0 : 1;
}

linkExample();
await (values.one === undefined ? main() : runOne(values.one));
