import { expect } from 'vitest';
import { createVihf, verifyAssertion } from '../../../../src/auth/index.ts';
import { fixedRuntime, providerOf, vihfInput } from '../../../auth/vihf-fixtures.ts';
import { rulesOf, type Advisory } from '../advisory.ts';

export const advisory: Advisory = {
  ids: ['GHSA-j759-j44w-7fr8', 'CVE-2026-41672 or CVE-2026-41675'],
  package: 'xmldom',
  fault: 'text with --> broke out of its comment',
  async check(means) {
    // Nothing of ours is written by xmldom: names are constants, and what is not is refused before
    // writing.
    const card = await providerOf(means.pki.professional.signature);
    for (const value of ['-->', '--><x/><!--', '--']) {
      const vihf = await createVihf(
        vihfInput({ subjectName: value, attributes: [{ name: value, values: [value] }] }),
        card,
        { runtime: fixedRuntime() },
      );
      const verified = await verifyAssertion(vihf.xml, { anchors: means.pki.anchors, runtime: fixedRuntime() });
      expect(verified.subjectName).toBe(value);
      expect(verified.attributes.get(value)).toEqual([value]);
    }
    expect(await rulesOf(means, `<!-- -- -->${means.good}`)).toEqual(['XML-READ']);
  },
};
