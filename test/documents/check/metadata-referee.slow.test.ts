import { beforeAll, describe, expect, it } from 'vitest';
import { differences, reasonOf } from '../../../scripts/metadata-differences.mjs';
import { mutants } from '../../../scripts/metadata-mutants.mjs';
import { findReferee, judge } from '../../../scripts/metadata-referee.mjs';
import { checkMetadata } from '../../../src/documents/index.ts';
import { skipBecause } from '../../helpers/require-tool.ts';
import { emittedMetadata } from '../helpers/emitted.ts';

const command = findReferee();
const perSample = 10;
const longBuild = 600_000;

// The long form is a command: npm run differential:metadata.
describe.skipIf(command === null && skipBecause('TERR_TOOLS names no IHE referee'))('beside a foreign judge', () => {
  let emitted: Awaited<ReturnType<typeof emittedMetadata>> = [];
  let samples: ReturnType<typeof mutants> = [];
  let verdicts: ReturnType<typeof judge> = null;

  beforeAll(async () => {
    emitted = await emittedMetadata();
    const rich = emitted.find(([name]) => name.startsWith('replacement'));
    samples = [emitted[0]!, rich!].flatMap(([, xml]) => mutants(xml, { seed: 20_260_315, count: perSample }));
    verdicts = judge(command!, [...emitted.map(([, xml]) => xml), ...samples.map(({ xml }) => xml)]);
    if (verdicts === null) skipBecause('the IHE referee cannot be built: no Java 17, no Maven, or no artifacts');
  }, longBuild);

  it('everything we write is accepted', ({ skip }) => {
    skip(verdicts === null, 'the referee cannot be had');
    const refused = emitted.flatMap(([name], index) => verdicts![index]!.map((reason) => `${name}: ${reason}`));
    expect(refused).toEqual([]);
  });

  it('nothing refused there passes here without its reason', async ({ skip }) => {
    skip(verdicts === null, 'the referee cannot be had');
    const judged = await differences(samples, verdicts!.slice(emitted.length), checkMetadata);
    expect(judged.refusedThere).toBeGreaterThan(0);
    expect(judged.passed.filter((mutant) => reasonOf(mutant) === null)).toEqual([]);
  });
});
