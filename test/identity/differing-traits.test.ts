import { describe, expect, it } from 'vitest';
import { differingTraits } from '../../src/identity/differing-traits.ts';

const names = (left: string, right: string): string[] => differingTraits({ birthName: left }, { birthName: right });

describe('differingTraits', () => {
  it.each([
    ['Le Goff', 'LE-GOFF'],
    ["D'Artagnan", 'DARTAGNAN'],
    ['LŒUILLET', 'Loeuillet'],
    ['Søren', 'SOREN'],
    ['李', '李'],
  ])('takes %s and %s for one name', (left, right) => {
    expect(names(left, right)).toEqual([]);
  });

  it.each([
    ['李', '王'],
    ['李', 'LI'],
    ['SØREN', 'SREN'],
    ['MARTIN', 'MARTINE'],
    ['MARTIN', '...'],
  ])('tells %s from %s', (left, right) => {
    expect(names(left, right)).toEqual(['birthName']);
    expect(names(right, left)).toEqual(['birthName']);
  });
});
