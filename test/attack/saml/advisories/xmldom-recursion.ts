import { expect } from 'vitest';
import { rulesOf, type Advisory } from '../advisory.ts';
import { envelope } from '../forge.ts';

export const advisory: Advisory = {
  ids: ['GHSA-2v35-w6hq-6mfw'],
  package: 'xmldom',
  fault: 'deep nesting exhausted the stack',
  async check(means) {
    for (const depth of [200, 5_000, 200_000]) {
      expect(await rulesOf(means, envelope(means.good, '', '<a>'.repeat(depth) + '</a>'.repeat(depth)))).toEqual([
        'XML-READ',
      ]);
      expect(await rulesOf(means, '<a>'.repeat(depth))).toEqual(['XML-READ']);
    }
  },
};
