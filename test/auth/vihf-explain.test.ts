import { createHash, createPrivateKey, createSign, constants, sign } from 'node:crypto';
import { inspect } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { createVihf, explainAssertion, type AssertionExplanation, type SigningProvider } from '../../src/auth/index.ts';
import { createTestHierarchy, type TestHierarchy } from '../../src/testing/index.ts';
import { fixedRuntime, providerOf, testNow, vihfInput } from './vihf-fixtures.ts';

let pki: TestHierarchy;
let card: SigningProvider;
let good: string;

beforeAll(async () => {
  pki = await createTestHierarchy({ runtime: fixedRuntime() });
  card = await providerOf(pki.professional.signature);
  good = (await createVihf(vihfInput(), card, { runtime: fixedRuntime() })).xml;
});

const explain = (xml: string | Uint8Array, now = testNow): Promise<AssertionExplanation> =>
  explainAssertion(xml, { anchors: pki.anchors, runtime: fixedRuntime(now) });
const rules = async (xml: string | Uint8Array, now = testNow): Promise<string[]> =>
  (await explain(xml, now)).findings.map(({ rule, found }) =>
    rule.endsWith('-CAUSE') ? `${rule}:${found ?? ''}` : rule,
  );

/** The assertion without its signature, and its parts. */
function parts(): { before: string; signature: string; after: string; bare: string } {
  const start = good.indexOf('<ds:Signature');
  const end = good.indexOf('</ds:Signature>') + 15;
  const [before, signature, after] = [good.slice(0, start), good.slice(start, end), good.slice(end)];
  return { before, signature, after, bare: before + after };
}

/**
 * Signs again, as a faulty signer would: its own bytes under the digest, its own way of signing.
 */
function signWrongly(options: {
  digestOver?: (canonical: string) => string | Uint8Array;
  digest?: (canonical: string) => Uint8Array;
  value?: (signedInfo: string, keyPem: string) => Uint8Array;
}): string {
  const { before, signature, after, bare } = parts();
  const keyPem = pki.professional.signature.keyPem;
  const digest = options.digest
    ? Buffer.from(options.digest(bare))
    : createHash('sha256')
        .update(options.digestOver?.(bare) ?? bare)
        .digest();
  const inner = signature
    .slice(signature.indexOf('<ds:SignedInfo>'), signature.indexOf('<ds:SignatureValue>'))
    .replace(/<ds:DigestValue>[^<]*/, `<ds:DigestValue>${digest.toString('base64')}`);
  const signedInfo = inner.replace('<ds:SignedInfo>', '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">');
  const value = Buffer.from(options.value?.(signedInfo, keyPem) ?? sign('sha256', Buffer.from(signedInfo), keyPem));
  const tail = signature
    .slice(signature.indexOf('<ds:SignatureValue>'))
    .replace(/<ds:SignatureValue>[^<]*/, `<ds:SignatureValue>${value.toString('base64')}`);
  return `${before}<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">${inner}${tail}${after}`;
}

