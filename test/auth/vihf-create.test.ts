import { inspect } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { createVihf, type SigningProvider, type VihfTarget } from '../../src/auth/index.ts';
import { formatName } from '../../src/auth/certificates/dn.ts';
import {
  createTestHierarchy,
  fictivePatient,
  fictiveProfessional,
  type TestHierarchy,
} from '../../src/testing/index.ts';
import { fixedRuntime, providerOf, testNow, vihfInput } from './vihf-fixtures.ts';

let pki: TestHierarchy;
let card: SigningProvider;

beforeAll(async () => {
  pki = await createTestHierarchy({ runtime: fixedRuntime() });
  card = await providerOf(pki.professional.signature);
});

describe('createVihf', () => {
  it('writes the assertion of the national profile, in its order', async () => {
    const vihf = await createVihf(vihfInput(), card, { runtime: fixedRuntime() });
    const [before, rest = ''] = vihf.xml.split('<ds:Signature ');
    const after = rest.slice(rest.indexOf('</ds:Signature>') + 15);
    expect(before).toBe(
      '<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" ID="_5f2c9a70-6f0e-4d0b-9d0e-000000000000"' +
        ' IssueInstant="2026-03-02T08:15:00Z" Version="2.0">' +
        '<saml2:Issuer Format="urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName">' +
        'SN=FICTIF+GN=ÉLODIE+CN=899900000011,title=Médecin,C=FR</saml2:Issuer>',
    );
    expect(after).toBe(
      [
        '<saml2:Subject><saml2:NameID>899900000011</saml2:NameID></saml2:Subject>',
        '<saml2:Conditions NotBefore="2026-03-02T08:14:00Z" NotOnOrAfter="2026-03-02T09:15:00Z"></saml2:Conditions>',
        '<saml2:AuthnStatement AuthnInstant="2026-03-02T08:02:40Z"><saml2:AuthnContext>',
        '<saml2:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI</saml2:AuthnContextClassRef>',
        '</saml2:AuthnContext></saml2:AuthnStatement><saml2:AttributeStatement>',
        '<saml2:Attribute Name="VIHF_Version"><saml2:AttributeValue>3.0</saml2:AttributeValue></saml2:Attribute>',
        '<saml2:Attribute Name="Identifiant_Structure"><saml2:AttributeValue>499900000011001</saml2:AttributeValue></saml2:Attribute>',
        '<saml2:Attribute Name="Secteur_Activite"><saml2:AttributeValue>SA07^1.2.250.1.71.4.2.4</saml2:AttributeValue></saml2:Attribute>',
        '<saml2:Attribute Name="urn:oasis:names:tc:xspa:1.0:subject:subject-id"><saml2:AttributeValue>ÉLODIE FICTIF</saml2:AttributeValue></saml2:Attribute>',
        '<saml2:Attribute Name="urn:oasis:names:tc:xacml:2.0:subject:role">',
        '<saml2:AttributeValue><Role xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" code="10" codeSystem="1.2.250.1.71.1.2.7" codeSystemName="G15" displayName="Médecin" xsi:type="CE"></Role></saml2:AttributeValue>',
        '<saml2:AttributeValue><Role xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" code="SM26" codeSystem="1.2.250.1.71.4.2.5" codeSystemName="R01" displayName="Qualifié en Médecine générale (SM)" xsi:type="CE"></Role></saml2:AttributeValue>',
        '</saml2:Attribute>',
        '<saml2:Attribute Name="Authentification_Mode"><saml2:AttributeValue>DIRECTE</saml2:AttributeValue></saml2:Attribute>',
        '<saml2:Attribute Name="urn:oasis:names:tc:xacml:2.0:resource:resource-id"><saml2:AttributeValue>279035121518989^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^NH</saml2:AttributeValue></saml2:Attribute>',
        '<saml2:Attribute Name="Ressource_URN"><saml2:AttributeValue>urn:exemple</saml2:AttributeValue></saml2:Attribute>',
        '<saml2:Attribute Name="urn:oasis:names:tc:xspa:1.0:subject:purposeofuse"><saml2:AttributeValue><PurposeOfUse xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" code="normal" codeSystem="1.2.250.1.213.1.1.4.248" codeSystemName="mode acces VIHF 2.0" displayName="Accès normal" xsi:type="CE"></PurposeOfUse></saml2:AttributeValue></saml2:Attribute>',
        '<saml2:Attribute Name="LPS_Nom"><saml2:AttributeValue>LPS FICTIF</saml2:AttributeValue></saml2:Attribute>',
        '<saml2:Attribute Name="LPS_Version"><saml2:AttributeValue>1.0</saml2:AttributeValue></saml2:Attribute>',
        '</saml2:AttributeStatement></saml2:Assertion>',
      ].join(''),
    );
    expect(vihf).toMatchObject({ version: '3.0', issuedAt: testNow, notOnOrAfter: testNow + 3_600_000 });
  });

  it('gives the same bytes for the same input, clock and identifiers', async () => {
    const [one, two] = await Promise.all([
      createVihf(vihfInput(), card, { runtime: fixedRuntime() }),
      createVihf(vihfInput(), card, { runtime: fixedRuntime() }),
    ]);
    expect(one.xml).toBe(two.xml);
  });

  it('shows only its identifier to a logger', async () => {
    const vihf = await createVihf(vihfInput(), card, { runtime: fixedRuntime() });
    expect(JSON.stringify(vihf)).toBe(`{"id":"${vihf.id}"}`);
    expect(inspect(vihf)).toBe(`Vihf { id: '${vihf.id}' }`);
  });

  it('signs with the structure in the indirect modes', async () => {
    const structure = await providerOf(pki.structure.signature);
    const authentication = { mode: 'reinforced', means: 'e-cps', instant: testNow } as const;
    const { xml } = await createVihf(vihfInput({ authentication }), structure, { runtime: fixedRuntime() });
    expect(xml).toContain(
      '>CN=LPS FICTIF CACHET,OU=499900000011001,O=CABINET FICTIF,ST=Paris (75),C=FR</saml2:Issuer>',
    );
    expect(xml).toContain(
      'ac:classes:MobileTwoFactorUnregistered</saml2:AuthnContextClassRef><saml2:AuthnContextDecl>APP_BROWSER_AUTH<',
    );
    expect(xml).toContain('>INDIRECTE_RENFORCEE<');
  });

  it('writes the target as it is told', async () => {
    const target = {
      resourceUrn: 'urn:dmp',
      version: '4.0',
      lifetimeMs: null,
      audience: 'urn:destinataire',
      modeAttribute: 'Authentification_mode',
      formatIssuer: (subject) => formatName(subject, { style: 'rfc2253' }),
    } satisfies VihfTarget;
    const vihf = await createVihf(vihfInput({ target }), card, { runtime: fixedRuntime() });
    expect(vihf.notOnOrAfter).toBe(Number.POSITIVE_INFINITY);
    expect(vihf.xml).toContain('<saml2:Conditions><saml2:AudienceRestriction><saml2:Audience>urn:destinataire<');
    expect(vihf.xml).toContain('Name="Authentification_mode"');
    expect(vihf.xml).toContain(
      '>2.5.4.4=#0c06464943544946+2.5.4.42=#0c07c3894c4f444945+CN=899900000011,2.5.4.12=#0c084dc3a9646563696e,C=FR<',
    );
  });

  it.each([
    [
      'a physician without specialty',
      { professional: { ...fictiveProfessional(), specialtyCode: undefined } },
      'TE_INPUT_INVALID',
    ],
    ['a bare RPPS', { professional: { ...fictiveProfessional(), nationalId: '99900000011' } }, 'TE_INPUT_INVALID'],
    ['an unknown profession', { professional: { ...fictiveProfessional(), professionCode: '999' } }, 'TE_CODE_UNKNOWN'],
    [
      'another card-holder',
      { professional: { ...fictiveProfessional(), nationalId: '899900000029' } },
      'TE_IDENTITY_MISMATCH',
    ],
    [
      'an INS with a delimiter',
      { patient: { value: '279035121518989^', oid: '1.2.250.1.213.1.4.10' } },
      'TE_INPUT_INVALID',
    ],
    ['an INS without OID', { patient: { value: '279035121518989', oid: '' } }, 'TE_INPUT_INVALID'],
    ['a NUL in the name', { subjectName: 'É\0' }, 'TE_INPUT_INVALID'],
    ['a lone surrogate', { subjectName: '\uD800' }, 'TE_INPUT_INVALID'],
    ['no login time', { authentication: { means: 'card', instant: Number.NaN } }, 'TE_INPUT_INVALID'],
    ['no Ressource_URN', { target: { resourceUrn: ' ' } }, 'TE_INPUT_INVALID'],
    [
      'a test card in production',
      { target: { resourceUrn: 'urn:exemple', environment: 'production' } },
      'TE_CERTIFICATE_INVALID',
    ],
    ['version 2.0 without its profiles', { target: { resourceUrn: 'urn:ROR', version: '2.0' } }, 'TE_INPUT_INVALID'],
    ['an attribute written twice', { attributes: [{ name: 'LPS_Nom', values: ['x'] }] }, 'TE_INPUT_INVALID'],
  ] as const)('refuses %s', async (_, changes, code) => {
    await expect(createVihf(vihfInput(changes), card, { runtime: fixedRuntime() })).rejects.toMatchObject({ code });
  });

  it("refuses the authentication certificate of the card, an expired card, and a key that is not the certificate's", async () => {
    const authentication = await providerOf(pki.professional.authentication);
    await expect(createVihf(vihfInput(), authentication, { runtime: fixedRuntime() })).rejects.toMatchObject({
      code: 'TE_CERTIFICATE_INVALID',
      details: { reason: 'authentication-certificate' },
    });
    const later = fixedRuntime(testNow + 400 * 86_400_000);
    await expect(createVihf(vihfInput(), card, { runtime: later })).rejects.toMatchObject({
      details: { reason: 'expired' },
    });
    const mixed: SigningProvider = {
      kind: 'mixed',
      certificates: () => card.certificates(),
      sign: (...args) => authentication.sign(...args),
    };
    await expect(createVihf(vihfInput(), mixed, { runtime: fixedRuntime() })).rejects.toMatchObject({
      code: 'TE_SIGNATURE_FAILED',
      details: { reason: 'key-mismatch' },
    });
  });

  it('ends in time when a provider hangs, and when the caller gives up', async () => {
    const hanging: SigningProvider = {
      kind: 'hanging',
      certificates: () => card.certificates(),
      sign: () => new Promise(() => undefined),
    };
    await expect(createVihf(vihfInput(), hanging, { runtime: fixedRuntime(), timeoutMs: 20 })).rejects.toMatchObject({
      code: 'TE_TIMEOUT',
    });
    const controller = new AbortController();
    const pending = createVihf(vihfInput(), hanging, { runtime: fixedRuntime(), signal: controller.signal });
    controller.abort();
    await expect(pending).rejects.toMatchObject({ code: 'TE_CANCELLED' });
  });

  it("keeps nothing of a failing provider's message", async () => {
    const failing: SigningProvider = {
      kind: 'failing',
      certificates: () => card.certificates(),
      sign: () => Promise.reject(new Error(`cannot sign ${fictivePatient().ins.value}`)),
    };
    const error: unknown = await createVihf(vihfInput(), failing, { runtime: fixedRuntime() }).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({ code: 'TE_SIGNATURE_FAILED' });
    expect(inspect(error, { depth: 9 })).not.toContain('279035121518989');
  });
});
