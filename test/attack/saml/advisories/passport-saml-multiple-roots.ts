import { expect } from 'vitest';
import { rulesOf, type Advisory } from '../advisory.ts';
import { asVictim, join } from '../forge.ts';

export const advisory: Advisory = {
  ids: ['CVE-2022-39299', 'GHSA-m974-647v-whv7'],
  package: 'passport-saml',
  fault: 'a signed element anywhere in a text with several roots let an unsigned assertion in',
  async check(means) {
    // Any element that the identity provider once signed, beside a forged assertion, as two roots
    // of one text.
    const { open, issuer, body } = means.parts;
    const forged = asVictim(join({ open: open.replace(/ ID="[^"]*"/, ' ID="_forged"'), issuer, body, signature: '' }));
    for (const document of [forged + means.good, means.good + forged]) {
      expect((await rulesOf(means, document))[0]).toMatch(/^XML-READ|SAML-COUNT$/);
    }
  },
};