describe('explainAssertion', () => {
  it('finds nothing in a good assertion and shows the digests that agree', async () => {
    const { findings, steps, signature } = await explain(good);
    expect(findings).toEqual([]);
    expect(steps.every(({ state }) => state === 'ok')).toBe(true);
    expect(signature?.claimedDigest).toBe(signature?.computedDigest);
    expect(signature?.signedDigest).toBe(signature?.computedSignedInfoDigest);
    expect(Buffer.from(signature?.canonicalAssertion ?? []).toString()).toBe(parts().bare);
  });

  it('shows no personal data to a logger', async () => {
    const explanation = await explain(good.replace('ÉLODIE FICTIF', 'AUTRE'));
    for (const shown of [inspect(explanation, { depth: 9 }), JSON.stringify(explanation)]) {
      expect(shown).not.toContain('279035121518989');
      expect(shown).not.toContain('FICTIF');
    }
  });

  it('recognises the test signer used below', async () => {
    expect(await rules(signWrongly({}))).toEqual([]);
  });

  it.each([
    ['reindented', () => good.replaceAll('><saml2:', '>\n  <saml2:')],
    [
      'line-ends',
      () =>
        signWrongly({ digestOver: (text) => text.replace('LPS FICTIF', 'LPS\r\nFICTIF') }).replace(
          'LPS FICTIF',
          'LPS\nFICTIF',
        ),
    ],
    ['unicode-normalised', () => good.replaceAll('É', 'E\u0301')],
    ['encoding', () => Buffer.from(Buffer.from(good, 'utf8').toString('latin1'), 'utf8')],
    ['latin1-digest', () => signWrongly({ digestOver: (text) => Buffer.from(text, 'latin1') })],
    [
      'not-canonical',
      () => signWrongly({ digestOver: (text) => text.replaceAll('></Role>', '/>') }).replaceAll('></Role>', '/>'),
    ],
    ['xml-declaration', () => signWrongly({ digestOver: (text) => `<?xml version="1.0" encoding="UTF-8"?>${text}` })],
    ['final-newline', () => signWrongly({ digestOver: (text) => `${text}\n` })],
    ['sha1', () => signWrongly({ digest: (text) => createHash('sha1').update(text).digest() })],
    ['sha512', () => signWrongly({ digest: (text) => createHash('sha512').update(text).digest() })],
    [
      'hexadecimal',
      () => signWrongly({ digest: (text) => Buffer.from(createHash('sha256').update(text).digest('hex')) }),
    ],
    [
      'inclusive-c14n',
      () =>
        signWrongly({ digestOver: (text) => text.replace(' xmlns:saml2', ' xmlns:aaa="urn:a" xmlns:saml2') }).replace(
          ' xmlns:saml2',
          ' xmlns:aaa="urn:a" xmlns:saml2',
        ),
    ],
  ])('names the cause of a digest that does not match: %s', async (cause, document) => {
    const found = await rules(document());
    expect(found).toContain('SIG-DIGEST');
    expect(found).toContain(`SIG-DIGEST-CAUSE:${cause}`);
  });

  it('guesses no cause when a value was changed', async () => {
    expect(await rules(good.replace('LPS FICTIF', 'LPS FICTIVE'))).toEqual(['SIG-DIGEST']);
  });

  it.each([
    ['reversed-bytes', (signedInfo: string, key: string) => sign('sha256', Buffer.from(signedInfo), key).reverse()],
    [
      'pss',
      (signedInfo: string, key: string) =>
        sign('sha256', Buffer.from(signedInfo), { key, padding: constants.RSA_PKCS1_PSS_PADDING }),
    ],
    ['other-hash', (signedInfo: string, key: string) => sign('sha1', Buffer.from(signedInfo), key)],
    ['signed-assertion', (_: string, key: string) => sign('sha256', Buffer.from(parts().bare), key)],
    [
      'hashed-twice',
      (signedInfo: string, key: string) => sign('sha256', createHash('sha256').update(signedInfo).digest(), key),
    ],
    [
      'signed-info-namespace',
      (signedInfo: string, key: string) =>
        sign('sha256', Buffer.from(signedInfo.replace(' xmlns:ds="http://www.w3.org/2000/09/xmldsig#"', '')), key),
    ],
    [
      'signed-info-inclusive',
      (signedInfo: string, key: string) =>
        sign(
          'sha256',
          Buffer.from(
            signedInfo.replace(
              '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">',
              '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">',
            ),
          ),
          key,
        ),
    ],
    ['signed-info-changed', (signedInfo: string, key: string) => sign('sha256', Buffer.from(`${signedInfo} `), key)],
    [
      'other-key',
      (signedInfo: string) =>
        createSign('sha256').update(signedInfo).sign(createPrivateKey(pki.professional.authentication.keyPem)),
    ],
  ])('names the cause of a signature that does not verify: %s', async (cause, value) => {
    expect(await rules(signWrongly({ value }))).toEqual(['SIG-VALUE', `SIG-VALUE-CAUSE:${cause}`]);
  });

  it('says by how much a date is wrong, and points to the clock', async () => {
    const { findings } = await explain(good, testNow + 2 * 3_600_000);
    expect(findings).toMatchObject([{ rule: 'SAML-TIME', path: 'Conditions/@NotOnOrAfter', found: '-3600 s' }]);
    expect(findings[0]?.fix).toContain('serveur de temps');
    expect(await rules(good, testNow - 600_000)).toEqual(['SAML-TIME', 'SAML-TIME']);
  });

  it('says that no authority was given', async () => {
    const { findings, steps } = await explainAssertion(good, { anchors: [], runtime: fixedRuntime() });
    expect(findings).toMatchObject([{ rule: 'CERT-TRUST', found: '0', expected: '≥ 1' }]);
    expect(steps.find(({ id }) => id === 'certificate')?.state).toBe('failed');
    expect(steps.find(({ id }) => id === 'digest')?.state).toBe('ok');
  });

  it('looks at the content even when there is no signature', async () => {
    const unsigned = parts().bare.replace('>SA07^', '>7^');
    expect(await rules(unsigned)).toEqual(['SIG-COUNT', 'VIHF-SECTOR']);
  });

  it.each([
    ['nothing', ''],
    ['a chevron', '<'],
    ['a cut tag', '<a'],
    ['NUL', '\0'],
    ['three roots', '<a/><a/><a/>'],
    ['deep nesting', '<a>'.repeat(5000)],
    ['a DOCTYPE', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
  ])('answers about %s without throwing', async (_, text) => {
    const { findings } = await explain(text);
    expect(findings.length).toBeGreaterThan(0);
  });

  it('answers about bytes that are not UTF-8', async () => {
    expect(await rules(Uint8Array.of(0x3c, 0xff, 0x3e))).toEqual(['XML-ENCODING']);
  });
});
