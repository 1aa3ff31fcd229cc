import { expect } from 'vitest';
import { rulesOf, type Advisory } from '../advisory.ts';
import { asVictim, join } from '../forge.ts';

export const advisory: Advisory = {
  ids: ['SNYK samlify < 2.4.0'],
  package: 'samlify',
  fault: 'the signed token was wrapped so that a new user name was read',
  async check(means) {
    const { good, parts } = means;
    const forged = asVictim(join({ ...parts, signature: '' }));
    expect(await rulesOf(means, forged.replace('</saml2:Assertion>', `${good}</saml2:Assertion>`))).toContain(
      'SAML-COUNT',
    );
    expect(await rulesOf(means, good.replace('</saml2:Assertion>', `${forged}</saml2:Assertion>`))).toContain(
      'SAML-COUNT',
    );
  },
};
