import { expect } from 'vitest';
import { rulesOf, type Advisory } from '../advisory.ts';
import { asVictim, envelope, join, signed } from '../forge.ts';

export const advisory: Advisory = {
  ids: ['CVE-2022-39300', 'GHSA-5p8w-2mvw-38pv'],
  package: 'node-saml',
  fault: 'a signature over some other element vouched for an assertion that it does not cover',
  async check(means) {
    // The signature covers an element that is no assertion; the assertion beside it is not signed.
    const { open, issuer, body } = means.parts;
    const other = signed(means, { open: open.replaceAll('saml2:Assertion', 'saml2:Advice'), issuer, body }).replace(
      '</saml2:Assertion>',
      '</saml2:Advice>',
    );
    const forged = asVictim(join({ open: open.replace(/ ID="[^"]*"/, ' ID="_forged"'), issuer, body, signature: '' }));
    expect(await rulesOf(means, envelope(other + forged))).toContain('SIG-COUNT');
    expect(await rulesOf(means, envelope(forged, other))).toContain('SIG-COUNT');
  },
};
