import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVihf, type VihfInput } from '../../src/auth/index.ts';
import { createTestHierarchy, type TestHierarchy } from '../../src/testing/index.ts';
import { missing, skipBecause } from '../helpers/require-tool.ts';
import { fixedRuntime, providerOf, testNow, vihfInput } from './vihf-fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'vihf-witnesses-'));
const file = (name: string): string => join(folder, name);
let pki: TestHierarchy;

beforeAll(async () => {
  pki = await createTestHierarchy({ runtime: fixedRuntime() });
  writeFileSync(file('ca.pem'), pki.caPem);
  writeFileSync(file('card.pem'), pki.professional.signature.certPem);
});
afterAll(() => rmSync(folder, { recursive: true }));

const indirect = { mode: 'indirect', means: 'password', instant: testNow } as const;
const profiles = [
  {
    name: 'VIHF_Profil',
    values: [
      {
        element: 'Role',
        code: 'profil_referentiel',
        codeSystem: '1.2.250.1.213.1.1.4.312',
        codeSystemName: 'profil',
        displayName: 'Référentiel',
      },
    ],
  },
  {
    name: 'Profil_Utilisateur',
    values: [
      {
        element: 'Role',
        code: '1',
        codeSystem: '1.2.250.1.213.1.6.1.66',
        codeSystemName: 'profil',
        displayName: 'Profil',
      },
    ],
  },
];
const variants: readonly (readonly [string, 'card' | 'structure', Partial<VihfInput>])[] = [
  ['direct', 'card', {}],
  ['indirect', 'structure', { authentication: indirect }],
  ['reinforced', 'structure', { authentication: { ...indirect, mode: 'reinforced', means: 'e-cps' } }],
  [
    'version 4.0, audience, no end',
    'card',
    { target: { resourceUrn: 'urn:dmp', version: '4.0', audience: 'urn:a', lifetimeMs: null } },
  ],
  [
    'version 2.0',
    'structure',
    { authentication: indirect, target: { resourceUrn: 'urn:ROR', version: '2.0' }, attributes: profiles },
  ],
  [
    'no patient, all software attributes',
    'card',
    { patient: undefined, software: { name: 'L & "P" <S>', version: '1\t2', id: '1', dmpApproval: 'X' } },
  ],
];

async function write(name: string, signer: 'card' | 'structure', changes: Partial<VihfInput>): Promise<string> {
  const { signature } = signer === 'card' ? pki.professional : pki.structure;
  const { xml } = await createVihf(vihfInput(changes), await providerOf(signature), { runtime: fixedRuntime() });
  const path = file(`${name.replaceAll(/\W/g, '-')}.xml`);
  writeFileSync(path, xml);
  return path;
}

describe.skipIf(missing('xmlsec1', 'openssl'))('xmlsec1', () => {
  const time = new Date(testNow).toISOString().slice(0, 19).replace('T', ' ');

  it.each(variants)('verifies an assertion up to the root: %s', async (name, signer, changes) => {
    const [root, ...intermediates] = pki.caPem.split(/(?<=-----END CERTIFICATE-----\n)/);
    writeFileSync(file('root.pem'), root ?? '');
    const untrusted = intermediates.flatMap((pem, index) => {
      writeFileSync(file(`intermediate${index}.pem`), pem);
      return ['--untrusted-pem', file(`intermediate${index}.pem`)];
    });
    const { stderr, status } = spawnSync(
      'xmlsec1',
      [
        '--verify',
        '--id-attr:ID',
        'urn:oasis:names:tc:SAML:2.0:assertion:Assertion',
        '--verification-gmt-time',
        time,
        '--trusted-pem',
        file('root.pem'),
        ...untrusted,
        await write(name, signer, changes),
      ],
      { encoding: 'utf8' },
    );
    expect(`${stderr} ${status ?? ''}`).toMatch(/OK|^ 0$/);
    expect(status).toBe(0);
  });

  it('does not verify it once a value has changed', async () => {
    const { xml } = await createVihf(vihfInput(), await providerOf(pki.professional.signature), {
      runtime: fixedRuntime(),
    });
    writeFileSync(file('changed.xml'), xml.replace('LPS FICTIF', 'LPS FICTIVE'));
    const { status } = spawnSync('xmlsec1', [
      '--verify',
      '--id-attr:ID',
      'urn:oasis:names:tc:SAML:2.0:assertion:Assertion',
      '--enabled-key-data',
      'rsa',
      '--pubkey-cert-pem',
      file('card.pem'),
      file('changed.xml'),
    ]);
    expect(status).not.toBe(0);
  });
});

