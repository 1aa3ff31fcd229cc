import { expect } from 'vitest';
import { rulesOf, type Advisory } from '../advisory.ts';
import { excC14n, signed } from '../forge.ts';

export const advisory: Advisory = {
  ids: ['CVE-2021-39171'],
  package: 'passport-saml',
  fault: 'a long list of transforms kept the verifier busy',
  async check(means) {
    const { open, issuer, body } = means.parts;
    const document = signed(means, { open, issuer, body }, { transforms: Array.from({ length: 5000 }, () => excC14n) });
    expect(await rulesOf(means, document)).toEqual(['SIG-SHAPE']);
  },
};
