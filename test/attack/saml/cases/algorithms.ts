import { createHash, createHmac, createPublicKey, constants, generateKeyPairSync, sign } from 'node:crypto';
import type { Attack } from '../corpus.ts';
import { dsig, signed, type Means } from '../forge.ts';

const one = (id: string, document: string, ...rules: string[]): Attack => ({
  id,
  family: 'algorithms',
  document,
  rules,
});

/**
 * Weaker or other algorithms, HMAC with the public key as secret, canonicalisation methods,
 * parameters.
 */
export function algorithmCases(means: Means): Attack[] {
  const { parts, pki } = means;
  const bare = { open: parts.open, issuer: parts.issuer, body: parts.body };
  const card = pki.professional.signature;
  const out: Attack[] = [];
  const more = 'http://www.w3.org/2001/04/xmldsig-more#';

  // The public key as HMAC secret, in every form a verifier may hand to the HMAC function.
  const publicKey = createPublicKey(card.certPem);
  const secrets: Record<string, string | Uint8Array> = {
    'certificate-der': card.certDer,
    'certificate-pem': card.certPem,
    'certificate-pem-trimmed': card.certPem.trim(),
    'certificate-base64': Buffer.from(card.certDer).toString('base64'),
    'spki-der': publicKey.export({ format: 'der', type: 'spki' }),
    'spki-pem': publicKey.export({ format: 'pem', type: 'spki' }),
    'pkcs1-pem': publicKey.export({ format: 'pem', type: 'pkcs1' }),
    empty: '',
  };
  for (const [name, secret] of Object.entries(secrets)) {
    for (const [hash, method] of [
      ['sha1', `${dsig}hmac-sha1`],
      ['sha256', `${more}hmac-sha256`],
    ] as const) {
      out.push(
        one(
          `hmac-${hash}-${name}`,
          signed(means, bare, { method, value: (text) => createHmac(hash, secret).update(text).digest() }),
          'SIG-ALGORITHM',
        ),
      );
    }
  }
  out.push(
    one(
      'hmac-truncated',
      signed(means, bare, {
        method: `${dsig}hmac-sha1`,
        methodParameters: '<ds:HMACOutputLength>0</ds:HMACOutputLength>',
        value: () => Buffer.alloc(1),
      }),
      'SIG-ALGORITHM',
    ),
  );

  const key = card.keyPem;
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const methods: Record<string, readonly [method: string, value: (text: string) => Uint8Array]> = {
    'rsa-sha1': [`${dsig}rsa-sha1`, (text) => sign('sha1', Buffer.from(text), key)],
    'rsa-md5': [`${more}rsa-md5`, (text) => sign('md5', Buffer.from(text), key)],
    'rsa-sha224': [`${more}rsa-sha224`, (text) => sign('sha224', Buffer.from(text), key)],
    'rsa-sha384': [`${more}rsa-sha384`, (text) => sign('sha384', Buffer.from(text), key)],
    'rsa-sha512': [`${more}rsa-sha512`, (text) => sign('sha512', Buffer.from(text), key)],
    'rsa-pss': [
      'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
      (text) => sign('sha256', Buffer.from(text), { key, padding: constants.RSA_PKCS1_PSS_PADDING }),
    ],
    'dsa-sha1': [`${dsig}dsa-sha1`, () => Buffer.alloc(40)],
    'ecdsa-sha256': [
      `${more}ecdsa-sha256`,
      (text) => sign('sha256', Buffer.from(text), { key: ec, dsaEncoding: 'ieee-p1363' }),
    ],
    'upper-case': [`${more}RSA-SHA256`, (text) => sign('sha256', Buffer.from(text), key)],
    'trailing-space': [`${more}rsa-sha256 `, (text) => sign('sha256', Buffer.from(text), key)],
    none: ['', () => Buffer.alloc(1)],
    'prototype-name': ['__proto__', () => Buffer.alloc(1)],
    'constructor-name': ['constructor', () => Buffer.alloc(1)],
  };
  for (const [name, [method, value]] of Object.entries(methods)) {
    out.push(one(`method-${name}`, signed(means, bare, { method, value }), 'SIG-ALGORITHM'));
  }
  // Announced as RSA-SHA256, but made another way.
  out.push(
    one(
      'announced-sha256-made-sha1',
      signed(means, bare, { value: (text) => sign('sha1', Buffer.from(text), key) }),
      'SIG-VALUE',
    ),
  );
  out.push(
    one(
      'announced-pkcs1-made-pss',
      signed(means, bare, {
        value: (text) => sign('sha256', Buffer.from(text), { key, padding: constants.RSA_PKCS1_PSS_PADDING }),
      }),
      'SIG-VALUE',
    ),
  );
  out.push(
    one(
      'announced-rsa-made-ec',
      signed(means, bare, { value: (text) => sign('sha256', Buffer.from(text), ec) }),
      'SIG-VALUE',
    ),
  );
  out.push(one('value-all-zero', signed(means, bare, { value: () => Buffer.alloc(256) }), 'SIG-VALUE'));
  out.push(
    one(
      'value-one',
      signed(means, bare, { value: () => Buffer.concat([Buffer.alloc(255), Buffer.of(1)]) }),
      'SIG-VALUE',
    ),
  );
  out.push(one('value-short', signed(means, bare, { value: () => Buffer.of(0) }), 'SIG-VALUE'));
  out.push(one('value-long', signed(means, bare, { value: () => Buffer.alloc(4096, 1) }), 'SIG-VALUE'));
  out.push(
    one(
      'value-leading-zero',
      signed(means, bare, { value: (text) => Buffer.concat([Buffer.of(0), sign('sha256', Buffer.from(text), key)]) }),
      'SIG-VALUE',
    ),
  );

  for (const [name, digestMethod, hash] of [
    ['sha1', `${dsig}sha1`, 'sha1'],
    ['md5', `${more}md5`, 'md5'],
    ['sha384', `${more}sha384`, 'sha384'],
    ['sha512', 'http://www.w3.org/2001/04/xmlenc#sha512', 'sha512'],
    ['none', '', 'sha256'],
    ['prototype', '__proto__', 'sha256'],
  ] as const) {
    out.push(
      one(
        `digest-${name}`,
        signed(means, bare, { digestMethod, digest: (text) => createHash(hash).update(text).digest('base64') }),
        'SIG-ALGORITHM',
      ),
    );
  }
  out.push(
    one(
      'digest-truncated',
      signed(means, bare, {
        digest: (text) => createHash('sha256').update(text).digest().subarray(0, 4).toString('base64'),
      }),
      'SIG-DIGEST',
    ),
  );

  for (const [name, c14n] of [
    ['inclusive', 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'],
    ['inclusive-comments', 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments'],
    ['exclusive-comments', 'http://www.w3.org/2001/10/xml-exc-c14n#WithComments'],
    ['c14n-11', 'http://www.w3.org/2006/12/xml-c14n11'],
    ['unknown', 'urn:c14n:rien'],
    ['enveloped', `${dsig}enveloped-signature`],
  ] as const) {
    out.push(one(`c14n-${name}`, signed(means, bare, { c14n }), 'SIG-C14N'));
  }
  out.push(one('method-parameter', signed(means, bare, { methodParameters: '<x xmlns="urn:x"></x>' }), 'SIG-SHAPE'));
  return out;
}
