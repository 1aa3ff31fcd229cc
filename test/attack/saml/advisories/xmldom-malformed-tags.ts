import { expect } from 'vitest';
import { rulesOf, type Advisory } from '../advisory.ts';

export const advisory: Advisory = {
  ids: ['GHSA-93r5-fhx6-vmg9'],
  package: 'xmldom',
  fault: 'recovery from malformed tags was quadratic',
  async check(means) {
    for (const piece of ['<'.repeat(200_000), '<a'.repeat(100_000), '</'.repeat(100_000)]) {
      expect(await rulesOf(means, means.good.replace('<saml2:NameID>', `<saml2:NameID>${piece}`))).toEqual([
        'XML-READ',
      ]);
    }
  },
};
