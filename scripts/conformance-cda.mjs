// Our documents and our check against the official CI-SIS test kit.
// usage: npm run conformance:cda -- --kit PATH [--count 200] [--seed 1] [--mutants 300]
//                                   [--null-flavors 500] [--only built|mutants|null-flavors|accepted|examples]
//                                   [--out FILE]
//   --kit    git directory or work tree of ansforge/TestContenuCDA-3-0 (never part of this project)
//   --count  documents built at random for each kind
//   --null-flavors  how many mutants have a nullFlavor on an element of the header
//   --out    writes the tables as Markdown
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { importSource } from './bundle-source.mjs';
import { openKit, validateFolder } from './cda-kit.mjs';

const { values: options } = parseArgs({
  options: {
    kit: { type: 'string' },
    count: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    mutants: { type: 'string', default: '300' },
    'null-flavors': { type: 'string', default: '500' },
    only: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const usage = `usage: npm run conformance:cda -- --kit PATH [--count N] [--seed N] [--mutants N] [--null-flavors N]
                                  [--only built|mutants|null-flavors|accepted|examples] [--out FILE]`;
if (options.help) {
  console.log(usage);
  process.exit(0);
}
if (!options.kit) {
  console.error(usage);
  process.exit(2);
}

const kit = openKit(options.kit);
const product = await importSource(
  'conformance-cda',
  `export * from './src/documents/index.ts';
export { demoLetterPdf } from './src/testing/index.ts';
export * from './test/documents/random-input.ts';
export * from './test/documents/mutations.ts';
`,
);
const lines = [];
const say = (line = '') => {
  lines.push(line);
  console.log(line);
};
const bytesOf = async (source) => {
  const chunks = [];
  for await (const chunk of source.open()) chunks.push(chunk);
  return Buffer.concat(chunks);
};
const wanted = (part) => options.only === undefined || options.only === part;
let failed = 0;

const pdf = product.demoLetterPdf();
const kinds = {
  letter: (input, runtime) => product.buildLetter({ ...input, pdf }, { runtime }),
  'vsm-structured': (input, runtime, random, scenario) =>
    product.buildVsm({ ...input, content: product.randomVsm(random, scenario) }, { runtime }),
  'vsm-unstructured': (input, runtime) => product.buildVsm({ ...input, pdf }, { runtime }),
  prescription: (input, runtime) => product.buildPrescription({ ...input, pdf }, { runtime }),
  'report-pdf': (input, runtime) => product.buildReport({ ...input, pdf }, { runtime }),
};

async function checkBuilt() {
  const folder = mkdtempSync(join(tmpdir(), 'cda-built-'));
  const details = [];
  const ours = new Map();
  const summaries = new Set();
  for (const [kind, make] of Object.entries(kinds)) {
    const random = new product.Random(Number(options.seed));
    for (let index = 0; index < Number(options.count); index += 1) {
      const scenario = product.scenarios[index % product.scenarios.length];
      const input = product.randomInput(random, scenario);
      const document = await make(input, product.seededRuntime(random), random, scenario);
      const bytes = await bytesOf(document.content);
      const name = `${kind}.${String(index).padStart(4, '0')}-${scenario}.xml`;
      writeFileSync(join(folder, name), bytes);
      if (kind === 'vsm-structured') summaries.add(name);
      const errors = (await product.checkCda(bytes, { codeSet: 'current' })).findings.filter(
        ({ severity }) => severity === 'error',
      );
      ours.set(name, errors.length);
      if (errors.length > 0) {
        details.push(`${name}: our check: ${errors.map(({ rule, path }) => `${rule} ${path}`).join('; ')}`);
      }
    }
  }
  const refused = new Set();
  for (const [name, { xsd, failures }] of validateFolder(kit, folder, summaries)) {
    if (xsd.length + failures.length === 0) continue;
    refused.add(name);
    const reasons = [...xsd, ...failures.map(({ text, where }) => `${text} at ${where}`)];
    details.push(`${name}: ${reasons.slice(0, 3).join(' | ')}`);
  }
  say('## Documents built at random');
  say();
  say('| kind | documents | refused by the kit | errors of our check |');
  say('| --- | --- | --- | --- |');
  for (const kind of Object.keys(kinds)) {
    const names = [...ours.keys()].filter((name) => name.startsWith(`${kind}.`));
    const theirs = names.filter((name) => refused.has(name)).length;
    const own = names.filter((name) => ours.get(name) > 0).length;
    failed += theirs + own;
    say(`| ${kind} | ${names.length} | ${theirs} | ${own} |`);
  }
  say();
  for (const detail of details.slice(0, 60)) say(`- ${detail}`);
  rmSync(folder, { recursive: true });
}

if (wanted('built')) await checkBuilt();
if (['mutants', 'null-flavors', 'accepted', 'examples'].some(wanted)) {
  const { compareExamples, compareMutants } = await import('./conformance-compare.mjs');
  const context = { kit, product, say, bytesOf, options, pdf };
  if (wanted('examples')) failed += await compareExamples(context);
  if (wanted('mutants')) {
    const from = { title: 'One-change mutants', make: product.mutations, count: Number(options.mutants) };
    failed += await compareMutants(context, from);
  }
  // Hours of the kit: only when asked for by name.
  if (options.only === 'accepted') {
    const from = { title: 'Every mutant that our check accepts', make: product.mutations, acceptedOnly: true };
    failed += await compareMutants(context, from);
  }
  if (wanted('null-flavors')) {
    const from = {
      title: 'Mutants with a nullFlavor in the header',
      make: product.nullFlavorMutations,
      count: Number(options['null-flavors']),
    };
    failed += await compareMutants(context, from);
  }
}
if (options.out) writeFileSync(options.out, `${lines.join('\n')}\n`);
process.exit(failed === 0 ? 0 : 1);
