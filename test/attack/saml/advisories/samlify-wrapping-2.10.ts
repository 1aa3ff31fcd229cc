import { expect } from 'vitest';
import { rulesOf, type Advisory } from '../advisory.ts';
import { asVictim, envelope, join } from '../forge.ts';

export const advisory: Advisory = {
  ids: ['CVE-2025-47949'],
  package: 'samlify',
  fault: 'an unsigned assertion put beside the signed one was read',
  async check(means) {
    const { good, parts } = means;
    const forged = asVictim(
      join({ ...parts, open: parts.open.replace(/ ID="[^"]*"/, ' ID="_forged"'), signature: '' }),
    );
    for (const security of [forged + good, good + forged]) {
      expect(await rulesOf(means, envelope(security))).toEqual(['SAML-COUNT']);
    }
    expect(
      await rulesOf(
        means,
        `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">${forged}${good}</samlp:Response>`,
      ),
    ).toEqual(['SAML-COUNT']);
    expect(
      await rulesOf(
        means,
        `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">${good}</samlp:Response>`,
      ),
    ).toEqual(['SAML-PLACE']);
  },
};
