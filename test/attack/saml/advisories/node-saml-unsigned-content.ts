import { expect } from 'vitest';
import { verifyAssertion } from '../../../../src/auth/index.ts';
import { fixedRuntime } from '../../../auth/vihf-fixtures.ts';
import { rulesOf, type Advisory } from '../advisory.ts';
import { envelope, honest } from '../forge.ts';

export const advisory: Advisory = {
  ids: ['CVE-2025-54419'],
  package: '@node-saml/node-saml',
  fault: 'values were read from the original document rather than from the signed part',
  async check(means) {
    // What the digest does not cover, canonicalisation having dropped it, must not be read either.
    const { good } = means;
    for (const document of [
      good.replace('<saml2:NameID>', '<saml2:NameID><!-- -->'),
      good.replace('<saml2:NameID>', '<?x y?><saml2:NameID>'),
      good.replace(honest, `${honest.slice(0, 4)}<!-- -->${honest.slice(4)}`),
    ]) {
      expect(await rulesOf(means, document)).toEqual(['XML-READ']);
    }
    const verified = await verifyAssertion(envelope(good), { anchors: means.pki.anchors, runtime: fixedRuntime() });
    expect(Buffer.from(verified.signedBytes).toString()).toBe(good.replace(/<ds:Signature .*<\/ds:Signature>/, ''));
    expect(Buffer.from(verified.signedBytes).toString()).toContain(`<saml2:NameID>${verified.nameId}</saml2:NameID>`);
  },
};
