import { expect } from 'vitest';
import { createVihf, verifyAssertion } from '../../../../src/auth/index.ts';
import { fixedRuntime, providerOf, vihfInput } from '../../../auth/vihf-fixtures.ts';
import { rulesOf, type Advisory } from '../advisory.ts';

export const advisory: Advisory = {
  ids: ['CVE-2021-32796', 'GHSA-5fg8-2547-mr8q'],
  package: 'xmldom',
  fault: 'escaped markup in a value came out as markup',
  async check(means) {
    // Our own canonical writer, on values that are markup when they are not escaped, there and
    // back.
    for (const subjectName of [
      '<b>',
      '&lt;',
      '"><x a="',
      ']]>',
      '&amp;#xD;',
      '\r\n\t',
      "' onload='",
      '<!-- -->',
      '<?x?>',
    ]) {
      const { xml } = await createVihf(vihfInput({ subjectName }), await providerOf(means.pki.professional.signature), {
        runtime: fixedRuntime(),
      });
      expect(await verifyAssertion(xml, { anchors: means.pki.anchors, runtime: fixedRuntime() })).toMatchObject({
        subjectName,
      });
    }
    expect(await rulesOf(means, means.good.replace('xmlns:saml2="urn:oasis', 'xmlns:saml2="&lt;urn:oasis'))).toEqual([
      'SAML-PLACE',
    ]);
  },
};
