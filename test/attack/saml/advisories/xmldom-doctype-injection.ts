import { expect } from 'vitest';
import { createVihf, verifyAssertion } from '../../../../src/auth/index.ts';
import { fixedRuntime, providerOf, vihfInput } from '../../../auth/vihf-fixtures.ts';
import { rulesOf, type Advisory } from '../advisory.ts';

export const advisory: Advisory = {
  ids: ['GHSA-f6ww-3ggp-fr8h'],
  package: 'xmldom',
  fault: 'text broke out of the identifiers of a DOCTYPE',
  async check(means) {
    // Nothing of ours is written by xmldom: names are constants, and what is not is refused before
    // writing.
    const card = await providerOf(means.pki.professional.signature);
    for (const value of [']>', '">', '<!DOCTYPE x>']) {
      const vihf = await createVihf(
        vihfInput({ subjectName: value, attributes: [{ name: value, values: [value] }] }),
        card,
        { runtime: fixedRuntime() },
      );
      const verified = await verifyAssertion(vihf.xml, { anchors: means.pki.anchors, runtime: fixedRuntime() });
      expect(verified.subjectName).toBe(value);
      expect(verified.attributes.get(value)).toEqual([value]);
    }
    expect(await rulesOf(means, `<!DOCTYPE x PUBLIC "a" "b" [<!ENTITY c "]>">]>${means.good}`)).toEqual(['XML-READ']);
  },
};
