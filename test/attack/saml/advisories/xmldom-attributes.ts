import { expect } from 'vitest';
import { rulesOf, type Advisory } from '../advisory.ts';

export const advisory: Advisory = {
  ids: ['GHSA-8344-3jmq-59r6'],
  package: 'xmldom',
  fault: 'many attributes made the parser quadratic',
  async check(means) {
    for (const name of ['a', 'x']) {
      const many = Array.from({ length: 50_000 }, (_, index) => ` ${name}${name === 'a' ? index : ''}="1"`).join('');
      expect(await rulesOf(means, means.good.replace(' Version=', `${many} Version=`))).toEqual(['XML-READ']);
    }
  },
};
