import { expect } from 'vitest';
import { rulesOf, type Advisory } from '../advisory.ts';

export const advisory: Advisory = {
  ids: ['GHSA-6h8r-xr42-gp59'],
  package: 'xmldom',
  fault: 'an end tag followed by other content was taken in silence',
  async check(means) {
    for (const tag of [
      '</saml2:NameID x>',
      '</saml2:NameID x="y">',
      '</saml2:NameID/>',
      '</saml2:NameID<',
      '</saml2:NameID',
    ]) {
      expect(await rulesOf(means, means.good.replace('</saml2:NameID>', tag))).toEqual(['XML-READ']);
    }
  },
};
