import { expect } from 'vitest';
import { rulesOf, type Advisory } from '../advisory.ts';
import { asVictim, signed } from '../forge.ts';

export const advisory: Advisory = {
  ids: ['CVE-2024-32962'],
  package: 'xml-crypto',
  fault: 'the certificate in the document was trusted by default',
  async check(means) {
    const { open, issuer, body } = means.parts;
    const { keyPem, certDer } = means.selfSigned;
    const document = signed(
      means,
      { open, issuer: asVictim(issuer), body: asVictim(body) },
      { key: keyPem, certificate: certDer },
    );
    expect(await rulesOf(means, document)).toContain('CERT-TRUST');
  },
};
