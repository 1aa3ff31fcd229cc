import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { createVihf } from '../../src/auth/index.ts';
import { secondOpinion } from '../../src/auth/vihf/verify/second-opinion.ts';
import { createTestHierarchy, type TestHierarchy } from '../../src/testing/index.ts';
import { fixedRuntime, providerOf, vihfInput } from './vihf-fixtures.ts';

let pki: TestHierarchy;
let good: string;
let key: KeyObject;

beforeAll(async () => {
  pki = await createTestHierarchy({ runtime: fixedRuntime() });
  const { signature } = pki.professional;
  good = (await createVihf(vihfInput(), await providerOf(signature), { runtime: fixedRuntime() })).xml;
  key = new X509Certificate(signature.certDer).publicKey;
});

const inside = (body: string): string =>
  '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Header>' + `${good}</e:Header>${body}</e:Envelope>`;

/** xml-crypto used without the strict reading, for comparison. */
function unguarded(text: string): boolean {
  const verifier = new SignedXml({ publicCert: key, getCertFromKeyInfo: () => null });
  verifier.loadSignature(/<ds:Signature .*<\/ds:Signature>/s.exec(text)![0]);
  return verifier.checkSignature(text);
}

describe('second opinion', () => {
  it('gives the bytes that were signed, whatever is around the assertion', async () => {
    const signed = good.replace(/<ds:Signature .*<\/ds:Signature>/s, '');
    for (const text of [
      good,
      `\uFEFF${good}`,
      `<?xml version="1.0"?>\r\n${good}`,
      inside('<e:Body>\u0085\u2028</e:Body>'),
    ]) {
      expect(await secondOpinion(text, key)).toBe(signed);
    }
  });

  it('has none about what another key signed, or what changed', async () => {
    const other = createPublicKey(pki.professional.authentication.keyPem);
    expect(await secondOpinion(good, other)).toBeNull();
    expect(await secondOpinion(good.replace('LPS FICTIF', 'LPS FICTIVE'), key)).toBeNull();
  });

  it.each([
    ['an attribute without quotes', () => inside('<e:Body a=1></e:Body>'), true],
    ['an attribute without a value', () => inside('<e:Body a></e:Body>'), true],
    ['an unknown entity', () => inside('<e:Body>&inconnue;</e:Body>'), true],
    ['an end tag without a start', () => inside('<e:Body></e:Body></x>'), false],
    ['a cut end', () => inside('<e:Body></e:Body>').slice(0, -5), false],
    ['two assertions', () => inside(`<e:Body>${good.replace(/ ID="[^"]*"/, ' ID="_x"')}</e:Body>`), false],
  ])('has none about a text that is not well-formed, which xml-crypto may repair: %s', async (_, text, repaired) => {
    if (repaired) expect(unguarded(text())).toBe(true);
    expect(await secondOpinion(text(), key)).toBeNull();
  });
});
