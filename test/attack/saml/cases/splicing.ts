import type { Attack } from '../corpus.ts';
import { asVictim, dsig, envelope, honest, join, signed, split, victim, type Means } from '../forge.ts';

const one = (family: string, id: string, document: string | Uint8Array, ...rules: string[]): Attack => ({
  id,
  family,
  document,
  rules,
});

/** Identifiers, comments, processing instructions, CDATA, namespaces, and plain tampering. */
export function splicingCases(means: Means): Attack[] {
  const { good, parts } = means;
  const { id, open, issuer, body } = parts;
  const out: Attack[] = [];

  // The identifier on a second attribute, under every spelling that some reader takes for one.
  const spellings = ['ID', 'Id', 'id', 'iD', 'xml:id', 'wsu:Id'];
  for (const spelling of spellings) {
    const attribute = `${spelling === 'wsu:Id' ? ' xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"' : ''} ${spelling}="${id}"`;
    const name = spelling.replace(':', '-');
    out.push(
      one(
        'identifiers',
        `id-twice-body-${name}-${out.length}`,
        envelope(good, '', `<x${attribute}/>`),
        'SAML-ID-UNIQUE',
      ),
    );
    out.push(
      one('identifiers', `id-twice-header-${name}-${out.length}`, envelope(good, `<x${attribute}/>`), 'SAML-ID-UNIQUE'),
    );
    if (spelling !== 'ID') {
      out.push(
        one(
          'identifiers',
          `id-twice-self-${name}-${out.length}`,
          good.replace(' ID=', `${attribute} ID=`),
          'SAML-ID-UNIQUE',
        ),
      );
    }
  }
  out.push(one('identifiers', 'id-in-namespace', good.replace(' ID=', ' saml2:ID='), 'SAML-ID'));
  out.push(one('identifiers', 'id-absent', good.replace(` ID="${id}"`, ''), 'SAML-ID'));
  out.push(one('identifiers', 'id-empty', good.replace(`ID="${id}"`, 'ID=""'), 'SAML-ID'));
  out.push(one('identifiers', 'id-digit-first', good.replaceAll(id, id.slice(1)), 'SAML-ID'));
  out.push(one('identifiers', 'id-with-space', good.replaceAll(id, `${id} x`), 'SAML-ID'));

  // Comments and processing instructions: exclusive canonicalisation drops the former without a
  // trace.
  const cut = (text: string, piece: string): string =>
    text.replace(honest, `${honest.slice(0, 4)}${piece}${honest.slice(4)}`);
  const digestOf = (text: string): string => /<ds:DigestValue>([^<]*)/.exec(text)?.[1] ?? '';
  for (const [name, piece] of [
    ['comment', '<!---->'],
    ['comment-text', `<!--${victim}-->`],
    ['instruction', '<?a b?>'],
    ['cdata', '<![CDATA[]]>'],
    ['cdata-text', '<![CDATA[0]]>'],
  ] as const) {
    const rule = name.startsWith('cdata') ? 'XML-CDATA' : 'XML-READ';
    const target = honest;
    out.push(
      one(
        'comments',
        `${name}-in-name-id`,
        good.replace(`<saml2:NameID>${target}`, `<saml2:NameID>${cut(target, piece)}`),
        rule,
      ),
    );
    out.push(one('comments', `${name}-in-issuer`, good.replace('CN=', `CN${piece}=`), rule));
    out.push(one('comments', `${name}-in-patient`, good.replace('279035121518989', `279035${piece}121518989`), rule));
    out.push(
      one('comments', `${name}-in-structure`, good.replace('>499900000011001<', `>4999${piece}00000011001<`), rule),
    );
    out.push(one('comments', `${name}-in-digest`, good.replace('<ds:DigestValue>', `<ds:DigestValue>${piece}`), rule));
    out.push(
      one(
        'comments',
        `${name}-in-digest-forged`,
        asVictim(good).replace('<ds:DigestValue>', `<ds:DigestValue>${piece}${digestOf(good)}`),
        rule,
      ),
    );
    out.push(
      one(
        'comments',
        `${name}-in-signature-value`,
        good.replace('<ds:SignatureValue>', `<ds:SignatureValue>${piece}`),
        rule,
      ),
    );
    out.push(
      one(
        'comments',
        `${name}-in-certificate`,
        good.replace('<ds:X509Certificate>', `<ds:X509Certificate>${piece}`),
        rule,
      ),
    );
    out.push(
      one('comments', `${name}-in-signed-info`, good.replace('<ds:SignedInfo>', `<ds:SignedInfo>${piece}`), rule),
    );
    out.push(
      one(
        'comments',
        `${name}-before-root`,
        `${piece.startsWith('<!-') || piece.startsWith('<?') ? piece : ''}${good}${piece}`,
        rule,
      ),
    );
  }

  // Namespaces.
  const resigned = (change: (text: string) => string): string => {
    const text = change(join({ open, issuer, body, signature: '' }));
    return signed(means, split(text.replace('<saml2:Subject>', `<ds:Signature ></ds:Signature><saml2:Subject>`)));
  };
  out.push(
    one(
      'namespaces',
      'assertion-saml-1',
      good.replaceAll('urn:oasis:names:tc:SAML:2.0:assertion', 'urn:oasis:names:tc:SAML:1.0:assertion'),
      'SAML-PLACE',
    ),
  );
  out.push(
    one(
      'namespaces',
      'assertion-no-namespace',
      good.replace(' xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"', '').replaceAll('saml2:', ''),
      'SAML-PLACE',
    ),
  );
  out.push(
    one(
      'namespaces',
      'prefix-not-bound',
      good.replace(' xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"', ''),
      'XML-READ',
      'SAML-PLACE',
    ),
  );
  out.push(
    one(
      'namespaces',
      'signature-other-namespace',
      good.replaceAll(`xmlns:ds="${dsig}"`, 'xmlns:ds="urn:not-a-signature"'),
      'SIG-PLACE',
    ),
  );
  out.push(
    one(
      'namespaces',
      'signed-info-rebound',
      good.replace('<ds:SignedInfo>', '<ds:SignedInfo xmlns:ds="urn:other">'),
      'SIG-SHAPE',
    ),
  );
  out.push(
    one(
      'namespaces',
      'role-rebound',
      resigned((text) => text.replace('<Role xmlns="urn:hl7-org:v3"', '<Role xmlns="urn:other"')),
      'SAML-GRAMMAR',
    ),
  );
  out.push(
    one(
      'namespaces',
      'foreign-element',
      resigned((text) => text.replace('<saml2:AttributeStatement>', '<x xmlns="urn:x"></x><saml2:AttributeStatement>')),
      'SAML-GRAMMAR',
    ),
  );
  out.push(
    one(
      'namespaces',
      'name-in-namespace',
      resigned((text) =>
        text.replace('<saml2:Attribute Name="VIHF_Version"', '<saml2:Attribute saml2:Name="VIHF_Version"'),
      ),
      'SAML-GRAMMAR',
    ),
  );
  out.push(
    one(
      'namespaces',
      'envelope-soap-1.1',
      envelope(good).replaceAll('http://www.w3.org/2003/05/soap-envelope', 'http://schemas.xmlsoap.org/soap/envelope/'),
      'SAML-PLACE',
    ),
  );
  out.push(
    one(
      'namespaces',
      'security-other-namespace',
      envelope(good).replace('oasis-200401-wss-wssecurity-secext-1.0.xsd', 'other.xsd'),
      'SAML-PLACE',
    ),
  );
  out.push(one('namespaces', 'in-body-only', envelope('', '', good), 'SAML-PLACE'));
  out.push(
    one(
      'namespaces',
      'two-security-headers',
      envelope('').replace(
        '</soap:Header>',
        `<wsse:Security xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">${good}</wsse:Security></soap:Header>`,
      ),
      'SAML-PLACE',
    ),
  );

  // Plain tampering with what was signed.
  const changes: Record<string, (text: string) => string> = {
    'other-professional': (text) => text.replace(`<saml2:NameID>${honest}`, `<saml2:NameID>${victim}`),
    'other-patient': (text) => text.replace('279035121518989', '185057800608491'),
    'other-structure': (text) => text.replace('>499900000011001<', '>499900000029001<'),
    'other-mode': (text) => text.replace('>DIRECTE<', '>INDIRECTE<'),
    'other-purpose': (text) =>
      text.replace('code="normal"', 'code="bris_de_glace"').replace('Accès normal', 'Accès en bris de glace'),
    'other-role': (text) => text.replace('code="SM26"', 'code="SM54"'),
    'longer-life': (text) => text.replace('T09:15:00Z', 'T23:15:00Z'),
    'conditions-removed': (text) => text.replace(/<saml2:Conditions .*<\/saml2:Conditions>/, ''),
    'attribute-added': (text) =>
      text.replace(
        '</saml2:AttributeStatement>',
        '<saml2:Attribute Name="x"><saml2:AttributeValue>y</saml2:AttributeValue></saml2:Attribute></saml2:AttributeStatement>',
      ),
    'attribute-removed': (text) =>
      text.replace(
        /<saml2:Attribute Name="urn:oasis:names:tc:xacml:2.0:resource:resource-id">.*?<\/saml2:Attribute>/,
        '',
      ),
    reindented: (text) => text.replaceAll('><saml2:', '>\n<saml2:'),
    'signature-value-bit': (text) =>
      text.replace(/<ds:SignatureValue>(.)/, (_, first: string) => `<ds:SignatureValue>${first === 'A' ? 'B' : 'A'}`),
    'digest-replaced': (text) =>
      text.replace(/<ds:DigestValue>[^<]*/, `<ds:DigestValue>${Buffer.alloc(32).toString('base64')}`),
    'certificate-replaced': (text) =>
      text.replace(
        /<ds:X509Certificate>[^<]*/,
        `<ds:X509Certificate>${Buffer.from(means.pki.professional.authentication.certDer).toString('base64')}`,
      ),
  };
  for (const [name, change] of Object.entries(changes)) {
    out.push(one('tampering', `tampered-${name}`, change(good), 'SIG-DIGEST', 'SIG-VALUE'));
  }
  return out;
}