describe.skipIf(missing('openssl'))('openssl', () => {
  it('verifies digest and signature of the bytes alone', async () => {
    const { xml } = await createVihf(vihfInput(), await providerOf(pki.professional.signature), {
      runtime: fixedRuntime(),
    });
    const signature = /<ds:Signature .*<\/ds:Signature>/.exec(xml)?.[0] ?? '';
    const value = (name: string): string => new RegExp(`<ds:${name}>([^<]*)`).exec(signature)?.[1] ?? '';
    const digest = execFileSync('openssl', ['dgst', '-sha256', '-binary'], { input: xml.replace(signature, '') });
    expect(digest.toString('base64')).toBe(value('DigestValue'));
    const info = (/<ds:SignedInfo>.*<\/ds:SignedInfo>/.exec(signature)?.[0] ?? '').replace(
      '<ds:SignedInfo>',
      '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">',
    );
    writeFileSync(file('value.bin'), Buffer.from(value('SignatureValue'), 'base64'));
    writeFileSync(file('info.xml'), info);
    writeFileSync(file('public.pem'), execFileSync('openssl', ['x509', '-in', file('card.pem'), '-pubkey', '-noout']));
    const answer = execFileSync('openssl', [
      'dgst',
      '-sha256',
      '-verify',
      file('public.pem'),
      '-signature',
      file('value.bin'),
      file('info.xml'),
    ]);
    expect(answer.toString()).toContain('Verified OK');
  });

  it('finds the test hierarchy good: chains, card extensions, server names', () => {
    writeFileSync(file('server.pem'), pki.server('serveur.example').certPem);
    writeFileSync(file('structure.pem'), pki.structure.signature.certPem);
    const at = ['-attime', String(testNow / 1000)];
    for (const [purpose, leaf] of [
      ['smimesign', 'card.pem'],
      ['smimesign', 'structure.pem'],
      ['sslserver', 'server.pem'],
    ] as const) {
      expect(
        execFileSync('openssl', [
          'verify',
          ...at,
          '-x509_strict',
          '-purpose',
          purpose,
          '-CAfile',
          file('ca.pem'),
          file(leaf),
        ]).toString(),
      ).toContain('OK');
    }
    const server = execFileSync('openssl', [
      'x509',
      '-in',
      file('server.pem'),
      '-noout',
      '-ext',
      'subjectAltName',
    ]).toString();
    expect(server).toContain('DNS:serveur.example, DNS:localhost, IP Address:127.0.0.1');
    const card = execFileSync('openssl', ['x509', '-in', file('card.pem'), '-noout', '-text']).toString();
    expect(card).toContain('Digital Signature, Non Repudiation');
    expect(card).toContain('1.2.250.1.71.1.2.5');
  });
});

/** Debian packages opensaml-schemas and xmltooling-schemas. */
const schemas = { saml: '/usr/share/xml/opensaml/saml-schema-assertion-2.0.xsd', others: '/usr/share/xml/xmltooling/' };
const noSchema =
  existsSync(schemas.saml) && existsSync(schemas.others)
    ? false
    : skipBecause('not installed: opensaml-schemas, xmltooling-schemas');

describe.skipIf(missing('xmllint') || noSchema)('the SAML 2.0 schema', () => {
  /**
   * The SAML schema, its imports from disk, and the HL7 type of coded values, which it does not
   * know.
   */
  beforeAll(() => {
    const rewrite = (start: string): string =>
      `<rewriteURI uriStartString="${start}" rewritePrefix="file://${schemas.others}"/><rewriteSystem systemIdStartString="${start}" rewritePrefix="file://${schemas.others}"/>`;
    writeFileSync(
      file('catalog.xml'),
      `<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">${rewrite('http://www.w3.org/TR/2002/REC-xmldsig-core-20020212/')}${rewrite('http://www.w3.org/TR/2002/REC-xmlenc-core-20021210/')}</catalog>`,
    );
    const attribute = (name: string): string => `<xs:attribute name="${name}" type="xs:string" use="required"/>`;
    writeFileSync(
      file('ce.xsd'),
      `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:hl7-org:v3"><xs:complexType name="CE">${['code', 'codeSystem', 'codeSystemName', 'displayName'].map(attribute).join('')}</xs:complexType></xs:schema>`,
    );
    writeFileSync(
      file('driver.xsd'),
      `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:import namespace="urn:oasis:names:tc:SAML:2.0:assertion" schemaLocation="file://${schemas.saml}"/><xs:import namespace="urn:hl7-org:v3" schemaLocation="ce.xsd"/></xs:schema>`,
    );
  });

  const validate = (path: string): string => {
    const { status, stderr } = spawnSync('xmllint', ['--nonet', '--noout', '--schema', file('driver.xsd'), path], {
      env: { ...process.env, XML_CATALOG_FILES: file('catalog.xml') },
      encoding: 'utf8',
    });
    return status === 0 ? 'valid' : stderr;
  };

  it.each(variants)('holds for: %s', async (name, signer, changes) => {
    expect(validate(await write(name, signer, changes))).toBe('valid');
  });

  it('would not hold for a bare UUID as identifier', async () => {
    const { xml } = await createVihf(vihfInput(), await providerOf(pki.professional.signature), {
      runtime: fixedRuntime(),
    });
    writeFileSync(file('uuid.xml'), xml.replaceAll('_5f2c9a70', '5f2c9a70'));
    expect(validate(file('uuid.xml'))).toContain('is not a valid value of the atomic type');
  });
});
