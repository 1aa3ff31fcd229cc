import { expect } from 'vitest';
import { createHmac } from 'node:crypto';
import { rulesOf, type Advisory } from '../advisory.ts';
import { asVictim, signed } from '../forge.ts';

export const advisory: Advisory = {
  ids: ['GHSA-c27r-x354-4m68'],
  package: 'xml-crypto',
  fault: 'an HMAC made with the public key as secret verified as a signature',
  async check(means) {
    const { open, issuer, body } = means.parts;
    for (const secret of [means.pki.professional.signature.certPem, means.pki.professional.signature.certDer]) {
      expect(
        await rulesOf(
          means,
          signed(
            means,
            { open, issuer: issuer, body: asVictim(body) },
            {
              method: 'http://www.w3.org/2000/09/xmldsig#hmac-sha1',
              value: (text) => createHmac('sha1', secret).update(text).digest(),
            },
          ),
        ),
      ).toContain('SIG-ALGORITHM');
    }
  },
};
