import { expect } from 'vitest';
import { createVihf, verifyAssertion } from '../../../../src/auth/index.ts';
import { fixedRuntime, providerOf, vihfInput } from '../../../auth/vihf-fixtures.ts';
import { rulesOf, type Advisory } from '../advisory.ts';

export const advisory: Advisory = {
  ids: ['CVE-2026-34601', 'GHSA-wh4c-j3r5-mjhp'],
  package: 'xmldom',
  fault: 'text with ]]> broke out of its CDATA section',
  async check(means) {
    // Nothing of ours is written by xmldom: names are constants, and what is not is refused before
    // writing.
    const card = await providerOf(means.pki.professional.signature);
    for (const value of [']]>', ']]><x/><![CDATA[', ']]&gt;']) {
      const vihf = await createVihf(
        vihfInput({ subjectName: value, attributes: [{ name: value, values: [value] }] }),
        card,
        { runtime: fixedRuntime() },
      );
      const verified = await verifyAssertion(vihf.xml, { anchors: means.pki.anchors, runtime: fixedRuntime() });
      expect(verified.subjectName).toBe(value);
      expect(verified.attributes.get(value)).toEqual([value]);
    }
    expect(
      await rulesOf(means, means.good.replace('<saml2:NameID>', '<saml2:NameID><![CDATA[]]]]><![CDATA[>]]>')),
    ).toEqual(['XML-CDATA']);
  },
};
