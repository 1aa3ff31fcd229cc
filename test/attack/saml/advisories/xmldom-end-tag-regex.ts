import { expect } from 'vitest';
import { rulesOf, type Advisory } from '../advisory.ts';

export const advisory: Advisory = {
  ids: ['GHSA-x4fp-j954-r2f4'],
  package: 'xmldom',
  fault: 'white space in an end tag was trimmed in quadratic time',
  async check(means) {
    // White space before the end of an end tag is legal, so the content still verifies; inside the
    // name it is not.
    const space = ' '.repeat(300_000);
    expect(await rulesOf(means, means.good.replace('</saml2:NameID>', `</saml2:NameID${space}>`))).toEqual([
      'ACCEPTED',
    ]);
    expect(await rulesOf(means, means.good.replace('</saml2:NameID>', `</saml2:${space}NameID>`))).toEqual([
      'XML-READ',
    ]);
    expect(await rulesOf(means, means.good.replace('</saml2:NameID>', `</saml2:NameID${space}x>`))).toEqual([
      'XML-READ',
    ]);
  },
};
