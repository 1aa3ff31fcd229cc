import { expect } from 'vitest';
import { rulesOf, type Advisory } from '../advisory.ts';

export const advisory: Advisory = {
  ids: ['GHSA-g53g-w8rj-fmg7'],
  package: 'xmldom',
  fault: 'an unterminated processing instruction was matched in quadratic time',
  async check(means) {
    for (const text of [`<?${'a '.repeat(200_000)}`, `<?x ${' '.repeat(400_000)}`, '<?a'.repeat(100_000)]) {
      expect(await rulesOf(means, text + means.good)).toEqual(['XML-READ']);
      expect(await rulesOf(means, text)).toEqual(['XML-READ']);
    }
  },
};
