import { expect } from 'vitest';
import { verifyAssertion } from '../../../../src/auth/index.ts';
import { fixedRuntime } from '../../../auth/vihf-fixtures.ts';
import { rulesOf, type Advisory } from '../advisory.ts';
import { envelope, honest, victim } from '../forge.ts';

export const advisory: Advisory = {
  ids: ['CVE-2017-1000452'],
  package: 'samlify',
  fault: 'NameIDs added outside the signed part were read as the user',
  async check(means) {
    const { good, parts } = means;
    const extra = `<saml2:Subject xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"><saml2:NameID>${victim}</saml2:NameID></saml2:Subject>`;
    // Outside the assertion it is not looked at, inside it breaks the digest.
    expect(await rulesOf(means, good.replace('<saml2:Subject>', `${extra}<saml2:Subject>`))).toContain('SIG-DIGEST');
    expect(
      await rulesOf(means, good.replace('</ds:Signature>', `<ds:Object>${extra}</ds:Object></ds:Signature>`)),
    ).toEqual(['SIG-SHAPE']);
    const verified = await verifyAssertion(envelope(good, extra, extra), {
      anchors: means.pki.anchors,
      runtime: fixedRuntime(),
    });
    expect(verified).toMatchObject({ id: parts.id, nameId: honest });
  },
};
