import type { Attack } from '../corpus.ts';
import { asVictim, dsig, enveloped, excC14n, join, sha256, signed, transform, type Means } from '../forge.ts';

const one = (family: string, id: string, document: string, ...rules: string[]): Attack => ({
  id,
  family,
  document,
  rules,
});

/**
 * Several of what must be one, foreign transforms, references that lead elsewhere, void
 * canonicalisation.
 */
export function signatureCases(means: Means): Attack[] {
  const { good, parts } = means;
  const { signature, id } = parts;
  const bare = { open: parts.open, issuer: parts.issuer, body: parts.body };
  const out: Attack[] = [];
  const signedInfo = /<ds:SignedInfo>.*<\/ds:SignedInfo>/.exec(signature)?.[0] ?? '';
  const forgedInfo = signedInfo.replace(
    /<ds:DigestValue>[^<]*/,
    `<ds:DigestValue>${sha256(asVictim(join({ ...bare, signature: '' })))}`,
  );
  const withSignature = (changed: string, text = join({ ...parts, signature: '' })): string =>
    text.replace('<saml2:Subject>', `${changed}<saml2:Subject>`);
  const forgedText = asVictim(join({ ...bare, signature: '' }));

  out.push(
    one(
      'several',
      'two-signed-info-forged-first',
      withSignature(signature.replace(signedInfo, forgedInfo + signedInfo), forgedText),
      'SIG-SHAPE',
    ),
  );
  out.push(
    one(
      'several',
      'two-signed-info-forged-last',
      withSignature(signature.replace(signedInfo, signedInfo + forgedInfo), forgedText),
      'SIG-SHAPE',
    ),
  );
  out.push(
    one(
      'several',
      'signed-info-in-object',
      withSignature(
        signature
          .replace(signedInfo, forgedInfo)
          .replace('</ds:Signature>', `<ds:Object>${signedInfo}</ds:Object></ds:Signature>`),
        forgedText,
      ),
      'SIG-SHAPE',
    ),
  );
  out.push(
    one(
      'several',
      'signed-info-nested',
      withSignature(
        signature.replace(signedInfo, forgedInfo.replace('</ds:SignedInfo>', `${signedInfo}</ds:SignedInfo>`)),
        forgedText,
      ),
      'SIG-SHAPE',
    ),
  );
  out.push(one('several', 'two-signatures-same', good.replace(signature, signature + signature), 'SIG-COUNT'));
  out.push(
    one(
      'several',
      'two-signatures-forged-first',
      good.replace(signature, signature.replace(signedInfo, forgedInfo) + signature),
      'SIG-COUNT',
    ),
  );
  out.push(
    one(
      'several',
      'two-signatures-forged-last',
      good.replace(signature, signature + signature.replace(signedInfo, forgedInfo)),
      'SIG-COUNT',
    ),
  );
  out.push(
    one(
      'several',
      'signature-in-signature',
      good.replace('</ds:Signature>', `<ds:Object>${signature}</ds:Object></ds:Signature>`),
      'SIG-COUNT',
    ),
  );
  out.push(
    one(
      'several',
      'signature-after-subject',
      good.replace(signature, '').replace('<saml2:Conditions', `${signature}<saml2:Conditions`),
      'SIG-PLACE',
    ),
  );
  out.push(
    one(
      'several',
      'signature-before-issuer',
      good.replace(signature, '').replace('<saml2:Issuer', `${signature}<saml2:Issuer`),
      'SIG-PLACE',
    ),
  );
  out.push(
    one(
      'several',
      'signature-in-attribute',
      good.replace(signature, '').replace('<saml2:AttributeValue>3.0', `<saml2:AttributeValue>${signature}3.0`),
      'SIG-PLACE',
    ),
  );
  out.push(
    one(
      'several',
      'two-signature-values',
      good.replace('<ds:SignatureValue>', '<ds:SignatureValue>AAAA</ds:SignatureValue><ds:SignatureValue>'),
      'SIG-SHAPE',
    ),
  );
  out.push(
    one(
      'several',
      'two-digest-values',
      withSignature(
        signature.replace('<ds:DigestValue>', `<ds:DigestValue>${sha256(forgedText)}</ds:DigestValue><ds:DigestValue>`),
        forgedText,
      ),
      'SIG-SHAPE',
    ),
  );
  out.push(
    one('several', 'two-key-infos', good.replace('<ds:KeyInfo>', '<ds:KeyInfo></ds:KeyInfo><ds:KeyInfo>'), 'SIG-SHAPE'),
  );
  out.push(
    one(
      'several',
      'object-added',
      good.replace('</ds:Signature>', '<ds:Object>x</ds:Object></ds:Signature>'),
      'SIG-SHAPE',
    ),
  );
  out.push(
    one(
      'several',
      'manifest',
      good.replace(
        '</ds:Signature>',
        `<ds:Object><ds:Manifest><ds:Reference URI="#x"></ds:Reference></ds:Manifest></ds:Object></ds:Signature>`,
      ),
      'SIG-SHAPE',
    ),
  );
  out.push(one('several', 'text-in-signed-info', good.replace('<ds:Reference ', 'x<ds:Reference '), 'SIG-SHAPE'));
  out.push(
    one(
      'several',
      'element-in-digest',
      good.replace('<ds:DigestValue>', '<ds:DigestValue><x xmlns="urn:x"></x>'),
      'SIG-BASE64',
    ),
  );
  out.push(
    one(
      'several',
      'element-in-digest-text',
      good.replace(/<ds:DigestValue>([^<]*)/, '<ds:DigestValue><x xmlns="urn:x">$1</x>'),
      'SIG-BASE64',
    ),
  );
  out.push(one('several', 'digest-not-base64', good.replace('<ds:DigestValue>', '<ds:DigestValue>*'), 'SIG-BASE64'));
  out.push(one('several', 'digest-empty', good.replace(/<ds:DigestValue>[^<]*/, '<ds:DigestValue>'), 'SIG-BASE64'));
  out.push(
    one('several', 'value-empty', good.replace(/<ds:SignatureValue>[^<]*/, '<ds:SignatureValue>'), 'SIG-BASE64'),
  );
  out.push(
    one(
      'several',
      'signature-empty',
      good.replace(signature, `<ds:Signature xmlns:ds="${dsig}"></ds:Signature>`),
      'SIG-SHAPE',
    ),
  );
  out.push(one('several', 'signature-attribute', good.replace('<ds:Signature ', '<ds:Signature Id="s" '), 'SIG-SHAPE'));
  out.push(one('several', 'not-signed', join({ ...parts, signature: '' }), 'SIG-COUNT'));
  out.push(one('several', 'not-signed-forged', forgedText, 'SIG-COUNT'));

  // Two references, really signed: the second one covers what the reader does not look at.
  const otherReference = (uri: string): string =>
    `<ds:Reference URI="${uri}"><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>${sha256('')}</ds:DigestValue></ds:Reference>`;
  out.push(
    one('references', 'two-references', signed(means, bare, { extraReferences: otherReference('#x') }), 'SIG-SHAPE'),
  );
  out.push(
    one(
      'references',
      'two-references-same',
      signed(means, bare, { extraReferences: otherReference(`#${id}`) }),
      'SIG-SHAPE',
    ),
  );

  // References that lead elsewhere.
  for (const [name, uri] of [
    ['empty', ''],
    ['hash-only', '#'],
    ['other-id', '#_other'],
    ['id-without-hash', id],
    ['xpointer-root', '#xpointer(/)'],
    ['xpointer-id', `#xpointer(id('${id}'))`],
    ['http', 'http://attaquant.example/assertion.xml'],
    ['https', 'https://127.0.0.1:1/assertion.xml'],
    ['file', 'file:///etc/passwd'],
    ['relative', 'assertion.xml'],
    ['relative-fragment', `assertion.xml#${id}`],
    ['cid', 'cid:assertion@exemple.example'],
    ['data', 'data:text/xml,%3Ca%2F%3E'],
    ['encoded-hash', `%23${id}`],
    ['id-with-space', `#${id} `],
    ['quote-injection', `#x' or @ID='${id}`],
  ] as const) {
    out.push(one('references', `reference-${name}`, signed(means, bare, { uri }), 'SIG-REFERENCE'));
  }
  out.push(one('references', 'reference-no-uri', signed(means, bare).replace(` URI="#${id}"`, ''), 'SIG-SHAPE'));
  out.push(
    one(
      'references',
      'reference-type',
      signed(means, bare).replace('<ds:Reference ', `<ds:Reference Type="${dsig}Object" `),
      'SIG-SHAPE',
    ),
  );

  // Transforms, each really signed by a card: what an insider could present.
  const xpath = (expression: string): string =>
    transform('http://www.w3.org/TR/1999/REC-xpath-19991116', `<ds:XPath>${expression}</ds:XPath>`);
  const lists: Record<string, readonly string[]> = {
    none: [],
    'enveloped-only': [enveloped],
    'c14n-only': [excC14n],
    swapped: [excC14n, enveloped],
    'enveloped-twice': [enveloped, enveloped],
    three: [enveloped, excC14n, excC14n],
    xslt: [
      enveloped,
      transform(
        'http://www.w3.org/TR/1999/REC-xslt-19991116',
        '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"></xsl:stylesheet>',
      ),
    ],
    'xslt-third': [enveloped, excC14n, transform('http://www.w3.org/TR/1999/REC-xslt-19991116')],
    'xpath-nothing': [enveloped, xpath('false()')],
    'xpath-not-subject': [xpath('not(ancestor-or-self::saml2:Subject)'), excC14n],
    'xpath-filter2': [enveloped, transform('http://www.w3.org/2002/06/xmldsig-filter2')],
    base64: [enveloped, transform(`${dsig}base64`)],
    'str-transform': [
      enveloped,
      transform('http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#STR-Transform'),
    ],
    'c14n-with-comments': [enveloped, transform('http://www.w3.org/2001/10/xml-exc-c14n#WithComments')],
    'c14n-inclusive': [enveloped, transform('http://www.w3.org/TR/2001/REC-xml-c14n-20010315')],
    'c14n-11': [enveloped, transform('http://www.w3.org/2006/12/xml-c14n11')],
    'c14n-unknown': [enveloped, transform('urn:c14n:rien')],
    'c14n-void': [enveloped, transform('')],
    'prefix-list': [
      enveloped,
      transform(
        'http://www.w3.org/2001/10/xml-exc-c14n#',
        '<ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="saml2 xs #default"></ec:InclusiveNamespaces>',
      ),
    ],
    'prefix-list-enveloped': [transform(`${dsig}enveloped-signature`, '<x xmlns="urn:x"></x>'), excC14n],
  };
  for (const [name, transforms] of Object.entries(lists)) {
    out.push(
      one('transforms', `transforms-${name}`, signed(means, bare, { transforms }), 'SIG-SHAPE', 'SIG-TRANSFORM'),
    );
  }

  // Void canonicalisation: the digest of nothing at all, really signed.
  for (const [name, bytes] of [
    ['empty', ''],
    ['space', ' '],
    ['newline', '\n'],
    ['null', '\0'],
  ] as const) {
    out.push(
      one(
        'void',
        `void-digest-${name}`,
        signed(means, { ...bare, body: asVictim(bare.body) }, { digest: () => sha256(bytes) }),
        'SIG-DIGEST',
      ),
    );
  }
  out.push(
    one(
      'void',
      'void-relative-namespace',
      signed(
        means,
        { ...bare, open: bare.open.replace(' ID=', ' xmlns:r="relative/uri" ID=') },
        { digest: () => sha256('') },
      ),
      'SIG-DIGEST',
    ),
  );
  out.push(one('void', 'void-c14n', signed(means, bare, { c14n: '' }), 'SIG-C14N'));
  out.push(
    one(
      'void',
      'signs-key-info-only',
      signed(means, bare, { uri: '#key-info' }).replace('<ds:KeyInfo>', '<ds:KeyInfo Id="key-info">'),
      'SIG-REFERENCE',
    ),
  );
  out.push(
    one(
      'void',
      'signs-object-only',
      signed(means, bare, { uri: '#object' }).replace(
        '</ds:Signature>',
        '<ds:Object Id="object"></ds:Object></ds:Signature>',
      ),
      'SIG-SHAPE',
      'SIG-REFERENCE',
    ),
  );
  return out;
}
