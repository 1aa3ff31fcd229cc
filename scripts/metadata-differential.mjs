// Our check of XDS metadata beside a judge that this project did not write (Open eHealth IPF, through
// TERR_TOOLS): one-change mutants of our own METADATA.XML, judged by both, and everything we emit.
// usage: npm run differential:metadata -- [--count N] [--seed N] [--out FILE]
//   --count  mutants in all (300), half of a plain submission, half of one that uses every attribute
//   --seed   which of them (1)
//   --out    writes the differences as Markdown
// Exit 1: something refused there passes here without its reason, or something we emit is refused. Exit 69: no judge.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { importSource } from './bundle-source.mjs';
import { differences, reasonOf } from './metadata-differences.mjs';
import { mutants } from './metadata-mutants.mjs';
import { findReferee, judge } from './metadata-referee.mjs';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string' },
  },
});
const { checkMetadata, emittedMetadata } = await importSource(
  'metadata-differential',
  `export { checkMetadata } from './src/documents/index.ts';
   export { emittedMetadata } from './test/documents/helpers/emitted.ts';`,
);

const referee = findReferee();
const emitted = await emittedMetadata();
const [plain, rich] = [0, 6].map((index) => emitted[index][1]);
const half = Math.ceil(Number(values.count) / 2);
const samples = [plain, rich].flatMap((xml) => mutants(xml, { seed: Number(values.seed), count: half }));
const all = [...emitted.map(([change, xml]) => ({ change, xml })), ...samples];

const verdicts =
  referee &&
  judge(
    referee,
    all.map(({ xml }) => xml),
  );
if (!verdicts) {
  console.log('skipped: the IHE referee cannot be had');
  process.exit(69);
}

const refusedOurs = emitted.filter((_, index) => verdicts[index].length > 0);
for (const [index, [name]] of emitted.entries()) {
  console.log(
    `emitted, ${name}: ${verdicts[index].length === 0 ? 'accepted' : `REFUSED ${verdicts[index].join('; ')}`}`,
  );
}

const judged = await differences(samples, verdicts.slice(emitted.length), checkMetadata);
const { refusedThere, refusedHere, passed } = judged;
const rows = passed.map((one) => ({ ...one, reason: reasonOf(one) }));
const unexplained = rows.filter(({ reason }) => reason === null);

const table = ['| change | there | here | reason |', '| --- | --- | --- | --- |']
  .concat(
    rows.map(
      ({ change, there, here, reason }) =>
        `| ${[change, there, here || 'nothing', reason ?? 'NONE'].map(cell).join(' | ')} |`,
    ),
  )
  .join('\n');
console.log(table);
if (values.out) writeFileSync(values.out, `${table}\n`);
console.log(
  `mutants ${samples.length}, refused there ${refusedThere}, refused here ${refusedHere}, refused there and passed here ${passed.length}, without a reason ${unexplained.length}; emitted ${emitted.length}, refused ${refusedOurs.length}`,
);
process.exit(unexplained.length > 0 || refusedOurs.length > 0 ? 1 : 0);

function cell(text) {
  return text.replaceAll('|', '\\|').slice(0, 160);
}
