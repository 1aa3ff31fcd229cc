import { createPublicKey } from 'node:crypto';
import type { AssertionPolicy } from '../../../../src/auth/index.ts';
import type { TestIdentity } from '../../../../src/testing/index.ts';
import type { Attack } from '../corpus.ts';
import { asVictim, signed, x509, type Means } from '../forge.ts';

/** Keys and certificates of the attacker's own, and cards that may not say what they say. */
export function certificateCases(means: Means): Attack[] {
  const { parts, pki, foreign, expired, production, selfSigned, issuedByCard, good } = means;
  const bare = { open: parts.open, issuer: parts.issuer, body: parts.body };
  const asOther = { open: bare.open, issuer: asVictim(bare.issuer), body: asVictim(bare.body) };
  const out: Attack[] = [];
  const add = (
    family: string,
    id: string,
    document: string,
    rules: readonly string[],
    policy?: Partial<AssertionPolicy>,
  ): void => {
    out.push({ id, family, document, rules, policy });
  };
  const by = ({ keyPem, certDer }: Pick<TestIdentity, 'keyPem' | 'certDer'>, text = bare): string =>
    signed(means, text, { key: keyPem, certificate: certDer });
  const indirect = { ...bare, body: bare.body.replace('>DIRECTE<', '>INDIRECTE<') };
  const structureIssuer =
    '<saml2:Issuer Format="urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName">CN=LPS FICTIF CACHET,OU=499900000011001,O=CABINET FICTIF,ST=Paris (75),C=FR</saml2:Issuer>';

  // Trust in what the document brings along.
  add('trust', 'self-signed', by(selfSigned, asOther), ['CERT-TRUST']);
  add('trust', 'issued-by-a-card', by(issuedByCard, asOther), ['CERT-TRUST']);
  add('trust', 'issued-by-a-card-known', by(issuedByCard, asOther), ['CERT-TRUST', 'CERT-AUTHORITY'], {
    anchors: [...pki.anchors, pki.professional.signature.certDer],
  });
  add('trust', 'foreign-hierarchy-same-names', by(foreign.professional.signature), ['CERT-TRUST']);
  add('trust', 'no-anchor', good, ['CERT-TRUST'], { anchors: [] });
  add('trust', 'intermediate-alone-is-no-anchor', good, ['CERT-TRUST'], { anchors: pki.anchors.slice(1) });
  add('trust', 'root-without-intermediate', good, ['CERT-TRUST'], { anchors: pki.anchors.slice(0, 1) });
  add('trust', 'foreign-anchors', good, ['CERT-TRUST'], { anchors: foreign.anchors });
  add('trust', 'foreign-root-own-intermediates', good, ['CERT-TRUST'], {
    anchors: [...foreign.anchors.slice(0, 1), ...pki.anchors.slice(1)],
  });
  add(
    'trust',
    'signed-by-attacker-honest-certificate',
    signed(means, asOther, { key: selfSigned.keyPem, certificate: pki.professional.signature.certDer }),
    ['SIG-VALUE'],
  );

  const keyValue = (() => {
    const { n = '', e = '' } = createPublicKey(selfSigned.keyPem).export({ format: 'jwk' });
    const base64 = (value: string): string => Buffer.from(value, 'base64url').toString('base64');
    return `<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>${base64(n)}</ds:Modulus><ds:Exponent>${base64(e)}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>`;
  })();
  const honestX509 = x509(pki.professional.signature.certDer);
  const rogueX509 = x509(selfSigned.certDer);
  const certificate = (der: Uint8Array): string =>
    `<ds:X509Certificate>${Buffer.from(der).toString('base64')}</ds:X509Certificate>`;
  for (const [id, keyInfo] of Object.entries({
    'key-value': keyValue,
    'key-value-then-certificate': keyValue + honestX509,
    'certificate-then-key-value': honestX509 + keyValue,
    'two-x509-data-honest-first': honestX509 + rogueX509,
    'two-x509-data-rogue-first': rogueX509 + honestX509,
    'two-certificates-honest-first': `<ds:X509Data>${certificate(pki.professional.signature.certDer)}${certificate(selfSigned.certDer)}</ds:X509Data>`,
    'two-certificates-rogue-first': `<ds:X509Data>${certificate(selfSigned.certDer)}${certificate(pki.professional.signature.certDer)}</ds:X509Data>`,
    'chain-in-document': `<ds:X509Data>${certificate(issuedByCard.certDer)}${certificate(pki.professional.signature.certDer)}</ds:X509Data>`,
    'key-name': '<ds:KeyName>CPS_PRIV_SIG</ds:KeyName>',
    'retrieval-method': '<ds:RetrievalMethod URI="http://attaquant.example/cle.xml"></ds:RetrievalMethod>',
    'issuer-serial':
      '<ds:X509Data><ds:X509IssuerSerial><ds:X509IssuerName>CN=x</ds:X509IssuerName><ds:X509SerialNumber>1</ds:X509SerialNumber></ds:X509IssuerSerial></ds:X509Data>',
    'subject-name': '<ds:X509Data><ds:X509SubjectName>CN=x</ds:X509SubjectName></ds:X509Data>',
    ski: '<ds:X509Data><ds:X509SKI>AAAA</ds:X509SKI></ds:X509Data>',
    'security-token-reference':
      '<wsse:SecurityTokenReference xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><wsse:Reference URI="#x"></wsse:Reference></wsse:SecurityTokenReference>',
    empty: '',
    'encrypted-key': '<xenc:EncryptedKey xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"></xenc:EncryptedKey>',
  })) {
    add(
      'key-info',
      `key-info-${id}`,
      signed(means, asOther, { key: selfSigned.keyPem, keyInfo: `<ds:KeyInfo>${keyInfo}</ds:KeyInfo>` }),
      ['SIG-SHAPE'],
    );
  }
  add('key-info', 'key-info-absent', signed(means, asOther, { key: selfSigned.keyPem, keyInfo: '' }), ['SIG-SHAPE']);
  add(
    'key-info',
    'key-info-not-a-certificate',
    signed(means, asOther, {
      key: selfSigned.keyPem,
      keyInfo: `<ds:KeyInfo>${x509(Buffer.from('3000', 'hex'))}</ds:KeyInfo>`,
    }),
    ['CERT-READ'],
  );
  add(
    'key-info',
    'key-info-pem',
    good.replace(
      /<ds:X509Certificate>[^<]*/,
      `<ds:X509Certificate>${Buffer.from(pki.professional.signature.certPem).toString('base64')}`,
    ),
    ['CERT-READ'],
  );
  add(
    'key-info',
    'key-info-trailing-bytes',
    good.replace(
      /<ds:X509Certificate>[^<]*/,
      `<ds:X509Certificate>${Buffer.concat([pki.professional.signature.certDer, Buffer.of(0)]).toString('base64')}`,
    ),
    ['CERT-READ'],
  );

  // Cards that exist, in hands that may not.
  add('card', 'expired-card', by(expired), ['CERT-VALIDITY']);
  add('card', 'authentication-certificate', by(pki.professional.authentication), ['CERT-USAGE']);
  add('card', 'own-card-other-professional', signed(means, { ...bare, body: asVictim(bare.body) }), ['VIHF-HOLDER']);
  add('card', 'own-card-other-issuer', signed(means, asOther), ['VIHF-ISSUER']);
  add('card', 'own-card-mode-indirect', signed(means, indirect), ['VIHF-SIGNER']);
  add('card', 'own-card-mode-indirect-other', signed(means, { ...indirect, body: asVictim(indirect.body) }), [
    'VIHF-SIGNER',
  ]);
  add('card', 'structure-mode-direct', by(pki.structure.signature, { ...bare, issuer: structureIssuer }), [
    'VIHF-SIGNER',
  ]);
  add('card', 'structure-card-issuer', by(pki.structure.signature, indirect), ['VIHF-ISSUER']);
  add('card', 'production-card-in-test', by(production.professional.signature), ['CERT-ENVIRONMENT'], {
    environment: 'test',
    anchors: production.anchors,
  });
  add('card', 'test-card-in-production', good, ['CERT-ENVIRONMENT'], { environment: 'production' });
  const server = pki.server('serveur.example');
  add(
    'card',
    'server-certificate',
    signed(means, indirect, {
      key: pki.structure.signature.keyPem,
      certificate: Buffer.from(server.certPem.replaceAll(/-----[^-]*-----|\s/g, ''), 'base64'),
    }),
    ['CERT-USAGE', 'SIG-VALUE'],
  );
  add('card', 'authority-certificate', signed(means, bare, { certificate: pki.anchors[1] ?? new Uint8Array() }), [
    'SIG-VALUE',
    'CERT-USAGE',
  ]);
  return out;
}
