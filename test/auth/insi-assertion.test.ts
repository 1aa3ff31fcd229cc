import { X509Certificate } from 'node:crypto';

import { DOMParser, XMLSerializer } from '@xmldom/xmldom';
import { beforeAll, describe, expect, it } from 'vitest';
import { SignedXml } from 'xml-crypto';

import { createInsiAssertion, createPkcs12Provider, type SigningProvider } from '../../src/auth/index.ts';
import { attributeOf, descendants, readXml, textOf } from '../../src/internal/xml/index.ts';
import { createTestHierarchy } from '../../src/testing/index.ts';

const practice = { billingId: '990000010', specialty: '01', activitySector: 'SA07', profession: '10' };
const attributesOf = (xml: string): string[][] =>
  [...descendants(readXml(xml))]
    .filter(({ localName }) => localName === 'Attribute')
    .map((node) => [attributeOf(node, 'Name') ?? '', textOf(node.children[0] as Parameters<typeof textOf>[0])]);

describe('assertion for the INSi', () => {
  let provider: SigningProvider;
  let authentication: SigningProvider;
  let nameId = '';
  beforeAll(async () => {
    const { professional } = await createTestHierarchy();
    const { signature, authentication: login } = professional;
    provider = await createPkcs12Provider({ pfx: signature.pfx, password: signature.password });
    authentication = await createPkcs12Provider({ pfx: login.pfx, password: login.password });
    nameId = /CN=([0-9A-Z]+)/.exec(new X509Certificate(signature.certDer).subject)?.[1] ?? '';
  });

  it('is signed by the card, in the words of its example', async () => {
    const { billingId, activitySector } = practice;
    const xml = await createInsiAssertion(
      { form: 'card', nameId, practice: { billingId, activitySector } },
      { provider },
    );

    expect(xml).toContain(`<saml2:NameID NameQualifier="CPS">${nameId}</saml2:NameID>`);
    expect(attributesOf(xml)).toEqual([
      ['identifiantFacturation', '990000010'],
      ['secteurActivite', 'SA07'],
    ]);

    const signature = new DOMParser().parseFromString(xml, 'text/xml').getElementsByTagName('ds:Signature')[0];
    const verifier = new SignedXml({ publicCert: new X509Certificate((await provider.certificates())[0]!).toString() });
    verifier.loadSignature(new XMLSerializer().serializeToString(signature!));
    expect(verifier.checkSignature(xml)).toBe(true);
  });

  it('is not signed with Pro Santé Connect, and holds no part that was not given', async () => {
    const input = { form: 'pro-sante-connect', nameId: '899900000017', issuer: 'LPS & CIE' } as const;
    const xml = await createInsiAssertion({ ...input, practice });
    expect(xml).not.toContain('Signature');
    expect(xml).toContain('LPS &amp; CIE');
    expect(xml).toContain('NameQualifier="PSC"');
    expect(attributesOf(xml)).toEqual([
      ['codeSpecialiteAMO', '01'],
      ['identifiantFacturation', '990000010'],
      ['secteurActivite', 'SA07'],
      ['gipProfessionCode', '10'],
    ]);
    expect(attributesOf(await createInsiAssertion({ ...input, practice: { billingId: '1' } }))).toHaveLength(1);
  });

  it('takes the names that a partner asks for', async () => {
    const input = { form: 'pro-sante-connect', nameId: '1', issuer: 'x', practice } as const;
    const xml = await createInsiAssertion({
      ...input,
      attributeNames: { specialty: 'codeSpecialite', profession: undefined },
    });
    expect(attributesOf(xml).map(([name]) => name)).toEqual([
      'codeSpecialite',
      'identifiantFacturation',
      'secteurActivite',
      'gipProfessionCode',
    ]);
  });

  it('refuses what cannot be an assertion of that form', async () => {
    const card = { form: 'card', nameId, practice } as const;
    await expect(createInsiAssertion(card)).rejects.toMatchObject({ code: 'TE_INPUT_INVALID' });
    await expect(createInsiAssertion({ ...card, nameId: '899900000099' }, { provider })).rejects.toMatchObject({
      code: 'TE_IDENTITY_MISMATCH',
    });
    await expect(createInsiAssertion(card, { provider: authentication })).rejects.toMatchObject({
      code: 'TE_CERTIFICATE_INVALID',
    });
    await expect(createInsiAssertion({ ...card, form: 'pro-sante-connect' })).rejects.toMatchObject({
      code: 'TE_INPUT_INVALID',
    });
  });
});
