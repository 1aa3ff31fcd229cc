import { beforeAll, describe, expect, it } from 'vitest';
import { createVihf, explainAssertion, verifyAssertion } from '../../src/auth/index.ts';
import { canonicalise } from '../../src/auth/xml-signature/canonical.ts';
import { readXml } from '../../src/internal/xml/index.ts';
import { createTestHierarchy, type TestHierarchy } from '../../src/testing/index.ts';
import { fixedRuntime, providerOf, vihfInput } from './vihf-fixtures.ts';

let pki: TestHierarchy;
let good: string;

beforeAll(async () => {
  pki = await createTestHierarchy({ runtime: fixedRuntime() });
  good = (await createVihf(vihfInput(), await providerOf(pki.professional.signature), { runtime: fixedRuntime() })).xml;
});

/** The honest assertion with one more attribute value, which its signature does not cover. */
const stuffed = (value: string): string =>
  good.replace(
    '</saml2:AttributeStatement>',
    `<saml2:Attribute Name="x"><saml2:AttributeValue>${value}</saml2:AttributeValue></saml2:Attribute></saml2:AttributeStatement>`,
  );

const wrapped = (assertion: string, around = ''): string =>
  `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"${around}><e:Header>` +
  '<w:Security xmlns:w="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">' +
  `${assertion}</w:Security></e:Header><e:Body/></e:Envelope>`;

const declarations = (count: number, namespace = 'urn:n'): string =>
  Array.from({ length: count }, (_, index) => ` xmlns:p${index}="${namespace}${index}"`).join('');

const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);

/** Levels of ten declarations each, so that no element has too many attributes. */
const manyDeclarations = (levels: number): string =>
  Array.from({ length: levels }, (_, level) => `<a${declarations(10, `urn:${level}:`)}/>`).join('');

const used = Array.from({ length: 12 }, (_, index) => ` p${index}:a=""`).join('');

describe('limits of an assertion', () => {
  it.each([
    ['elements', () => stuffed('<b/>'.repeat(600))],
    ['depth', () => stuffed(nested(15))],
    ['attributes', () => stuffed(`<a ${Array.from({ length: 20 }, (_, index) => `a${index}=""`).join(' ')}/>`)],
    ['declarations', () => stuffed(manyDeclarations(14))],
    ['declarations', () => wrapped(stuffed(manyDeclarations(12)), declarations(20))],
    ['namespace', () => stuffed(`<p:a xmlns:p="urn:${'u'.repeat(300)}"/>`)],
    ['namespace', () => wrapped(good, ` xmlns:p="urn:${'u'.repeat(300)}"`)],
  ])('refuses too many or too long: %s', async (limit, document) => {
    for (const text of [document(), Buffer.from(document())]) {
      const { findings, signature } = await explainAssertion(text, { anchors: pki.anchors, runtime: fixedRuntime() });
      expect(findings.map(({ rule }) => rule)).toEqual(['XML-LIMITS']);
      expect(findings[0]?.messageEn).toContain(limit);
      // Nothing was hashed.
      expect(signature).toBeNull();
      await expect(verifyAssertion(text, { anchors: pki.anchors, runtime: fixedRuntime() })).rejects.toMatchObject({
        code: 'TE_ASSERTION_INVALID',
        details: { rules: ['XML-LIMITS'] },
      });
    }
  });

  it('refuses a text whose elements each write their namespaces again', async () => {
    // 12 namespaces of 250 characters on 450 elements: 1.4 million characters from 35,000.
    const document = stuffed(`<a${declarations(12, `urn:${'n'.repeat(240)}`)}>${`<b${used}/>`.repeat(400)}</a>`);
    expect(document.length).toBeLessThan(60_000);
    const { findings } = await explainAssertion(document, { anchors: pki.anchors, runtime: fixedRuntime() });
    expect(findings.map(({ rule }) => rule)).toEqual(['XML-LIMITS']);
    expect(findings[0]?.messageEn).toContain('canonical');
  });

  it.each([
    ['elements of an envelope', () => wrapped(good).replace('<e:Body/>', `<e:Body>${'<b/>'.repeat(20_000)}</e:Body>`)],
    ['levels of an envelope', () => wrapped(good).replace('<e:Body/>', `<e:Body>${nested(2_000)}</e:Body>`)],
    ['levels without an end', () => '<a>'.repeat(100_000)],
    ['characters', () => wrapped(good, ` a="${'a'.repeat(1_100_000)}"`)],
    ['bytes', () => wrapped(good, ` a="${'é'.repeat(600_000)}"`)],
    ['levels of prefixes', () => stuffed('<p:a xmlns:p="u">'.repeat(20_000))],
  ])('answers with a finding about too many %s', async (_, document) => {
    const { findings } = await explainAssertion(document(), { anchors: pki.anchors, runtime: fixedRuntime() });
    expect(findings.map(({ rule }) => rule)).toEqual(['XML-READ']);
  });

  it('leaves room for every published attribute', async () => {
    const values = Array.from({ length: 40 }, (_, index) => ({
      name: `urn:exemple:${index}`,
      values: [{ element: 'Role', code: '10', codeSystem: '1.2.3', codeSystemName: 'N', displayName: 'N'.repeat(200) }],
    }));
    const provider = await providerOf(pki.professional.signature);
    const { xml } = await createVihf(vihfInput({ attributes: values }), provider, { runtime: fixedRuntime() });
    await expect(
      verifyAssertion(wrapped(xml), { anchors: pki.anchors, runtime: fixedRuntime() }),
    ).resolves.toMatchObject({
      mode: 'direct',
    });
  });
});

describe('canonicalise', () => {
  it('stops at the length it is given', () => {
    const tree = readXml('<a><b>0123456789</b></a>');
    const whole = canonicalise(tree);
    expect(canonicalise(tree, { maxLength: whole.length })).toBe(whole);
    for (const maxLength of [whole.length - 1, 0, Number.NaN]) {
      expect(() => canonicalise(tree, { maxLength })).toThrow(
        expect.objectContaining({ code: 'TE_XML_INVALID', details: { reason: 'canonical-length', max: maxLength } }),
      );
    }
  });

  it('writes a namespace again once the element that hid it is closed', () => {
    const text = '<p:a xmlns:p="u"><b xmlns:p="v" p:c=""><p:d></p:d></b><p:e></p:e><p:f xmlns:p="u"></p:f></p:a>';
    expect(canonicalise(readXml(text))).toBe(text.replace('<p:f xmlns:p="u">', '<p:f>'));
  });

  it('sorts attributes by code point, not by UTF-16 unit', () => {
    const [high, astral] = ['\uFB00', '\u{10400}'];
    expect(canonicalise(readXml(`<a ${astral}="2" ${high}="1"></a>`))).toBe(`<a ${high}="1" ${astral}="2"></a>`);
  });
});
