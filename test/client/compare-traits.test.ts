import { describe, expect, it } from 'vitest';
import { differingTraits } from '../../src/client/policy/compare-traits.ts';

const names = (ours: string, theirs: string): string[] => differingTraits({ birthName: ours }, { birthName: theirs });

describe('differingTraits', () => {
  it.each([
    ['Le Goff', 'LE-GOFF'],
    ["D'Artagnan", 'DARTAGNAN'],
    ['LŒUILLET', 'Loeuillet'],
    ['Søren', 'SOREN'],
    ['李', '李'],
  ])('takes %s and %s for one name', (ours, theirs) => {
    expect(names(ours, theirs)).toEqual([]);
  });

  it.each([
    ['李', '王'],
    ['李', 'LI'],
    ['SØREN', 'SREN'],
    ['MARTIN', 'MARTINE'],
    ['MARTIN', '...'],
  ])('tells %s from %s', (ours, theirs) => {
    expect(names(ours, theirs)).toEqual(['birthName']);
    expect(names(theirs, ours)).toEqual(['birthName']);
  });
});
