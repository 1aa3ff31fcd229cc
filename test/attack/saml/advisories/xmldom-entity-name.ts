import { expect } from 'vitest';
import { createVihf, verifyAssertion } from '../../../../src/auth/index.ts';
import { fixedRuntime, providerOf, vihfInput } from '../../../auth/vihf-fixtures.ts';
import { rulesOf, type Advisory } from '../advisory.ts';

export const advisory: Advisory = {
  ids: ['GHSA-6gmq-8vp8-gcm6'],
  package: 'xmldom',
  fault: 'the name of an entity reference was written unchecked',
  async check(means) {
    // Nothing of ours is written by xmldom: names are constants, and what is not is refused before
    // writing.
    const card = await providerOf(means.pki.professional.signature);
    for (const value of ['&x;', '&x;<y/>', '&#0;', '&lt;']) {
      const vihf = await createVihf(
        vihfInput({ subjectName: value, attributes: [{ name: value, values: [value] }] }),
        card,
        { runtime: fixedRuntime() },
      );
      const verified = await verifyAssertion(vihf.xml, { anchors: means.pki.anchors, runtime: fixedRuntime() });
      expect(verified.subjectName).toBe(value);
      expect(verified.attributes.get(value)).toEqual([value]);
    }
    for (const entity of ['&x;', '&x', '&;', '&x y;', '&#x110000;']) {
      expect((await rulesOf(means, means.good.replace('<saml2:NameID>', `<saml2:NameID>${entity}`)))[0]).toMatch(
        /^XML-|SIG-DIGEST$/,
      );
    }
  },
};
