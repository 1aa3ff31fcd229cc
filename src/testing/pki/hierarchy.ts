import { generateKeyPair, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { derToPem } from '../../auth/index.ts';
import type { Professional, Structure } from '../../identity/index.ts';
import { fictiveProfessional, fictiveStructure } from '../people.ts';
import {
  authority,
  extendedKeyUsage,
  issueCertificate,
  keyUsage,
  type Extension,
  type Issuer,
  type Name,
} from './certificate.ts';
import { integer, octets, sequence, string, tlv, type StringType } from './der-writer.ts';
import { writePfx } from './pfx.ts';

const makeKeyPair = promisify(generateKeyPair);
const day = 86_400_000;

/** A key with its certificate and chain, in every form a test may need. @group Test hierarchy */
export interface TestIdentity {
  readonly certDer: Uint8Array;
  readonly certPem: string;
  /** Leaf and intermediate. */
  readonly chainPem: string;
  /** PKCS#8, unencrypted. */
  readonly keyPem: string;
  /** PKCS#12 with key, leaf, intermediate and root. */
  readonly pfx: Uint8Array;
  readonly password: string;
}

/** The two keys of a card, or of a structure. @group Test hierarchy */
export interface TestIdentityPair {
  /** Key usage with nonRepudiation: signs assertions. */
  readonly signature: TestIdentity;
  /** For mutual TLS. */
  readonly authentication: TestIdentity;
}

/** A server on the loopback interface. @group Test hierarchy */
export interface TestServerIdentity {
  readonly certPem: string;
  readonly chainPem: string;
  readonly keyPem: string;
}

/** What a test card or structure certificate looks like. @group Test hierarchy */
export interface TestCertificateOptions {
  readonly professional?: Professional | undefined;
  readonly structure?: Structure | undefined;
  /** Milliseconds since 1970. @defaultValue one day before the hierarchy was made */
  readonly notBefore?: number | undefined;
  /** @defaultValue one year after the hierarchy was made */
  readonly notAfter?: number | undefined;
  /** String type of the names: cards of the former IGC-CPS hold T61String. @defaultValue `utf8` */
  readonly stringType?: 'utf8' | 't61' | undefined;
}

/** Options of {@link createTestHierarchy}. @group Test hierarchy */
export interface TestHierarchyOptions extends TestCertificateOptions {
  /** Moment around which certificates are valid, in milliseconds since 1970. @defaultValue now */
  readonly now?: number | undefined;
  /** Marks of test in names and extensions; `production` leaves them out. @defaultValue `test` */
  readonly environment?: 'test' | 'production' | undefined;
}

/** A certificate hierarchy shaped like the IGC-Santé, made at run time. @group Test hierarchy */
export interface TestHierarchy {
  /** Root and intermediates, in PEM. */
  readonly caPem: string;
  /** The same in DER: the root first. */
  readonly anchors: readonly Uint8Array[];
  readonly professional: TestIdentityPair;
  readonly structure: TestIdentityPair;
  /** A certificate for a loopback server, valid for the name, `localhost` and 127.0.0.1. */
  server(name?: string, options?: { readonly notAfter?: number | undefined }): TestServerIdentity;
  /** Another card: another professional, an expired one, one with T61String names. */
  card(options?: TestCertificateOptions): Promise<TestIdentityPair>;
  /** The certificates of another structure. */
  structureCertificates(options?: TestCertificateOptions): Promise<TestIdentityPair>;
}

interface Authority extends Issuer {
  readonly der: Uint8Array;
}

interface Context {
  readonly now: number;
  readonly test: boolean;
  readonly root: Authority;
  readonly persons: Authority;
  readonly organisations: Authority;
}

const password = 'mot-de-passe-de-test';
const arc = '1.2.250.1.71.1.2';

/** OIDs of the attributes of a name. */
const at = {
  c: '2.5.4.6',
  o: '2.5.4.10',
  ou: '2.5.4.11',
  cn: '2.5.4.3',
  sn: '2.5.4.4',
  gn: '2.5.4.42',
  title: '2.5.4.12',
  st: '2.5.4.8',
};

function authorityName(commonName: string, test: boolean): Name {
  return [
    [[at.c, 'FR']],
    [[at.o, 'AUTORITE FICTIVE']],
    [[at.ou, '0002 000000000']],
    [[at.ou, test ? 'IGC-SANTE TEST' : 'IGC-SANTE']],
    [[at.cn, test ? `TEST ${commonName}` : commonName]],
  ];
}

async function makeAuthority(commonName: string, test: boolean, now: number, parent?: Authority): Promise<Authority> {
  const { publicKey, privateKey } = await makeKeyPair('rsa', { modulusLength: 2048 });
  const name = authorityName(commonName, test);
  const issuer = parent ?? { name, key: privateKey, publicKey };
  const der = issueCertificate(
    {
      subject: name,
      publicKey,
      notBefore: now - 3650 * day,
      notAfter: now + 3650 * day,
      extensions: [authority(parent ? 0 : undefined), keyUsage('keyCertSign', 'cRLSign')],
    },
    issuer,
  );
  return { name, key: privateKey, publicKey, der };
}

const professionLabels: Readonly<Record<string, string>> = {
  '10': 'Médecin',
  '21': 'Pharmacien',
  '40': 'Chirurgien-Dentiste',
  '60': 'Infirmier',
};

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

function cardName({ nationalId, familyName, givenName, professionCode }: Professional, type: StringType): Name {
  return [
    [[at.c, 'FR']],
    [[at.title, professionLabels[professionCode] ?? 'Professionnel de santé', type]],
    [
      [at.sn, familyName, type],
      ...(givenName === undefined ? [] : [[at.gn, givenName, type] as const]),
      [at.cn, nationalId, type],
    ],
  ];
}

function structureName(structure: Structure, use: string, type: StringType): Name {
  return [
    [[at.c, 'FR']],
    [[at.st, 'Paris (75)', type]],
    [[at.o, structure.name, type]],
    [[at.ou, structure.nationalId, type]],
    [[at.cn, use, type]],
  ];
}

function identity(key: KeyObject, certDer: Uint8Array, issuer: Authority, root: Authority): TestIdentity {
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

async function pair(
  { now, root }: Context,
  issuer: Authority,
  options: TestCertificateOptions,
  describe: (use: 'signature' | 'authentication') => { subject: Name; extensions: readonly Extension[] },
): Promise<TestIdentityPair> {
  const { notBefore = now - day, notAfter = now + 365 * day } = options;
  const one = async (use: 'signature' | 'authentication'): Promise<TestIdentity> => {
    const { publicKey, privateKey } = await makeKeyPair('rsa', { modulusLength: 2048 });
    const { subject, extensions } = describe(use);
    const usage =
      use === 'signature'
        ? [keyUsage('digitalSignature', 'nonRepudiation'), extendedKeyUsage('emailProtection')]
        : [keyUsage('digitalSignature', 'keyEncipherment'), extendedKeyUsage('clientAuth')];
    const der = issueCertificate(
      { subject, publicKey, notBefore, notAfter, extensions: [...usage, ...revocationPointers, ...extensions] },
      issuer,
    );
    return identity(privateKey, der, issuer, root);
  };
  const [signature, authentication] = await Promise.all([one('signature'), one('authentication')]);
  return { signature, authentication };
}

function cardPair(context: Context, options: TestCertificateOptions): Promise<TestIdentityPair> {
  const { professional = fictiveProfessional(), stringType = 'utf8' } = options;
  return pair(context, context.persons, options, () => ({
    subject: cardName(professional, stringType),
    extensions: cardExtensions(professional, context.test),
  }));
}

function structurePair(context: Context, options: TestCertificateOptions): Promise<TestIdentityPair> {
  const { structure = fictiveStructure(), stringType = 'utf8' } = options;
  const category = { oid: `${arc}.5`, value: octets(Uint8Array.of(context.test ? 0x83 : 0x03)) };
  return pair(context, context.organisations, options, (use) => ({
    subject: structureName(structure, use === 'signature' ? 'LPS FICTIF CACHET' : 'LPS FICTIF CLIENT', stringType),
    extensions: [category],
  }));
}

function serverIdentity({ now, organisations }: Context, name: string, notAfter: number): TestServerIdentity {
  // An elliptic curve: made in no time, so that the call is synchronous.
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const names = [...new Set([name, 'localhost'])].map((host) => tlv(0x82, Buffer.from(host, 'latin1')));
  const der = issueCertificate(
    {
      subject: [[[at.c, 'FR']], [[at.o, 'SERVEUR FICTIF']], [[at.cn, name]]],
      publicKey,
      notBefore: Math.min(now, notAfter) - day,
      notAfter,
      extensions: [
        keyUsage('digitalSignature'),
        extendedKeyUsage('serverAuth'),
        { oid: '2.5.29.17', value: sequence(...names, tlv(0x87, Uint8Array.of(127, 0, 0, 1))) },
      ],
    },
    organisations,
  );
  const certPem = derToPem(der);
  return {
    certPem,
    chainPem: certPem + derToPem(organisations.der),
    keyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
  };
}

/**
 * Makes a certificate hierarchy shaped like the IGC-Santé: a root, one authority for persons and
 * one for organisations, a CPS-like card (multi-valued name, card extensions, signature and
 * authentication keys), the certificates of a structure, and server certificates. Every key is new
 * at each call.
 *
 * @example
 * ```ts
 * import { readCertificateIdentity } from 'terr-esante-sdk/auth';
 * import { createTestHierarchy } from 'terr-esante-sdk/testing';
 *
 * const { professional } = await createTestHierarchy();
 * const { nationalId, use, environment } = readCertificateIdentity(professional.signature.certDer);
 * nationalId; // '899900000011'
 * use; // 'signature'
 * environment; // 'test'
 * ```
 *
 * @group Test hierarchy
 */
export async function createTestHierarchy(options: TestHierarchyOptions = {}): Promise<TestHierarchy> {
  const now = options.now ?? Date.now();
  const test = options.environment !== 'production';
  const root = await makeAuthority('AC RACINE FICTIVE', test, now);
  const [persons, organisations] = await Promise.all([
    makeAuthority('AC FICTIVE FORT PERSONNES', test, now, root),
    makeAuthority('AC FICTIVE ELEMENTAIRE ORGANISATIONS', test, now, root),
  ]);
  const context: Context = { now, test, root, persons, organisations };
  const [professional, structure] = await Promise.all([cardPair(context, options), structurePair(context, options)]);
  const anchors = [root.der, persons.der, organisations.der];
  return {
    caPem: anchors.map(derToPem).join(''),
    anchors,
    professional,
    structure,
    server: (name = 'localhost', { notAfter = now + 365 * day } = {}) => serverIdentity(context, name, notAfter),
    card: (card = {}) => cardPair(context, card),
    structureCertificates: (certificates = {}) => structurePair(context, certificates),
  };
}
