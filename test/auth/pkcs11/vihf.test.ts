import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPkcs11Provider, createVihf, type Pkcs11Provider, type Vihf } from '../../../src/auth/index.ts';
import { derToPem } from '../../../src/auth/certificates/pem.ts';
import { createTestHierarchy, type TestHierarchy } from '../../../src/testing/index.ts';
import { missing, skipBecause } from '../../helpers/require-tool.ts';
import { createSoftToken, softhsmLibrary, type SoftToken } from '../../helpers/softhsm-token.mjs';
import { vihfInput } from '../vihf-fixtures.ts';
import { backEnds, compileChild } from './child-file.ts';

const schema = '/usr/share/xml/opensaml/saml-schema-assertion-2.0.xsd';
const imported = '/usr/share/xml/xmltooling';

const skip =
  (softhsmLibrary === null && skipBecause('not installed: softhsm2')) || missing('xmlsec1', 'openssl', 'xmllint');

describe.skipIf(skip).each(backEnds)('an assertion signed through the card and $name', ({ module }) => {
  const folder = mkdtempSync(join(tmpdir(), 'te-vihf-'));
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  let hierarchy: TestHierarchy;
  let token: SoftToken;
  let provider: Pkcs11Provider;
  let vihf: Vihf;

  beforeAll(async () => {
    hierarchy = await createTestHierarchy();
    token = createSoftToken(hierarchy.professional);
    provider = createPkcs11Provider({
      library: token.library,
      childEnv: token.env,
      childFile: await compileChild(),
      module,
      onPinRequired: () => '1234',
    });
    const instant = await provider.login();
    vihf = await createVihf(vihfInput({ authentication: { means: 'card', instant } }), provider);
  });
  afterAll(async () => {
    await provider.close();
    token.close();
    rmSync(folder, { recursive: true });
  });

  it('verifies with xmlsec1, chain included', () => {
    // The root is trusted; xmlsec1 reads one certificate from each file.
    const authorities = hierarchy.anchors.flatMap((der, index) => [
      index === 0 ? '--trusted-pem' : '--untrusted-pem',
      file(`authority-${index}.pem`, derToPem(der)),
    ]);
    const args = ['--verify', '--enabled-key-data', 'x509', ...authorities];
    const id = ['--id-attr:ID', 'urn:oasis:names:tc:SAML:2.0:assertion:Assertion'];
    execFileSync('xmlsec1', [...args, ...id, file('vihf.xml', vihf.xml)], { stdio: 'pipe' });
    const altered = vihf.xml.replace('LPS FICTIF', 'LPS FICTIG');
    expect(() => execFileSync('xmlsec1', [...args, ...id, file('altered.xml', altered)], { stdio: 'pipe' })).toThrow();
  });

  it('verifies with openssl over the bytes that xmllint makes canonical', () => {
    const [signedInfo = ''] = /<ds:SignedInfo>.*<\/ds:SignedInfo>/s.exec(vihf.xml) ?? [];
    const signature = /<ds:SignatureValue>([^<]+)</.exec(vihf.xml)?.[1] ?? '';
    const alone = signedInfo.replace(
      '<ds:SignedInfo>',
      '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">',
    );
    const canonical = execFileSync('xmllint', ['--exc-c14n', file('signed-info.xml', alone)]);
    const key = new X509Certificate(hierarchy.professional.signature.certDer).publicKey;
    const answer = execFileSync('openssl', [
      'dgst',
      '-sha256',
      '-verify',
      file('key.pem', key.export({ type: 'spki', format: 'pem' })),
      '-signature',
      file('signature.bin', Buffer.from(signature, 'base64')),
      file('canonical.xml', canonical),
    ]);
    expect(answer.toString()).toContain('Verified OK');
  });

  it.skipIf(!existsSync(schema) && skipBecause('not installed: opensaml-schemas'))(
    'validates against the SAML 2.0 schema',
    () => {
      const entry = (path: string, name: string): string =>
        `<system systemId="http://www.w3.org/TR/2002/${path}/${name}" uri="file://${imported}/${name}"/>`;
      const catalog = file(
        'catalog.xml',
        `<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">${entry('REC-xmldsig-core-20020212', 'xmldsig-core-schema.xsd')}${entry('REC-xmlenc-core-20021210', 'xenc-schema.xsd')}</catalog>`,
      );
      // The type that `xsi:type="CE"` names is of HL7 V3, not of SAML: given here with the
      // attributes used.
      const attributes = ['code', 'codeSystem', 'codeSystemName', 'displayName'].map(
        (name) => `<xs:attribute name="${name}" type="xs:string"/>`,
      );
      const hl7 = file(
        'hl7.xsd',
        `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:hl7-org:v3"><xs:complexType name="CE">${attributes.join('')}</xs:complexType></xs:schema>`,
      );
      const both = file(
        'both.xsd',
        `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:import namespace="urn:oasis:names:tc:SAML:2.0:assertion" schemaLocation="file://${schema}"/><xs:import namespace="urn:hl7-org:v3" schemaLocation="file://${hl7}"/></xs:schema>`,
      );
      const validate = (xml: string): string => {
        const options = {
          stdio: 'pipe',
          encoding: 'utf8',
          env: { ...process.env, XML_CATALOG_FILES: catalog },
        } as const;
        try {
          execFileSync('xmllint', ['--nonet', '--noout', '--schema', both, file('to-validate.xml', xml)], options);
          return 'valid';
        } catch (error) {
          return (error as { stderr: string }).stderr;
        }
      };
      expect(validate(vihf.xml)).toBe('valid');
      expect(validate(vihf.xml.replace(/<saml2:AuthnContext>.*<\/saml2:AuthnContext>/s, ''))).not.toBe('valid');
      expect(validate(vihf.xml.replace(' Version="2.0"', ''))).toContain('Version');
    },
  );
});
