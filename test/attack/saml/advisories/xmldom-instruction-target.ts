import { expect } from 'vitest';
import { rulesOf, type Advisory } from '../advisory.ts';

export const advisory: Advisory = {
  ids: ['GHSA-c7q8-3ch8-vqpv'],
  package: 'xmldom',
  fault: 'the target of a processing instruction was written unchecked',
  async check(means) {
    for (const target of ['x', 'XML', 'a:b', 'a>b', 'x?']) {
      expect(await rulesOf(means, `<?${target} y?>${means.good}`)).toEqual(['XML-READ']);
      expect(await rulesOf(means, means.good.replace('<saml2:Subject>', `<?${target} y?><saml2:Subject>`))).toEqual([
        'XML-READ',
      ]);
    }
  },
};
