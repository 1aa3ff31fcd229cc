// One signed assertion: ours (written canonical, signed, verified with its certificate before it is
// given out) beside a bare signature of the same size, and beside xml-crypto and samlify signing
// the same text with the same key. Peers are given the key as an object where they take one, and
// none of them verifies what it signed.
import { createPrivateKey, sign } from 'node:crypto';
import { createPkcs12Provider, createVihf, verifyAssertion } from 'terr-esante-sdk/auth';
import { createTestHierarchy, fictivePatient, fictiveProfessional, fictiveStructure } from 'terr-esante-sdk/testing';
import { race } from '../lib/race.mjs';

const assertion = 'urn:oasis:names:tc:SAML:2.0:assertion';
const transforms = ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/2001/10/xml-exc-c14n#'];
const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';

const envelope = (security) =>
  '<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Header>' +
  '<wsse:Security xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">' +
  `${security}</wsse:Security></soap:Header><soap:Body></soap:Body></soap:Envelope>`;

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
  for (const xml of [signed, withXmlCrypto(), withSamlify()]) await verifyAssertion(xml, { anchors });

  const [close, wide] = [200, 30];
  const repeat = (times, work) => async () => {
    for (let index = 0; index < times; index += 1) await work();
  };
  // What a receiver that trusts one certificate does with xml-crypto alone: no chain, no dates, no
  // content.
  const checkAlone = (text) => {
    const signature = /<ds:Signature .*<\/ds:Signature>/s.exec(text)[0];
    const verifier = new SignedXml({ publicCert: certPem, getCertFromKeyInfo: () => null });
    verifier.loadSignature(signature);
    if (!verifier.checkSignature(text) || verifier.getSignedReferences().length !== 1) throw new Error('not verified');
  };
  const enveloped = envelope(signed);
  for (const text of [signed, enveloped]) {
    checkAlone(text);
    await verifyAssertion(text, { anchors });
  }
  const checks = await race(
    {
      bareAlone: repeat(wide, () => checkAlone(signed)),
      alone: repeat(wide, () => verifyAssertion(signed, { anchors })),
      bareEnveloped: repeat(wide, () => checkAlone(enveloped)),
      enveloped: repeat(wide, () => verifyAssertion(enveloped, { anchors })),
    },
    { rounds: 25, warmup: 5 },
  );

  // Two races: what the peers leave in the heap and in the caches is nothing that a vendor's
  // program would have.
  const near = await race(
    {
      bare: repeat(close, () => sign('sha256', info, key)),
      ours: repeat(close, () => createVihf(input, provider)),
    },
    { rounds: 21, warmup: 4 },
  );
  const far = await race(
    {
      bare: repeat(wide, () => sign('sha256', info, key)),
      ours: repeat(wide, () => createVihf(input, provider)),
      xmlCrypto: repeat(wide, withXmlCrypto),
      samlify: repeat(wide, withSamlify),
      verify: repeat(wide, () => verifyAssertion(signed, { anchors })),
    },
    { rounds: 15, warmup: 3 },
  );
  const ms = (name) => near[name] / close;
  const among = (name) => far[name] / wide;
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
      name: 'one VIHF, its neighbours being the three below',
      value: among('ours'),
      unit: 'ms',
      baseline: bare,
      ratio: far.ours / far.bare,
      goal: null,
    },
    {
      name: 'the same with xml-crypto, no self-check',
      value: among('xmlCrypto'),
      unit: 'ms',
      baseline: 'one VIHF of ours',
      ratio: far.xmlCrypto / far.ours,
      goal: null,
    },
    {
      name: 'the same with samlify, no self-check',
      value: among('samlify'),
      unit: 'ms',
      baseline: 'one VIHF of ours',
      ratio: far.samlify / far.ours,
      goal: null,
    },
    {
      name: 'verifyAssertion (two verifications, all rules)',
      value: among('verify'),
      unit: 'ms',
      baseline: bare,
      ratio: far.verify / far.bare,
      goal: null,
    },
    {
      name: 'verifyAssertion of an assertion alone, in CPU',
      value: checks.alone / wide,
      unit: 'ms',
      baseline: 'xml-crypto alone on the same bytes',
      ratio: checks.alone / checks.bareAlone,
      goal: 'at most 1.3',
    },
    {
      name: 'verifyAssertion of an assertion in its envelope, in CPU',
      value: checks.enveloped / wide,
      unit: 'ms',
      baseline: 'xml-crypto alone on the same bytes',
      ratio: checks.enveloped / checks.bareEnveloped,
      goal: 'at most 1.3',
    },
  ];
}
