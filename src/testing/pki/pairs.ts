import type { KeyObject } from 'node:crypto';
import { derToPem } from '../../auth/certificates/pem.ts';
import type { Professional } from '../../identity/index.ts';
import { fictiveProfessional, fictiveStructure } from '../people.ts';
import type { Authorities, Authority } from './authority.ts';
import { extendedKeyUsage, issueCertificate, keyUsage, type Extension, type Name } from './certificate.ts';
import { integer, octets, sequence, string, tlv } from './der-writer.ts';
import { rsaKeyPair } from './keys.ts';
import type { TestCertificateOptions, TestIdentity, TestIdentityPair } from './model.ts';
import { cardName, day, structureName } from './names.ts';
import { writePfx } from './pfx.ts';

type Use = 'signature' | 'authentication';

const password = 'mot-de-passe-de-test';

/** Arc of the extensions of the IGC-CPS. */
const arc = '1.2.250.1.71.1.2';

function cardExtensions({ professionCode, specialtyCode }: Professional, test: boolean): Extension[] {
  return [
    { oid: `${arc}.2`, value: integer(0) },
    { oid: `${arc}.3`, value: string('9999999999/9999999999', 'printable') },
    { oid: `${arc}.5`, value: octets(Uint8Array.of(test ? 0x80 : 0x00)) },
    ...(/^\d{1,3}$/.test(professionCode) ? [{ oid: `${arc}.7`, value: integer(Number(professionCode)) }] : []),
    ...(specialtyCode === undefined ? [] : [{ oid: '1.2.250.1.71.4.2.5', value: sequence(string(specialtyCode)) }]),
  ];
}

/** Points nowhere: `.example` is never resolved (RFC 2606). */
const revocationPointers: readonly Extension[] = [
  {
    oid: '2.5.29.31',
    value: sequence(sequence(tlv(0xa0, tlv(0xa0, tlv(0x86, Buffer.from('http://igc.example/ACI.crl')))))),
  },
  {
    oid: '1.3.6.1.5.5.7.1.1',
    value: sequence(
      sequence(tlv(0x06, Uint8Array.of(0x2b, 6, 1, 5, 5, 7, 0x30, 1)), tlv(0x86, Buffer.from('http://ocsp.example'))),
    ),
  },
];

function usageExtensions(use: Use): readonly Extension[] {
  return use === 'signature'
    ? [keyUsage('digitalSignature', 'nonRepudiation'), extendedKeyUsage('emailProtection')]
    : [keyUsage('digitalSignature', 'keyEncipherment'), extendedKeyUsage('clientAuth')];
}

function testIdentity(key: KeyObject, certDer: Uint8Array, issuer: Authority, root: Authority): TestIdentity {
  const certPem = derToPem(certDer);
  let pfx: Uint8Array | undefined;

  return {
    certDer,
    certPem,
    chainPem: certPem + derToPem(issuer.der),
    keyPem: key.export({ format: 'pem', type: 'pkcs8' }) as string,
    password,
    get pfx() {
      return (pfx ??= writePfx(password, [key], [certDer, issuer.der, root.der]));
    },
  };
}

/** Makes each identity at its first use: an RSA key takes half a second, most tests need one. */
function lazyPair(make: (use: Use) => TestIdentity): TestIdentityPair {
  let signature: TestIdentity | undefined;
  let authentication: TestIdentity | undefined;

  return {
    get signature() {
      return (signature ??= make('signature'));
    },
    get authentication() {
      return (authentication ??= make('authentication'));
    },
  };
}

interface Description {
  readonly subject: Name;
  readonly extensions: readonly Extension[];
}

function makePair(
  { now, root }: Authorities,
  issuer: Authority,
  options: TestCertificateOptions,
  describe: (use: Use) => Description,
): TestIdentityPair {
  const { notBefore = now - day, notAfter = now + 365 * day } = options;

  return lazyPair((use) => {
    const { publicKey, privateKey } = rsaKeyPair();
    const { subject, extensions } = describe(use);

    const der = issueCertificate(
      {
        subject,
        publicKey,
        notBefore,
        notAfter,
        extensions: [...usageExtensions(use), ...revocationPointers, ...extensions],
      },
      issuer,
    );
    return testIdentity(privateKey, der, issuer, root);
  });
}

/** The two identities of a CPS-like card: multi-valued name, card extensions. */
export function cardPair(authorities: Authorities, options: TestCertificateOptions): TestIdentityPair {
  const { professional = fictiveProfessional(), stringType = 'utf8' } = options;

  return makePair(authorities, authorities.persons, options, () => ({
    subject: cardName(professional, stringType),
    extensions: cardExtensions(professional, authorities.test),
  }));
}

/** The two certificates of a structure: the seal and the TLS client. */
export function structurePair(authorities: Authorities, options: TestCertificateOptions): TestIdentityPair {
  const { structure = fictiveStructure(), stringType = 'utf8' } = options;
  const category = { oid: `${arc}.5`, value: octets(Uint8Array.of(authorities.test ? 0x83 : 0x03)) };

  return makePair(authorities, authorities.organisations, options, (use) => ({
    subject: structureName(structure, use === 'signature' ? 'LPS FICTIF CACHET' : 'LPS FICTIF CLIENT', stringType),
    extensions: [category],
  }));
}
