// One signed assertion: ours (written canonical, signed, verified with its certificate before it is given out) beside a
// bare signature of the same size, and beside xml-crypto and samlify signing the same text with the same key. Peers are
// given the key as an object where they take one, and none of them verifies what it signed.
import { createPrivateKey, sign } from 'node:crypto';
import { createPkcs12Provider, createVihf, verifyAssertion } from 'terr-esante-sdk/auth';
import { createTestHierarchy, fictivePatient, fictiveProfessional, fictiveStructure } from 'terr-esante-sdk/testing';
import { race } from '../lib/race.mjs';

const each = 60;
const assertion = 'urn:oasis:names:tc:SAML:2.0:assertion';
const transforms = ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/2001/10/xml-exc-c14n#'];
const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';

export async function run() {
  const { SignedXml } = await import('xml-crypto');
  const samlify = (await import('samlify')).default;
  const { professional, anchors } = await createTestHierarchy();
  const { pfx, password, keyPem, certPem } = professional.signature;
  const provider = await createPkcs12Provider({ pfx, password });
  const key = createPrivateKey(keyPem);
  const input = {
    professional: fictiveProfessional(),
    structure: fictiveStructure(),
    patient: fictivePatient().ins,
    authentication: { means: 'card', instant: Date.now() },
    software: { name: 'LPS FICTIF', version: '1.0' },
    target: { resourceUrn: 'urn:exemple' },
  };
  const signed = (await createVihf(input, provider)).xml;
  const unsigned = signed.replace(/<ds:Signature .*<\/ds:Signature>/, '');
  const info = Buffer.from(/<ds:SignedInfo>.*<\/ds:SignedInfo>/.exec(signed)[0]);

  const withXmlCrypto = () => {
    const signer = new SignedXml({
      privateKey: key,
      publicCert: certPem,
      signatureAlgorithm: rsaSha256,
      canonicalizationAlgorithm: transforms[1],
    });
    signer.addReference({ xpath: '/*', transforms, digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256' });
    signer.computeSignature(unsigned, {
      prefix: 'ds',
      location: { reference: "/*/*[local-name(.)='Issuer']", action: 'after' },
    });
    return signer.getSignedXml();
  };
  const withSamlify = () =>
    samlify.SamlLib.constructSAMLSignature({
      rawSamlMessage: unsigned,
      referenceTagXPath: '/*',
      privateKey: keyPem,
      signatureAlgorithm: rsaSha256,
      transformationAlgorithms: transforms,
      signingCert: certPem.replaceAll(/-----[^-]*-----|\s/g, ''),
      signatureConfig: { prefix: 'ds', location: { reference: "/*/*[local-name(.)='Issuer']", action: 'after' } },
      isBase64Output: false,
    });
  // A race against something that does not work would prove nothing.
  for (const xml of [signed, withXmlCrypto(), withSamlify()]) await verifyAssertion(xml, { anchors, now: Date.now() });

  const repeat = (work) => async () => {
    for (let index = 0; index < each; index += 1) await work();
  };
  const times = await race(
    {
      bare: repeat(() => sign('sha256', info, key)),
      ours: repeat(() => createVihf(input, provider)),
      xmlCrypto: repeat(withXmlCrypto),
      samlify: repeat(withSamlify),
      verify: repeat(() => verifyAssertion(signed, { anchors, now: Date.now() })),
    },
    { rounds: 21, warmup: 4 },
  );
  const ms = (name) => times[name] / each;
  const bare = 'bare RSA-2048 signature, node:crypto';
  return [
    { name: 'bare RSA-2048 signature', value: ms('bare'), unit: 'ms', baseline: 'itself', ratio: 1, goal: null },
    {
      name: 'one VIHF, self-check included',
      value: ms('ours'),
      unit: 'ms',
      baseline: bare,
      ratio: ms('ours') / ms('bare'),
      goal: 'at most 1.25',
    },
    {
      name: 'the same with xml-crypto, no self-check',
      value: ms('xmlCrypto'),
      unit: 'ms',
      baseline: 'one VIHF of ours',
      ratio: ms('xmlCrypto') / ms('ours'),
      goal: null,
    },
    {
      name: 'the same with samlify, no self-check',
      value: ms('samlify'),
      unit: 'ms',
      baseline: 'one VIHF of ours',
      ratio: ms('samlify') / ms('ours'),
      goal: null,
    },
    {
      name: 'verifyAssertion (two verifications, all rules)',
      value: ms('verify'),
      unit: 'ms',
      baseline: bare,
      ratio: ms('verify') / ms('bare'),
      goal: null,
    },
  ];
}
